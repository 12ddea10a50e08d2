// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BookId } from "../../shared/BookId.sol";
import { MarketAlarm } from "../../shared/MarketAlarm.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { SeriesId } from "../../shared/SeriesId.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Context, Flow, State } from "../libraries/ClearingState.sol";
import { MarketAccount } from "../libraries/ClearingWords.sol";
import { Fees } from "../libraries/Fees.sol";
import { MarketFlow } from "../libraries/MarketFlow.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { RiskCall } from "../libraries/RiskCall.sol";
import { LegKeeping } from "./LegKeeping.sol";

/// @title Books, a module of the Clearinghouse
/// @notice Cash and legs of one book. What raises a requirement asks the market's risk contract; what lowers one asks nobody.
contract BookModule is LegKeeping {
    using BookWords for State;
    using BookWords for Book;
    using MarketFlow for Flow;

    /// @dev See {IClearinghouse}.
    function fund(BookId id, uint256 amount) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        uint256 tokenIndex = _configOf(id.market()).tokenIndex();
        _requireExpirySecond(id.expiry());
        Book memory book;
        _state.load(book, id);

        _debit(msg.sender, tokenIndex, amount);
        book.cash += amount;
        _state.save(book);
        if (!_expired(id) && book.hasShorts()) _countInflow(book, amount);

        emit Funded(msg.sender, id, amount, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function defund(BookId id, uint256 amount, address to) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        require(to != address(0), Clearinghouse_ZeroAddress());
        _requireRight(id.owner(), to == id.owner() ? RIGHT_DEFUND : 0);
        Context memory context;
        _loadMarket(context, id.market(), id.expiry());
        Book memory book;
        _state.load(book, id);
        require(book.state != BookState.Flagged, Clearinghouse_WrongState(id, uint256(book.state)));
        require(book.cash >= amount, Clearinghouse_InsufficientCash(id, amount, book.cash));

        book.cash -= amount;
        _state.save(book);
        _credit(to, context.config.tokenIndex(), amount);

        _requireAfterLeaving(context, book, amount);
        emit Defunded(msg.sender, id, amount, to, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function mint(BookId id, LegAmount[] calldata legs, address to) external nonReentrant {
        _requireRight(id.owner(), to == id.owner() ? RIGHT_TRADE : 0);
        Context memory context;
        Book memory book;
        _openTrading(context, book, id);
        _requireOpening(context);

        uint256 feeBase;
        for (uint256 i; i < legs.length; ++i) {
            LegAmount calldata leg = legs[i];
            (uint256 strike, bool isCall, uint256 size) = (leg.strike, leg.isCall, leg.size);
            require(size != 0, Clearinghouse_ZeroAmount());
            int256 written = _change(context, book, strike, isCall, -int256(size), i);
            _moveInterest(context, strike, isCall, written);
            feeBase += Fees.base(context.terms.kind, written, strike);
        }
        uint256 fee = _finish(context, book, feeBase);

        _requireCaps(context);
        Requirements.requireTraded(context, book, Requirements.initialScenario(context));
        emit Minted(msg.sender, id, to, legs, fee, book.cash);
        for (uint256 i; i < legs.length; ++i) {
            LegAmount calldata leg = legs[i];
            _mint(to, SeriesId.pack(context.market, context.expiry, leg.strike, leg.isCall), leg.size);
        }
    }

    /// @dev See {IClearinghouse}.
    function burn(BookId id, LegAmount[] calldata legs) external nonReentrant {
        _requireRight(id.owner(), RIGHT_TRADE);
        Context memory context;
        Book memory book;
        _openClosing(context, book, id);

        for (uint256 i; i < legs.length; ++i) {
            LegAmount calldata leg = legs[i];
            (uint256 strike, bool isCall, uint256 size) = (leg.strike, leg.isCall, leg.size);
            (int256 held, int256 left) = book.change(strike, isCall, int256(size), i);
            require(size != 0 && left <= 0, Clearinghouse_NothingToClose(id, strike, isCall, size, held));
            _moveInterest(context, strike, isCall, -int256(size));
            _burn(msg.sender, SeriesId.pack(context.market, context.expiry, strike, isCall), size);
        }
        _finish(context, book, 0);

        emit Burned(msg.sender, id, legs, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function depositLong(BookId id, uint256 seriesId, uint256 amount) external nonReentrant {
        _requireRight(id.owner(), RIGHT_TRADE);
        Context memory context;
        Book memory book;
        _openTrading(context, book, id);
        (uint256 strike, bool isCall) = _seriesOf(context, id, seriesId);
        require(amount != 0 && amount <= type(uint64).max, Clearinghouse_BadSize(amount, 1));

        _burn(msg.sender, seriesId, amount);
        _moveInterest(context, strike, isCall, _change(context, book, strike, isCall, int256(amount), 0));
        _finish(context, book, 0);

        emit LongDeposited(msg.sender, id, seriesId, amount, book.cash);
    }

    /// @dev See {IClearinghouse}.
    function withdrawLong(BookId id, uint256 seriesId, uint256 amount, address to) external nonReentrant {
        _requireRight(id.owner(), to == id.owner() ? RIGHT_TRADE : 0);
        Context memory context;
        Book memory book;
        _openTrading(context, book, id);
        (uint256 strike, bool isCall) = _seriesOf(context, id, seriesId);
        require(amount != 0 && amount <= type(uint64).max, Clearinghouse_BadSize(amount, 1));

        (int256 held, int256 left) = book.change(strike, isCall, -int256(amount), 0);
        require(left >= 0, Clearinghouse_NothingToClose(id, strike, isCall, amount, held));
        _state.save(book);

        _requireAfterLeaving(context, book, 0);
        emit LongWithdrawn(msg.sender, id, seriesId, amount, to);
        _mint(to, seriesId, amount);
    }

    /// @dev After cash or a long left a book: maximum loss needs no price; less than that needs a mode that lends, and a market
    /// that not too much leaves at once.
    /// @param amount Cash that left.
    function _requireAfterLeaving(Context memory context, Book memory book, uint256 amount) internal {
        if (!book.hasShorts()) return;
        uint256 maximumLoss = Requirements.maximumLoss(context, book);
        if (book.cash >= maximumLoss) return;
        MarketAccount account = _state.accounts[context.market];
        bool ok = !_expired(book.id) && RiskCall.tryRead(context, account.alarmAt(block.timestamp));
        if (!ok || !RiskCall.lends(context.reading)) {
            revert Clearinghouse_Unhealthy(book.id, book.cash, maximumLoss);
        }
        Requirements.requireInitial(context, book);
        // Of what left only that which was margin.
        if (amount != 0) _countOutflow(context, Math.min(book.cash + amount, maximumLoss) - book.cash, account);
    }

    /// @dev Cash up to maximum loss is margin: only that counts, coming or leaving, so what goes round counts for nothing.
    function _countInflow(Book memory book, uint256 amount) private {
        Context memory context;
        _loadMarket(context, book.id.market(), book.id.expiry());
        uint256 maximumLoss = Requirements.maximumLoss(context, book);
        uint256 before = book.cash - amount;
        if (before >= maximumLoss) return;
        _state.flows[context.market].addOutflow(-int256(Math.min(book.cash, maximumLoss) - before));
    }

    function _countOutflow(Context memory context, uint256 left, MarketAccount account) private {
        int256 lately = _state.flows[context.market].addOutflow(int256(left));
        if (lately <= 0) return;
        uint256 base = MarketFlow.base(context, account);
        uint256 limit = MarketAlarm.outflowLimit(base);
        require(uint256(lately) <= limit, Clearinghouse_OutflowTooLarge(context.market, uint256(lately), limit));
        Level level = MarketAlarm.ofOutflow(uint256(lately), base);
        if (level == Level.Normal) return;
        _state.accounts[context.market] = account.withAlarm(level, block.timestamp, MarketAlarm.OUTFLOW_SECONDS);
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
