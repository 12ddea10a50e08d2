// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { BookId, toBookId } from "../../shared/BookId.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { LegKeeping } from "./LegKeeping.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Context, MAXIMUM_TENOR, State } from "../libraries/ClearingState.sol";
import { QuoteHash } from "../libraries/QuoteHash.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { RiskCall } from "../libraries/RiskCall.sol";

/// @title Fills, a module of the Clearinghouse
/// @notice Request-for-quote trades. Makers sign, takers fill any part of any number of quotes over any number of books in one
/// call that happens whole or not at all.
contract FillModule is LegKeeping, EIP712 {
    using BookWords for State;
    using BookWords for Book;

    /// @dev Bounds the search for a touched book; a caller with more calls twice.
    uint256 private constant _MOST_FILLS = 16;

    /// @notice A market and expiry that fills touch.
    /// @param isSibling An earlier venue has the same market, and its account.
    struct Venue {
        Context context;
        uint256 index;
        bool opens;
        bool isSibling;
    }

    /// @notice A book that fills touch.
    struct Touched {
        uint256 venue;
        Book book;
    }

    /// @notice Everything fills touch, in memory until the end.
    struct Session {
        Venue[] venues;
        uint256 venueCount;
        Touched[] books;
        uint256 bookCount;
    }

    constructor() EIP712("Ballast Clearinghouse", "1") {}

    /// @dev See {IClearinghouse}.
    function fillQuotes(Fill[] calldata fills) external nonReentrant {
        require(fills.length != 0, Clearinghouse_ZeroAmount());
        require(fills.length <= _MOST_FILLS, Clearinghouse_TooManyFills(fills.length, _MOST_FILLS));
        bytes32[] memory digests = _verify(fills);

        Session memory session;
        session.venues = new Venue[](fills.length);
        session.books = new Touched[](2 * fills.length);
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

    /// @dev What makers sign.
    function _digest(Quote calldata quote) private view returns (bytes32) {
        return _hashTypedDataV4(QuoteHash.hash(quote));
    }

    /// @dev Signatures first: a maker's contract is asked while nothing is written yet.
    function _verify(Fill[] calldata fills) private view returns (bytes32[] memory digests) {
        digests = new bytes32[](fills.length);
        for (uint256 i; i < fills.length; ++i) {
            Quote calldata quote = fills[i].quote;
            digests[i] = _digest(quote);
            require(
                _isSigned(quote.maker, digests[i], fills[i].signature),
                Clearinghouse_BadSignature(quote.maker, digests[i])
            );
        }
    }

    /// @dev The key first, then the contract: an account that was given code (EIP-7702) signs with either.
    function _isSigned(address maker, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (address recovered, ECDSA.RecoverError error, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (error == ECDSA.RecoverError.NoError && recovered == maker) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(maker, digest, signature);
    }

    function _fill(Session memory session, Fill calldata fill, bytes32 digest) private {
        Quote calldata quote = fill.quote;
        _requireRight(fill.takerOwner, RIGHT_TRADE);
        require(
            quote.taker == address(0) || quote.taker == fill.takerOwner,
            Clearinghouse_WrongTaker(fill.takerOwner, quote.taker)
        );
        require(block.timestamp <= quote.deadline, Clearinghouse_QuoteExpired(quote.deadline, block.timestamp));
        _consume(quote, fill.amount);

        Venue memory venue = _venueOf(session, _state.indexOf[quote.marketHash], quote.expiry);
        require(
            quote.spotHigh == 0 ||
                (venue.context.reading.price >= quote.spotLow && venue.context.reading.price <= quote.spotHigh),
            Clearinghouse_SpotOutOfRange(venue.context.reading.price, quote.spotLow, quote.spotHigh)
        );
        uint256 market = venue.context.market;
        Touched memory maker = _bookOf(
            session,
            toBookId(quote.maker, market, quote.expiry, quote.makerSubId),
            venue.index
        );
        Touched memory taker = _bookOf(
            session,
            toBookId(fill.takerOwner, market, quote.expiry, fill.takerSubId),
            venue.index
        );
        require(BookId.unwrap(maker.book.id) != BookId.unwrap(taker.book.id), Clearinghouse_SameBook(maker.book.id));

        // Premium first: it may be what the other side pays its fee and tips from.
        int256 premium = _pay(maker, taker, quote, fill.amount);
        uint256 makerFee = _apply(venue, maker, quote.legs, int256(uint256(fill.amount)));
        uint256 takerFee = _apply(venue, taker, quote.legs, -int256(uint256(fill.amount)));
        emit QuoteFilled(
            msg.sender,
            maker.book.id,
            taker.book.id,
            digest,
            quote.legs,
            fill.amount,
            premium,
            makerFee,
            takerFee
        );
    }

    /// @dev Takes `amount` of what is left of the quote's nonce.
    function _consume(Quote calldata quote, uint256 amount) private {
        uint256 first = _state.firstNonce[quote.maker];
        require(quote.nonce >= first, Clearinghouse_NonceCancelled(quote.maker, quote.nonce, first));
        uint256 shift = 64 * (quote.nonce % 4);
        uint256 word = _state.filled[quote.maker][quote.nonce / 4];
        uint256 taken = (word >> shift) & type(uint64).max;
        uint256 available = quote.size > taken ? quote.size - taken : 0;
        // The rest may be smaller than the minimum.
        uint256 minimum = quote.minimumFill < available ? quote.minimumFill : available;
        require(
            amount != 0 && amount >= minimum && amount <= available,
            Clearinghouse_BadFill(amount, minimum, available)
        );
        _state.filled[quote.maker][quote.nonce / 4] = word + (amount << shift);
    }

    /// @dev The part of the premium that belongs to `amount`, rounded against the taker.
    function _pay(
        Touched memory maker,
        Touched memory taker,
        Quote calldata quote,
        uint256 amount
    ) private pure returns (int256 premium) {
        if (quote.premium >= 0) {
            uint256 paid = Math.ceilDiv(uint256(int256(quote.premium)) * amount, quote.size);
            _move(taker, maker, paid);
            return int256(paid);
        }
        uint256 received = (uint256(-int256(quote.premium)) * amount) / quote.size;
        _move(maker, taker, received);
        return -int256(received);
    }

    function _move(Touched memory from, Touched memory to, uint256 amount) private pure {
        require(from.book.cash >= amount, Clearinghouse_InsufficientCash(from.book.id, amount, from.book.cash));
        from.book.cash -= amount;
        to.book.cash += amount;
    }

    function _apply(
        Venue memory venue,
        Touched memory touched,
        QuoteLeg[] calldata legs,
        int256 amount
    ) private returns (uint256 fee) {
        venue.context.feeBase = 0;
        for (uint256 i; i < legs.length; ++i) {
            int256 delta = legs[i].ratio * amount;
            require(delta != 0, Clearinghouse_ZeroAmount());
            _moveLeg(venue.context, touched.book, legs[i].strike, legs[i].isCall, delta);
        }
        return _charge(venue.context, touched.book);
    }

    /// @dev Everything is written, then everything is checked.
    function _settle(Session memory session) private {
        for (uint256 i; i < session.venueCount; ++i) {
            _closeEmpty(session.venues[i].context);
        }
        for (uint256 i; i < session.venueCount; ++i) {
            Venue memory venue = session.venues[i];
            if (venue.isSibling) _storeExpiry(venue.context);
            else _store(venue.context);
        }
        for (uint256 i; i < session.bookCount; ++i) {
            _state.save(session.books[i].book);
        }
        for (uint256 i; i < session.venueCount; ++i) {
            Venue memory venue = session.venues[i];
            if (venue.opens) {
                _requireCaps(venue.context);
            } else {
                require(
                    venue.context.series.openNotional <= venue.context.oldExpiryNotional,
                    Clearinghouse_NotOpen(venue.context.market, uint256(venue.context.reading.mode))
                );
            }
        }
        for (uint256 i; i < session.bookCount; ++i) {
            Touched memory touched = session.books[i];
            Venue memory venue = session.venues[touched.venue];
            Requirements.requireTraded(venue.context, touched.book, venue.opens);
        }
    }

    /// @dev A market and expiry seen for the first time is loaded and asked for its reading once. Expiries of one market
    /// change one account, or the last one written would undo the others.
    function _venueOf(Session memory session, uint256 market, uint256 expiry) private returns (Venue memory venue) {
        uint256 sibling = type(uint256).max;
        for (uint256 i; i < session.venueCount; ++i) {
            venue = session.venues[i];
            if (venue.context.market != market) continue;
            if (venue.context.expiry == expiry) return venue;
            sibling = i;
        }
        require(block.timestamp < expiry, Clearinghouse_Expired(expiry, block.timestamp));
        venue = session.venues[session.venueCount];
        venue.index = session.venueCount++;
        Context memory context = _load(market, expiry);
        venue.context = context;
        if (sibling != type(uint256).max) {
            context.account = session.venues[sibling].context.account;
            venue.isSibling = true;
        }
        bool ok;
        (ok, context.reading) = RiskCall.tryRead(context.config.risk, context.config.feed, expiry);
        require(
            ok && venue.context.reading.mode != Level.Halted,
            Clearinghouse_NotOpen(market, uint256(venue.context.reading.mode))
        );
        venue.opens =
            venue.context.reading.opens &&
            !context.account.sunset &&
            expiry <= block.timestamp + MAXIMUM_TENOR;
        if (venue.opens) _noteOpening(context);
    }

    function _bookOf(Session memory session, BookId id, uint256 venue) private view returns (Touched memory touched) {
        for (uint256 i; i < session.bookCount; ++i) {
            touched = session.books[i];
            if (BookId.unwrap(touched.book.id) == BookId.unwrap(id)) return touched;
        }
        touched = session.books[session.bookCount++];
        touched.venue = venue;
        touched.book = _state.load(id);
        require(touched.book.state == BookState.Healthy, Clearinghouse_WrongState(id, uint256(touched.book.state)));
    }
}
