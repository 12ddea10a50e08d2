// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BookId } from "../../shared/BookId.sol";
import { LegWord } from "../../shared/LegWord.sol";
import { ClearingBase } from "../ClearingBase.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Context, MAXIMUM_TENOR, STRIKE_TO_PRICE, State } from "../libraries/ClearingState.sol";
import { Expiry, MarketAccounts, Phase } from "../libraries/ClearingWords.sol";
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
    function _openTrading(Context memory context, Book memory book, BookId id) internal view {
        _openClosing(context, book, id);
        require(book.state == BookState.Healthy, Clearinghouse_WrongState(id, uint256(book.state)));
    }

    /// @dev Before the expiry: from then on legs are frozen, or bought claims could be netted at par.
    function _openClosing(Context memory context, Book memory book, BookId id) internal view {
        require(!_expired(id), Clearinghouse_Expired(id.expiry(), block.timestamp));
        _load(context, id.market(), id.expiry());
        _state.load(book, id);
    }

    /// @dev The reading that requirements are measured with, and whether they may rise. The first opening sets the price that
    /// notional is counted with; each leaves the price of the ladder's last rung.
    /// @return ok There is a price.
    function _read(Context memory context) internal returns (bool ok) {
        ok = RiskCall.tryRead(context, context.account.word.alarmAt(block.timestamp));
        if (!ok || !context.reading.opens || context.account.word.isSunset()) return ok;
        if (context.expiry > block.timestamp + MAXIMUM_TENOR) return ok;
        context.opens = true;

        Expiry series = context.series;
        uint256 price = context.reading.price;
        if (series.phase() == Phase.Unlisted) {
            series = series.withPhase(Phase.Open);
            _state.activeDays[context.market] |= 1 << ((context.expiry / 1 days) % 256);
        }
        if (series.openNotional() == 0) series = series.withOpeningPrice(price);
        context.series = series.withLastPrice(price);
    }

    /// @dev A mode and a market that let requirements rise.
    function _requireOpening(Context memory context) internal {
        bool ok = _read(context);
        if (ok && context.opens) return;
        require(ok && context.reading.opens, Clearinghouse_NotOpen(context.market, uint256(context.reading.mode)));
        require(!context.account.word.isSunset(), Clearinghouse_Sunset(context.market));
        revert Clearinghouse_BadExpiry(context.expiry, block.timestamp, block.timestamp + MAXIMUM_TENOR);
    }

    /// @dev Adds `delta` (6 decimals, negative writes) to a leg of a book. What a book writes is at least the minimum size.
    /// @param likely Place at which the leg is looked for first.
    /// @return written Change of the book's short, negative when one was closed.
    function _change(
        Context memory context,
        Book memory book,
        uint256 strike,
        bool isCall,
        int256 delta,
        uint256 likely
    ) internal pure returns (int256 written) {
        (int256 held, int256 left) = book.change(strike, isCall, delta, likely);
        unchecked {
            written = LegWord.shortOf(left) - LegWord.shortOf(held);
        }
        if (written <= 0) return written;
        uint256 minimumSize = context.parameters.minimumSize();
        require(uint256(written) >= minimumSize, Clearinghouse_BadSize(uint256(written), minimumSize));
    }

    /// @dev Open interest and its notional follow the shorts. A new series lies near the market, for strikes far away would
    /// fill the expiry's list for nothing. Unchecked: sizes are below 2^87, strikes below 2^40 and prices below 2^64.
    function _moveInterest(Context memory context, uint256 strike, bool isCall, int256 written) internal {
        if (written == 0) return;
        uint256 step = context.parameters.strikeStep();
        require(strike != 0 && strike % step == 0, Clearinghouse_BadStrike(strike, step, step, type(uint40).max));
        bool fresh = OpenInterest.change(_state, context, strike / step, isCall, written);
        if (fresh) _requireNear(strike, step, context.reading.average12h);
        uint256 openingPrice = context.series.openingPrice();
        unchecked {
            if (written > 0) context.notionalAdded += Fees.notionalUp(uint256(written), strike, openingPrice);
            else context.notionalRemoved += Fees.notionalUp(uint256(-written), strike, openingPrice);
        }
    }

    /// @dev Fee and tips, then everything is written.
    function _finish(Context memory context, Book memory book, uint256 feeBase) internal returns (uint256 fee) {
        fee = _charge(context, book, feeBase);
        _state.save(book);
        _write(context);
    }

    /// @dev What trading moved of an expiry and its market; the books themselves are saved apart.
    function _write(Context memory context) internal {
        OpenInterest.flush(_state, context);
        uint256 notional = context.series.openNotional() + context.notionalAdded;
        // Nothing is open: what rounding left goes too.
        notional = context.series.pairs() == 0 ? 0 : notional - Math.min(notional, context.notionalRemoved);
        _setNotional(context, notional);
        _store(context);
    }

    /// @dev The market's sum follows the expiry's.
    function _setNotional(Context memory context, uint256 notional) private pure {
        uint256 before = context.series.openNotional();
        if (notional == before) return;
        uint256 total = context.account.word.openNotional() + notional - before;
        require(
            total <= MarketAccounts.LARGEST_NOTIONAL,
            Clearinghouse_CapReached(context.market, context.expiry, total, MarketAccounts.LARGEST_NOTIONAL)
        );
        context.account.word = context.account.word.withOpenNotional(total);
        context.series = context.series.withOpenNotional(notional);
    }

    /// @dev Takes the mint fee and sets tips aside, or gives them back when no short is left. Unchecked: a fee is below 2^166.
    /// @param feeBase Sum of {Fees.base} over what the book wrote.
    function _charge(Context memory context, Book memory book, uint256 feeBase) internal pure returns (uint256 fee) {
        unchecked {
            uint256 tip = context.config.tip();
            uint256 needed;
            if (feeBase != 0) {
                fee = Fees.feeUp(context.terms, feeBase, context.parameters.mintFee());
                needed = fee + (2 - book.tips) * tip;
                book.tips = 2;
                Fees.earn(context, fee);
            }
            uint256 cash = book.cash;
            require(cash >= needed, Clearinghouse_InsufficientCash(book.id, needed, cash));
            book.cash = cash - needed;
            if (book.tips != 0 && !book.hasShorts()) {
                book.cash += book.tips * tip;
                book.tips = 0;
            }
        }
    }

    /// @dev Only what opens asks the caps; a cap that falls refuses openings and touches nobody.
    function _requireCaps(Context memory context) internal view {
        if (context.series.openNotional() <= context.oldSeries.openNotional()) return;
        uint256 cap = Requirements.notionalCap(context);
        uint256 notional = context.account.word.openNotional();
        require(notional <= cap, Clearinghouse_CapReached(context.market, 0, notional, cap));
        uint256 total = _state.openNotional;
        require(
            total <= context.reading.notionalCap,
            Clearinghouse_CapReached(0, 0, total, context.reading.notionalCap)
        );
        cap = (cap * context.parameters.expiryCapPercent()) / 100;
        notional = context.series.openNotional();
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
}
