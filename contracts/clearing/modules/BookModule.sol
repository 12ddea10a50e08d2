// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../../shared/BookId.sol";
import { SeriesId } from "../../shared/SeriesId.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Context, State } from "../libraries/ClearingState.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { RiskCall } from "../libraries/RiskCall.sol";
import { LegKeeping } from "./LegKeeping.sol";

/// @title Books, a module of the Clearinghouse
/// @notice Cash and legs of one book. What raises a requirement asks the market's risk contract; what lowers one asks nobody.
contract BookModule is LegKeeping {
    using BookWords for State;
    using BookWords for Book;

    /// @dev See {IClearinghouse}.
    function fund(BookId id, uint256 amount) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        Context memory context = _load(id.market(), id.expiry());
        Book memory book = _state.load(id);

        _debit(msg.sender, context.config.tokenIndex, amount);
        book.cash += amount;
        _state.save(book);

        emit Funded(msg.sender, id, amount, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function defund(BookId id, uint256 amount, address to) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        require(to != address(0), Clearinghouse_ZeroAddress());
        _requireRight(id.owner(), to == id.owner() ? RIGHT_DEFUND : 0);
        Context memory context = _load(id.market(), id.expiry());
        Book memory book = _state.load(id);
        require(book.state != BookState.Flagged, Clearinghouse_WrongState(id, uint256(book.state)));
        require(book.cash >= amount, Clearinghouse_InsufficientCash(id, amount, book.cash));

        book.cash -= amount;
        _state.save(book);
        _credit(to, context.config.tokenIndex, amount);

        _requireAfterLeaving(context, book);
        emit Defunded(msg.sender, id, amount, to, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function mint(BookId id, LegAmount[] calldata legs, address to) external nonReentrant {
        _requireRight(id.owner(), RIGHT_TRADE);
        (Context memory context, Book memory book) = _openTrading(id);
        _requireOpening(context);

        for (uint256 i; i < legs.length; ++i) {
            int256 delta = -int256(uint256(legs[i].size));
            require(delta != 0, Clearinghouse_ZeroAmount());
            _moveLeg(context, book, legs[i].strike, legs[i].isCall, delta);
        }
        uint256 fee = _finish(context, book);

        _requireCaps(context);
        Requirements.requireTraded(context, book, true);
        emit Minted(msg.sender, id, to, legs, fee, book.cash);
        for (uint256 i; i < legs.length; ++i) {
            _mint(to, SeriesId.pack(context.market, context.expiry, legs[i].strike, legs[i].isCall), legs[i].size);
        }
    }

    /// @dev See {IClearinghouse}.
    function burn(BookId id, LegAmount[] calldata legs) external nonReentrant {
        _requireRight(id.owner(), RIGHT_TRADE);
        (Context memory context, Book memory book) = _openClosing(id);

        for (uint256 i; i < legs.length; ++i) {
            uint256 size = legs[i].size;
            (int256 held, int256 left) = _closeLeg(context, book, legs[i].strike, legs[i].isCall, size);
            require(
                size != 0 && left <= 0,
                Clearinghouse_NothingToClose(id, legs[i].strike, legs[i].isCall, size, held)
            );
            _burn(msg.sender, SeriesId.pack(context.market, context.expiry, legs[i].strike, legs[i].isCall), size);
        }
        _finish(context, book);

        emit Burned(msg.sender, id, legs, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function depositLong(BookId id, uint256 seriesId, uint256 amount) external nonReentrant {
        _requireRight(id.owner(), RIGHT_TRADE);
        (Context memory context, Book memory book) = _openTrading(id);
        (uint256 strike, bool isCall) = _seriesOf(context, id, seriesId);
        require(amount != 0 && amount <= type(uint64).max, Clearinghouse_BadSize(amount, 1));

        _burn(msg.sender, seriesId, amount);
        _closeLeg(context, book, strike, isCall, amount);
        _finish(context, book);

        emit LongDeposited(msg.sender, id, seriesId, amount, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function withdrawLong(BookId id, uint256 seriesId, uint256 amount, address to) external nonReentrant {
        _requireRight(id.owner(), to == id.owner() ? RIGHT_TRADE : 0);
        (Context memory context, Book memory book) = _openTrading(id);
        (uint256 strike, bool isCall) = _seriesOf(context, id, seriesId);
        require(amount != 0 && amount <= type(uint64).max, Clearinghouse_BadSize(amount, 1));

        (int256 held, int256 left) = book.change(strike, isCall, -int256(amount));
        require(left >= 0, Clearinghouse_NothingToClose(id, strike, isCall, amount, held));
        _state.save(book);

        _requireAfterLeaving(context, book);
        emit LongWithdrawn(msg.sender, id, seriesId, amount, to);
        _mint(to, seriesId, amount);
    }

    /// @dev After cash or a long left a book: maximum loss needs no price; less than that needs a mode that lends.
    function _requireAfterLeaving(Context memory context, Book memory book) internal view {
        if (!book.hasShorts()) return;
        uint256 maximumLoss = Requirements.maximumLoss(context, book);
        if (book.cash >= maximumLoss) return;
        bool ok;
        if (!_expired(book.id)) {
            (ok, context.reading) = RiskCall.tryRead(context.config.risk, context.config.feed, context.expiry);
        }
        require(ok && RiskCall.lends(context.reading), Clearinghouse_Unhealthy(book.id, book.cash, maximumLoss));
        Requirements.requireInitial(context, book);
    }

    function _seriesOf(
        Context memory context,
        BookId id,
        uint256 seriesId
    ) internal pure returns (uint256 strike, bool isCall) {
        bool isId;
        uint256 market;
        uint256 expiry;
        (isId, market, expiry, strike, isCall) = SeriesId.unpack(seriesId);
        require(isId && market == context.market && expiry == context.expiry, Clearinghouse_WrongSeries(seriesId, id));
    }
}
