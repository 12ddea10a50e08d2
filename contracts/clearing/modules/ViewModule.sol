// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingViews } from "../../interfaces/IClearingViews.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { BookId } from "../../shared/BookId.sol";
import { Band, Legs, Marks, Terms } from "../../shared/ClearingTypes.sol";
import { Margin } from "../../shared/Margin.sol";
import { Payoff } from "../../shared/Payoff.sol";
import { Liquidation } from "../../shared/RiskTypes.sol";
import { SeriesId } from "../../shared/SeriesId.sol";
import { AuctionClock } from "../libraries/AuctionClock.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import {
    Auction,
    Context,
    MAXIMUM_TENOR,
    Pot,
    Receipt,
    Reserve,
    State,
    Token,
    Tranche,
    expiryKey
} from "../libraries/ClearingState.sol";
import { MarketAccount, Phase } from "../libraries/ClearingWords.sol";
import { Fees } from "../libraries/Fees.sol";
import { OpenInterest } from "../libraries/OpenInterest.sol";
import { Pots } from "../libraries/Pots.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { RiskCall } from "../libraries/RiskCall.sol";
import { AuctionKeeping } from "./AuctionKeeping.sol";

/// @title Views, a module of the Clearinghouse
/// @notice Computes with the libraries that the other modules act on, and writes nothing.
contract ViewModule is AuctionKeeping, IClearingViews {
    using BookWords for State;
    using BookWords for Book;

    /// @inheritdoc IClearingViews
    function requirement(BookId id) external view returns (RequirementView memory) {
        (Context memory context, Book memory book) = _loaded(id);
        return _requirement(context, book.legs);
    }

    /// @inheritdoc IClearingViews
    function requirementOf(
        uint256 market,
        uint256 expiry,
        LegView[] calldata legs
    ) external view returns (RequirementView memory) {
        Book memory book; // nobody's
        for (uint256 i; i < legs.length; ++i) book.change(legs[i].strike, legs[i].isCall, legs[i].size, i);
        return _requirement(_loaded(market, expiry), book.legs);
    }

    /// @inheritdoc IClearingViews
    function readingOf(
        uint256 market,
        uint256 expiry
    ) external view returns (bool hasPrice, IRisk.Reading memory reading) {
        Context memory context = _loaded(market, expiry);
        if (expiry > block.timestamp) hasPrice = RiskCall.tryRead(context, _alarmOf(market));
        reading = context.reading;
    }

    /// @inheritdoc IClearingViews
    function equity(BookId id) external view returns (int256) {
        (Context memory context, Book memory book) = _loaded(id);
        uint256 mark = _requirement(context, book.legs).marks.full;
        return int256(book.cash) - int256(mark);
    }

    /// @inheritdoc IClearingViews
    function maxLoss(BookId id) external view returns (uint256) {
        (Context memory context, Book memory book) = _loaded(id);
        return Requirements.maximumLoss(context, book);
    }

    /// @inheritdoc IClearingViews
    function maxDefund(BookId id) external view returns (uint256) {
        (Context memory context, Book memory book) = _loaded(id);
        if (book.state == BookState.Flagged) return 0;
        RequirementView memory needed = _requirement(context, book.legs);
        bool lends = needed.hasPrice && RiskCall.lends(needed.reading);
        return Math.saturatingSub(book.cash, lends ? needed.initial.amount : needed.initial.maximumLoss);
    }

    /// @inheritdoc IClearingViews
    function previewMint(BookId id, LegAmount[] calldata legs) external view returns (MintPreview memory preview) {
        (Context memory context, Book memory book) = _loaded(id);
        preview.cash = book.cash;
        preview.opens = _readOpening(context) && book.state == BookState.Healthy;
        // The first opening sets the price that notional is counted with.
        if (context.series.openNotional() == 0) {
            context.series = context.series.withOpeningPrice(context.reading.price);
        }
        uint256 feeBase;
        for (uint256 i; i < legs.length; ++i) {
            (int256 held, int256 left) = book.change(legs[i].strike, legs[i].isCall, -int256(uint256(legs[i].size)), i);
            if (left >= 0) continue;
            int256 written = held < 0 ? held - left : -left;
            feeBase += Fees.base(context.terms.kind, written, legs[i].strike);
            preview.notional += Fees.notionalUp(uint256(written), legs[i].strike, context.series.openingPrice());
        }
        _previewCash(context, book, feeBase, preview);
        preview.room = _room(context);
    }

    /// @inheritdoc IClearingViews
    function previewWithdraw(address token, uint256 amount) external view returns (uint256) {
        Token storage record = _state.tokens[_tokenIndex(token)];
        return _paidDown(record, amount, IERC20(token).balanceOf(address(this)));
    }

    /// @inheritdoc IClearingViews
    function previewRedeem(address owner, uint256 seriesId, uint256 amount) external view returns (uint256) {
        (bool isId, uint256 market, uint256 expiry, uint256 strike, bool isCall) = SeriesId.unpack(seriesId);
        Context memory context = _loaded(market, expiry);
        if (!isId || context.series.phase() != Phase.Priced) return 0;
        require(amount <= type(uint64).max, Clearinghouse_AmountTooLarge(amount, type(uint64).max));
        Terms memory terms = context.terms;
        uint256 price = _state.pots[expiryKey(market, expiry)].price;
        return _due(context, owner, amount * Payoff.numeratorPerSize(strike, isCall, terms, price));
    }

    /// @inheritdoc IClearingViews
    function receiptOf(address owner, uint256 market, uint256 expiry) external view returns (ReceiptView memory) {
        Context memory context = _loaded(market, expiry);
        Receipt memory receipt = _state.receipts[owner][expiryKey(market, expiry)];
        uint256 due = receipt.par == 0 ? 0 : _due(context, owner, 0);
        return ReceiptView(receipt.par, receipt.paid, due);
    }

    /// @inheritdoc IClearingViews
    function auction(BookId id) public view returns (AuctionView memory shown) {
        Context memory context;
        Book memory book;
        Hand memory hand;
        _loadAccount(context, id);
        _state.load(book, id);
        Auction memory stored = _state.auctions[id];
        shown.isFlagged = book.state == BookState.Flagged;
        if (shown.isFlagged) (shown.flagger, shown.shortage) = (stored.flagger, stored.shortage);
        if (_expired(id) || book.state == BookState.Settled) return shown;
        if (!_readLiquidation(context, hand.reading, !shown.isFlagged)) return shown;
        if (shown.isFlagged) hand.elapsed = AuctionClock.elapsedAt(book.clock, hand.reading.bidTime);
        _appraise(context, book, hand);
        shown.half = hand.terms.half;
        shown.elapsed = hand.elapsed;
        shown.full = hand.terms.full;
        shown.target = hand.terms.target;
        shown.payment = hand.terms.payment;
        shown.penalty = hand.terms.penalty;
        bool isAllowed = hand.reading.allowed != Liquidation.None;
        bool belowHalf = hand.reading.allowed == Liquidation.BelowHalf;
        if (shown.isFlagged) {
            shown.isLiquidatable =
                isAllowed &&
                book.cash < hand.terms.target &&
                (!belowHalf || Requirements.isShort(context, book, Requirements.bandOf(context), true));
            if (shown.isLiquidatable) shown.largestShare = _largestShare(context, hand, stored);
            return shown;
        }
        Band memory earlier = Band(hand.reading.earlierPrice, hand.reading.earlierLow, hand.reading.earlierHigh);
        shown.isLiquidatable =
            isAllowed &&
            earlier.price != 0 &&
            !Requirements.isFunded(context, book) &&
            Requirements.isShort(context, book, Requirements.bandOf(context), belowHalf) &&
            Requirements.isShort(context, book, earlier, belowHalf);
    }

    /// @inheritdoc IClearingViews
    function isLiquidatable(BookId id) external view returns (bool) {
        return auction(id).isLiquidatable;
    }

    /// @inheritdoc IClearingViews
    function trancheOf(uint256 market) external view returns (TrancheView memory) {
        _configOf(market);
        Tranche memory tranche = _state.tranches[market];
        return TrancheView(tranche.provider, tranche.noticeAt, tranche.amount, tranche.reserved);
    }

    /// @inheritdoc IClearingViews
    function marketCount() external view returns (uint256) {
        return _state.marketCount;
    }

    /// @inheritdoc IClearingViews
    function marketState(uint256 market) external view returns (MarketView memory) {
        uint256 unitDecimals = _configOf(market).unitDecimals();
        MarketAccount account = _state.accounts[market];
        return
            MarketView({
                openNotional: account.openNotional(),
                insurance: account.insurance(),
                reserved: account.reserved(),
                feesOwed: account.feesOwed(),
                isSunset: account.isSunset(),
                unitDecimals: uint8(unitDecimals)
            });
    }

    /// @inheritdoc IClearingViews
    function expiryState(uint256 market, uint256 expiry) external view returns (ExpiryView memory shown) {
        Context memory context = _loaded(market, expiry);
        Pot memory pot = _state.pots[expiryKey(market, expiry)];
        Reserve memory reserve = _state.reserves[expiryKey(market, expiry)];
        shown.phase = uint256(context.series.phase());
        shown.openNotional = context.series.openNotional();
        shown.openingPrice = context.series.openingPrice();
        shown.lastPrice = context.series.lastPrice();
        shown.fees = context.series.fees();
        shown.reserved = reserve.reserved;
        shown.drawn = reserve.drawn;
        if (context.series.phase() != Phase.Priced) return shown;
        shown.isFinal = pot.unresolved == 0;
        shown.price = pot.price;
        shown.rung = uint256(pot.rung);
        shown.claims = pot.claims;
        shown.unresolved = pot.unresolved;
        shown.claimsUp = Payoff.toUnitsUp(pot.claims, context.terms, pot.price);
        shown.collected = pot.collected;
    }

    /// @inheritdoc IClearingViews
    function liveSeries(uint256 market, uint256 expiry) external view returns (SeriesView[] memory live) {
        Context memory context = _loaded(market, expiry);
        uint256 key = expiryKey(market, expiry);
        uint256 pairs = context.series.pairs();
        live = new SeriesView[](4 * pairs);
        uint256 count;
        for (uint256 i; i < pairs; ++i) {
            uint256 pair = OpenInterest.pairAt(_state, key, i);
            for (uint256 lane; lane < 4; ++lane) {
                uint256 size = OpenInterest.sizeOf(_state, market, expiry, 2 * pair + lane / 2, lane % 2 == 1);
                if (size == 0) continue;
                uint256 strike = (2 * pair + lane / 2) * context.parameters.strikeStep();
                live[count++] = SeriesView({
                    seriesId: SeriesId.pack(market, expiry, strike, lane % 2 == 1),
                    strike: uint40(strike),
                    isCall: lane % 2 == 1,
                    openInterest: uint64(size)
                });
            }
        }
        // In Solidity: copy `count` entries into a shorter array.
        assembly ("memory-safe") {
            mstore(live, count)
        }
    }

    function _loaded(uint256 market, uint256 expiry) private view returns (Context memory context) {
        _load(context, market, expiry);
    }

    function _loaded(BookId id) private view returns (Context memory context, Book memory book) {
        _load(context, id.market(), id.expiry());
        _state.load(book, id);
    }

    /// @dev Before the expiry the risk contract is asked; from then on nothing can be liquidated, so only what is owed counts.
    function _requirement(
        Context memory context,
        Legs memory legs
    ) private view returns (RequirementView memory shown) {
        Terms memory terms = context.terms;
        shown.terms = terms;
        shown.secondsLeft = Math.saturatingSub(context.expiry, block.timestamp);
        if (shown.secondsLeft != 0) {
            shown.hasPrice = RiskCall.tryRead(context, _alarmOf(context.market));
            shown.reading = context.reading;
        }
        if (shown.hasPrice) {
            shown.initialScenario = Requirements.initialScenario(context);
            shown.maintenanceScenario = Requirements.maintenanceScenario(context);
        } else {
            shown.initialScenario.isStale = true;
            shown.maintenanceScenario.isStale = true;
        }
        shown.initial = Margin.calculateRequirement(legs, terms, shown.initialScenario);
        shown.maintenance = Margin.calculateRequirement(legs, terms, shown.maintenanceScenario);
        shown.marks = _marks(context, legs, shown);
    }

    function _marks(
        Context memory context,
        Legs memory legs,
        RequirementView memory shown
    ) private view returns (Marks memory) {
        if (shown.hasPrice) {
            uint256 timeValue = shown.maintenanceScenario.timeValue;
            return Margin.calculateMarks(legs, shown.terms, context.reading.price, timeValue);
        }
        if (context.series.phase() != Phase.Priced) {
            return Marks(shown.initial.maximumLoss, shown.initial.maximumLoss);
        }
        shown.settledPrice = _state.pots[expiryKey(context.market, context.expiry)].price;
        (uint256 owed, uint256 due) = Payoff.numerators(legs, shown.terms, shown.settledPrice);
        uint256 debt = Payoff.toUnitsUp(Math.saturatingSub(owed, due), shown.terms, shown.settledPrice);
        return Marks(debt, debt);
    }

    /// @dev Whether requirements may rise, as `mint` asks; keeps the reading.
    function _readOpening(Context memory context) private view returns (bool opens) {
        if (block.timestamp >= context.expiry) return false;
        bool ok = RiskCall.tryRead(context, _alarmOf(context.market));
        if (!ok || !context.reading.opens || context.account.word.isSunset()) return false;
        return context.expiry <= block.timestamp + MAXIMUM_TENOR;
    }

    /// @dev `book` holds the new legs already.
    function _previewCash(
        Context memory context,
        Book memory book,
        uint256 feeBase,
        MintPreview memory preview
    ) private view {
        if (feeBase != 0) {
            preview.fee = Fees.feeUp(context.terms, feeBase, context.parameters.mintFee());
            preview.tips = (2 - book.tips) * context.config.tip();
        }
        RequirementView memory needed = _requirement(context, book.legs);
        preview.required = needed.initial.amount;
        preview.isDust =
            book.hasShorts() &&
            needed.initial.cost < context.parameters.dust() &&
            needed.initial.cost <= needed.initial.maximumLoss;
        preview.missing = Math.saturatingSub(preview.required + preview.fee + preview.tips, book.cash);
    }

    /// @dev What the three caps of an opening leave, USD with 2 decimals.
    function _room(Context memory context) private view returns (uint256 room) {
        uint256 cap = Requirements.notionalCap(context);
        uint256 expiryCap = (cap * context.parameters.expiryCapPercent()) / 100;
        room = Math.saturatingSub(cap, context.account.word.openNotional());
        room = Math.min(room, Math.saturatingSub(expiryCap, context.series.openNotional()));
        room = Math.min(room, Math.saturatingSub(context.reading.notionalCap, _state.openNotional));
    }

    /// @dev What the pot pays `owner` now for his receipt and `par` more.
    function _due(Context memory context, address owner, uint256 par) private view returns (uint256) {
        uint256 key = expiryKey(context.market, context.expiry);
        return Pots.pay(_state.pots[key], context.terms, _state.receipts[owner][key], par);
    }
}
