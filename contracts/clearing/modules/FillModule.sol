// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { BookId, toBookId } from "../../shared/BookId.sol";
import { CollateralKind, Scenario } from "../../shared/ClearingTypes.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { LegKeeping } from "./LegKeeping.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Context, State } from "../libraries/ClearingState.sol";
import { Fees } from "../libraries/Fees.sol";
import { QuoteHash } from "../libraries/QuoteHash.sol";
import { Requirements } from "../libraries/Requirements.sol";

/// @title Fills, a module of the Clearinghouse
/// @notice Request-for-quote trades. Makers sign, takers fill any part of any number of quotes over any number of books in one
/// call that happens whole or not at all.
contract FillModule is LegKeeping, EIP712 {
    using BookWords for State;
    using BookWords for Book;

    /// @dev Bounds the search for a touched book; a caller with more calls twice.
    uint256 private constant _MOST_FILLS = 16;

    /// @notice Everything fills touch, in memory until the end: markets with their expiry, and books.
    struct Session {
        Context[] contexts;
        uint256 contextCount;
        Book[] books;
        uint256 bookCount;
    }

    constructor() EIP712("Ballast Clearinghouse", "1") {}

    /// @dev See {IClearinghouse}.
    function fillQuotes(Fill[] calldata fills) external nonReentrant {
        require(fills.length != 0, Clearinghouse_ZeroAmount());
        require(fills.length <= _MOST_FILLS, Clearinghouse_TooManyFills(fills.length, _MOST_FILLS));
        bytes32[] memory digests = _verify(fills);

        Session memory session;
        session.contexts = new Context[](fills.length);
        session.books = new Book[](2 * fills.length);
        for (uint256 i; i < fills.length; ++i) _fill(session, fills[i], digests[i]);

        _settle(session);
    }

    /// @dev See {IClearinghouse}.
    function cancelQuotes(uint64[] calldata nonces) external {
        for (uint256 i; i < nonces.length; ++i) {
            _state.filled[msg.sender][nonces[i] / 4] |= uint256(type(uint64).max) << (64 * (nonces[i] % 4));
        }
        emit QuotesCancelled(msg.sender, nonces);
    }

    /// @dev See {IClearinghouse}.
    function cancelBefore(uint256 first) external {
        uint256 oldFirst = _state.firstNonce[msg.sender];
        require(first > oldFirst, Clearinghouse_NonceCancelled(msg.sender, first, oldFirst));
        _state.firstNonce[msg.sender] = first;
        emit QuotesCancelledBefore(msg.sender, oldFirst, first);
    }

    /// @dev Signatures first: a maker's contract is asked while nothing is written yet.
    function _verify(Fill[] calldata fills) private view returns (bytes32[] memory digests) {
        digests = new bytes32[](fills.length);
        for (uint256 i; i < fills.length; ++i) {
            Quote calldata quote = fills[i].quote;
            bytes32 digest = _hashTypedDataV4(QuoteHash.hash(quote));
            digests[i] = digest;
            require(
                _isSigned(quote.maker, digest, fills[i].signature),
                Clearinghouse_BadSignature(quote.maker, digest)
            );
        }
    }

    /// @dev A key first, then a contract: an account that is both may sign either way (EIP-7702), and a key costs no look at
    /// the maker's code.
    function _isSigned(address maker, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address signer, ECDSA.RecoverError failure, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && signer == maker) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(maker, digest, signature);
    }

    function _fill(Session memory session, Fill calldata fill, bytes32 digest) private {
        Quote calldata quote = fill.quote;
        address takerOwner = fill.takerOwner;
        _requireRight(takerOwner, RIGHT_TRADE);
        require(
            quote.taker == address(0) || quote.taker == takerOwner,
            Clearinghouse_WrongTaker(takerOwner, quote.taker)
        );
        require(block.timestamp <= quote.deadline, Clearinghouse_QuoteExpired(quote.deadline, block.timestamp));
        _consume(quote, fill.amount);

        uint256 market = _state.indexOf[quote.marketHash];
        Context memory context = session.contexts[_contextOf(session, market, quote.expiry)];
        _requireSpot(quote, context.reading.price);
        BookId makerId = toBookId(quote.maker, market, quote.expiry, quote.makerSubId);
        BookId takerId = toBookId(takerOwner, market, quote.expiry, fill.takerSubId);
        require(BookId.unwrap(makerId) != BookId.unwrap(takerId), Clearinghouse_SameBook(makerId));

        _exchange(
            context,
            session.books[_bookOf(session, makerId)],
            session.books[_bookOf(session, takerId)],
            fill,
            digest
        );
    }

    /// @dev Premium first: it may be what the other side pays its fee and tips from.
    function _exchange(
        Context memory context,
        Book memory maker,
        Book memory taker,
        Fill calldata fill,
        bytes32 digest
    ) private {
        Quote calldata quote = fill.quote;
        uint256 amount = fill.amount;
        int256 premium = _pay(maker, taker, quote, amount);
        (uint256 makerFee, uint256 takerFee) = _exchangeLegs(context, maker, taker, quote.legs, int256(amount));
        emit QuoteFilled(
            msg.sender,
            maker.id,
            taker.id,
            digest,
            quote.legs,
            quote.nonce,
            amount,
            premium,
            makerFee,
            takerFee
        );
    }

    /// @dev What one side closes the other may open: open interest moves by the sum, each pays for what it wrote.
    function _exchangeLegs(
        Context memory context,
        Book memory maker,
        Book memory taker,
        QuoteLeg[] calldata legs,
        int256 amount
    ) private returns (uint256 makerFee, uint256 takerFee) {
        CollateralKind kind = context.terms.kind;
        for (uint256 i; i < legs.length; ++i) {
            QuoteLeg calldata leg = legs[i];
            (uint256 strike, bool isCall, int256 delta) = (leg.strike, leg.isCall, leg.ratio);
            require(delta != 0, Clearinghouse_ZeroAmount());
            unchecked {
                // A ratio of 16 bits times an amount of 64, eight legs or sixteen fills of them.
                delta *= amount;
                int256 byMaker = _change(context, maker, strike, isCall, delta, i);
                int256 byTaker = _change(context, taker, strike, isCall, -delta, i);
                _moveInterest(context, strike, isCall, byMaker + byTaker);
                makerFee += Fees.base(kind, byMaker, strike);
                takerFee += Fees.base(kind, byTaker, strike);
            }
        }
        makerFee = _charge(context, maker, makerFee);
        takerFee = _charge(context, taker, takerFee);
    }

    function _requireSpot(Quote calldata quote, uint256 price) private pure {
        require(
            quote.spotHigh == 0 || (price >= quote.spotLow && price <= quote.spotHigh),
            Clearinghouse_SpotOutOfRange(price, quote.spotLow, quote.spotHigh)
        );
    }

    /// @dev Takes `amount` of what is left of the quote's nonce.
    function _consume(Quote calldata quote, uint256 amount) private {
        address maker = quote.maker;
        (uint256 nonce, uint256 size, uint256 minimum) = (quote.nonce, quote.size, quote.minimumFill);
        uint256 first = _state.firstNonce[maker];
        require(nonce >= first, Clearinghouse_NonceCancelled(maker, nonce, first));
        mapping(uint256 word => uint256) storage filled = _state.filled[maker];
        uint256 word = filled[nonce / 4];
        unchecked {
            uint256 shift = 64 * (nonce % 4);
            uint256 available = Math.saturatingSub(size, uint64(word >> shift));
            // The rest may be smaller than the minimum.
            minimum = Math.min(minimum, available);
            require(
                amount != 0 && amount >= minimum && amount <= available,
                Clearinghouse_BadFill(amount, minimum, available)
            );
            filled[nonce / 4] = word + (amount << shift);
        }
    }

    /// @dev The part of the premium that belongs to `amount`, rounded against the taker.
    function _pay(
        Book memory maker,
        Book memory taker,
        Quote calldata quote,
        uint256 amount
    ) private pure returns (int256) {
        (int256 premium, uint256 size) = (quote.premium, quote.size);
        // A premium of 127 bits times an amount of 64; the size is at least the amount.
        unchecked {
            if (premium >= 0) {
                uint256 paid = (uint256(premium) * amount + size - 1) / size;
                _move(taker, maker, paid);
                return int256(paid);
            }
            uint256 received = (uint256(-premium) * amount) / size;
            _move(maker, taker, received);
            return -int256(received);
        }
    }

    function _move(Book memory from, Book memory to, uint256 amount) private pure {
        uint256 cash = from.cash;
        require(cash >= amount, Clearinghouse_InsufficientCash(from.id, amount, cash));
        unchecked {
            from.cash = cash - amount;
        }
        to.cash += amount;
    }

    /// @dev Everything is written, then everything is checked.
    function _settle(Session memory session) private {
        for (uint256 i; i < session.contextCount; ++i) _write(session.contexts[i]);
        for (uint256 i; i < session.bookCount; ++i) _state.save(session.books[i]);

        for (uint256 i; i < session.contextCount; ++i) {
            Context memory context = session.contexts[i];
            if (context.opens) {
                _requireCaps(context);
            } else {
                require(
                    context.series.openNotional() <= context.oldSeries.openNotional(),
                    Clearinghouse_NotOpen(context.market, uint256(context.reading.mode))
                );
            }
            _requireTraded(session, context);
        }
    }

    /// @dev The books of one market and expiry are measured against one scenario.
    function _requireTraded(Session memory session, Context memory context) private view {
        Scenario memory scenario = Requirements.initialScenario(context);
        for (uint256 i; i < session.bookCount; ++i) {
            Book memory book = session.books[i];
            if (book.id.expiry() != context.expiry || book.id.market() != context.market) continue;
            Requirements.requireTraded(context, book, scenario);
        }
    }

    /// @dev A market and expiry seen for the first time is loaded and asked for its reading once.
    function _contextOf(Session memory session, uint256 market, uint256 expiry) private returns (uint256 i) {
        uint256 sibling = session.contextCount;
        for (i = 0; i < session.contextCount; ++i) {
            Context memory known = session.contexts[i];
            if (known.market != market) continue;
            if (known.expiry == expiry) return i;
            sibling = i;
        }
        require(block.timestamp < expiry, Clearinghouse_Expired(expiry, block.timestamp));
        Context memory context = session.contexts[session.contextCount++];
        _load(context, market, expiry);
        if (sibling != i) context.account = session.contexts[sibling].account;
        bool ok = _read(context);
        require(
            ok && context.reading.mode != Level.Halted,
            Clearinghouse_NotOpen(market, uint256(context.reading.mode))
        );
    }

    function _bookOf(Session memory session, BookId id) private view returns (uint256 i) {
        for (i = 0; i < session.bookCount; ++i) {
            if (BookId.unwrap(session.books[i].id) == BookId.unwrap(id)) return i;
        }
        Book memory book = session.books[session.bookCount++];
        _state.load(book, id);
        require(book.state == BookState.Healthy, Clearinghouse_WrongState(id, uint256(book.state)));
    }
}
