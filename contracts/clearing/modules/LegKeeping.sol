// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { BookId } from "../../shared/BookId.sol";
import { ClearingBase } from "../ClearingBase.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Context, MAXIMUM_TENOR, Phase, STRIKE_TO_PRICE, State } from "../libraries/ClearingState.sol";
import { Fees } from "../libraries/Fees.sol";
import { OpenInterest } from "../libraries/OpenInterest.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { RiskCall } from "../libraries/RiskCall.sol";

/// @title Keeping legs
/// @notice How legs of books change before their expiry: open interest, notional, fee, tips and caps follow.
abstract contract LegKeeping is ClearingBase {
    using BookWords for State;
    using BookWords for Book;

    /// @dev Before the expiry, not flagged.
    function _openTrading(BookId id) internal view returns (Context memory context, Book memory book) {
        (context, book) = _openClosing(id);
        require(book.state == BookState.Healthy, Clearinghouse_WrongState(id, uint256(book.state)));
    }

    /// @dev Before the expiry: from then on legs are frozen, or bought claims could be netted at par.
    function _openClosing(BookId id) internal view returns (Context memory context, Book memory book) {
        require(!_expired(id), Clearinghouse_Expired(id.expiry(), block.timestamp));
        context = _load(id.market(), id.expiry());
        book = _state.load(id);
    }

    /// @dev A mode and a market that let requirements rise, and the reading they are measured with.
    function _requireOpening(Context memory context) internal {
        bool ok;
        IRisk.Reading memory reading;
        (ok, reading) = RiskCall.tryRead(context.config.risk, context.config.feed, context.expiry);
        require(ok && reading.opens, Clearinghouse_NotOpen(context.market, uint256(reading.mode)));
        require(!context.account.sunset, Clearinghouse_Sunset(context.market));
        require(
            context.expiry <= block.timestamp + MAXIMUM_TENOR,
            Clearinghouse_BadExpiry(context.expiry, block.timestamp, block.timestamp + MAXIMUM_TENOR)
        );
        context.reading = reading;
        _noteOpening(context);
    }

    /// @dev The first opening sets the price that notional is counted with; each leaves the price of the ladder's last rung.
    function _noteOpening(Context memory context) internal {
        if (context.series.phase == Phase.Unlisted) {
            context.series.phase = Phase.Open;
            _state.activeDays[context.market] |= 1 << ((context.expiry / 1 days) % 256);
        }
        if (context.series.openNotional == 0) context.series.openingPrice = context.reading.price;
        context.series.lastPrice = context.reading.price;
    }

    /// @dev A long of `size` comes in: closes shorts first.
    function _closeLeg(
        Context memory context,
        Book memory book,
        uint256 strike,
        bool isCall,
        uint256 size
    ) internal returns (int256 held, int256 left) {
        (held, left) = book.change(strike, isCall, int256(size));
        _moveInterest(context, strike, isCall, _short(left) - _short(held));
    }

    /// @dev `delta` in 6 decimals, negative writes. What raises open interest is at least the minimum size; a new series
    /// lies near the market, for strikes far away would fill the expiry's list for nothing.
    function _moveLeg(Context memory context, Book memory book, uint256 strike, bool isCall, int256 delta) internal {
        (int256 held, int256 left) = book.change(strike, isCall, delta);
        int256 written = _short(left) - _short(held);
        require(
            written <= 0 || written >= int256(uint256(context.parameters.minimumSize)),
            Clearinghouse_BadSize(uint256(written), context.parameters.minimumSize)
        );
        bool fresh = _moveInterest(context, strike, isCall, written);
        if (fresh) _requireNear(strike, context.parameters.strikeStep, context.reading.average12h);
    }

    /// @dev Open interest, its notional and what the fee counts follow the shorts.
    /// @return fresh The series had no open interest before.
    function _moveInterest(
        Context memory context,
        uint256 strike,
        bool isCall,
        int256 delta
    ) private returns (bool fresh) {
        if (delta == 0) return false;
        uint256 step = context.parameters.strikeStep;
        require(strike != 0 && strike % step == 0, Clearinghouse_BadStrike(strike, step, step, type(uint40).max));
        fresh = OpenInterest.change(_state, context, strike / step, isCall, delta);
        uint256 size = delta < 0 ? uint256(-delta) : uint256(delta);
        uint256 notional = Fees.notionalUp(size, strike, context.series.openingPrice);
        if (delta > 0) {
            context.feeBase += Fees.base(context.config.kind, size, strike);
            context.series.openNotional += SafeCast.toUint64(notional);
            context.account.openNotional += SafeCast.toUint56(notional);
        } else {
            notional = Math.min(notional, context.series.openNotional);
            context.series.openNotional -= uint64(notional);
            context.account.openNotional -= uint56(notional);
        }
    }

    /// @dev Fee and tips, then everything is written.
    function _finish(Context memory context, Book memory book) internal returns (uint256 fee) {
        fee = _charge(context, book);
        _state.save(book);
        _closeEmpty(context);
        _store(context);
    }

    /// @dev Writes the open interest in hand; to be stored afterwards.
    function _closeEmpty(Context memory context) internal {
        OpenInterest.flush(_state, context);
        if (context.series.pairCount == 0) {
            // Nothing is open: what rounding left goes too.
            context.account.openNotional -= uint56(context.series.openNotional);
            context.series.openNotional = 0;
        }
    }

    /// @dev Takes the mint fee and sets tips aside, or gives them back when no short is left.
    function _charge(Context memory context, Book memory book) internal pure returns (uint256 fee) {
        uint256 tip = context.parameters.tip;
        uint256 needed;
        if (context.feeBase != 0) {
            fee = Fees.feeUp(
                context.config.kind,
                context.feeBase,
                context.parameters.mintFee,
                context.config.unitDecimals
            );
            needed = fee + (2 - book.tips) * tip;
            book.tips = 2;
            Fees.earn(context.account, context.series, fee);
        }
        require(book.cash >= needed, Clearinghouse_InsufficientCash(book.id, needed, book.cash));
        book.cash -= needed;
        if (book.tips != 0 && !book.hasShorts()) {
            book.cash += book.tips * tip;
            book.tips = 0;
        }
    }

    /// @dev Only what opens asks the caps; a cap that falls refuses openings and touches nobody.
    function _requireCaps(Context memory context) internal view {
        if (context.series.openNotional <= context.oldExpiryNotional) return;
        uint256 cap = Requirements.notionalCap(context);
        uint256 notional = context.account.openNotional;
        require(notional <= cap, Clearinghouse_CapReached(context.market, 0, notional, cap));
        require(
            _state.openNotional <= context.reading.notionalCap,
            Clearinghouse_CapReached(0, 0, _state.openNotional, context.reading.notionalCap)
        );
        cap = (cap * context.parameters.expiryCapPercent) / 100;
        notional = context.series.openNotional;
        require(notional <= cap, Clearinghouse_CapReached(context.market, context.expiry, notional, cap));
    }

    function _requireNear(uint256 strike, uint256 step, uint256 average) private pure {
        uint256 price = strike * STRIKE_TO_PRICE;
        require(
            price * 10 >= average * 4 && price * 10 <= average * 25,
            Clearinghouse_BadStrike(
                strike,
                step,
                (average * 4) / 10 / STRIKE_TO_PRICE,
                (average * 25) / 10 / STRIKE_TO_PRICE
            )
        );
    }

    function _short(int256 size) private pure returns (int256) {
        return size < 0 ? -size : int256(0);
    }
}
