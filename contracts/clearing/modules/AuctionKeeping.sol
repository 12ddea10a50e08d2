// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BookId } from "../../shared/BookId.sol";
import { Scenario } from "../../shared/ClearingTypes.sol";
import { Margin } from "../../shared/Margin.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { Liquidation, LiquidationReading } from "../../shared/RiskTypes.sol";
import { ClearingBase } from "../ClearingBase.sol";
import { AuctionClock } from "../libraries/AuctionClock.sol";
import { AuctionPrice, AuctionTerms } from "../libraries/AuctionPrice.sol";
import { Book } from "../libraries/BookWords.sol";
import { Auction, Context } from "../libraries/ClearingState.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { RiskCall } from "../libraries/RiskCall.sol";

/// @title Keeping auctions
/// @notice What a flagged book costs, pays and lets go at this moment, for bids and for views.
abstract contract AuctionKeeping is ClearingBase {
    uint256 internal constant _BPS = 10_000;

    /// @notice One liquidation in hand.
    struct Hand {
        LiquidationReading reading;
        Scenario opening; // what initial margin measures by
        AuctionTerms terms;
        uint256 elapsed;
        uint256 initial; // what initial margin of the whole book costs without mode
        uint256 restoring; // share that brings the rest to the target
        uint256 share;
        uint256 windowTaken; // seconds of the slice's window that the share uses up
        uint256 paid;
        uint256 drawn;
        uint256 toInsurance;
        uint256 toFlagger;
        Auction auction;
    }

    /// @dev Market and account; the expiry's word only where something of it moves.
    function _loadAccount(Context memory context, BookId id) internal view {
        _loadMarket(context, id.market(), id.expiry());
        context.account.word = _state.accounts[id.market()];
        context.account.original = context.account.word;
    }

    function _readLiquidation(
        Context memory context,
        LiquidationReading memory reading,
        bool withEarlier
    ) internal view returns (bool) {
        Level alarm = context.account.word.alarmAt(block.timestamp);
        return RiskCall.tryReadLiquidation(context, reading, alarm, withEarlier);
    }

    /// @dev What the book costs and pays as a whole.
    function _appraise(Context memory context, Book memory book, Hand memory hand) internal view {
        AuctionTerms memory terms = hand.terms;
        uint256 maximumLoss;
        uint256 timeValue;
        hand.opening = Requirements.initialScenario(context);
        (terms.target, hand.initial, maximumLoss, timeValue) = _targetOf(context, book, hand.opening);
        uint256 price = context.reading.price;
        uint256 full = Margin.costUp(book.legs, context.terms, Margin.markScenario(price, timeValue));
        terms.full = Math.min(full, maximumLoss);
        if (hand.elapsed < AuctionPrice.SOLVENT_SECONDS) {
            uint256 half = Margin.costUp(book.legs, context.terms, Margin.markScenario(price, (timeValue + 1) / 2));
            terms.half = Math.min(half, maximumLoss);
        }
        terms.penalty = AuctionPrice.penaltyUp(book.cash, terms.full);
        terms.payment = AuctionPrice.paymentDown(
            book.cash,
            terms.full,
            terms.half,
            hand.elapsed,
            hand.reading.isPrimary
        );
        hand.restoring = AuctionPrice.largestShareUp(book.cash, terms);
    }

    /// @dev X, and what else was computed for it: what initial margin costs without mode, maximum loss, TV at 100 %.
    /// @param opening What initial margin measures by.
    function _targetOf(
        Context memory context,
        Book memory book,
        Scenario memory opening
    ) internal view returns (uint256 target, uint256 initial, uint256 maximumLoss, uint256 timeValue) {
        maximumLoss = Requirements.maximumLoss(context, book);
        initial = Margin.costUp(book.legs, context.terms, Requirements.calmScenario(opening));
        Scenario memory scenario = Requirements.maintenanceScenario(context);
        timeValue = scenario.timeValue;
        uint256 maintenance = Math.min(Margin.costUp(book.legs, context.terms, scenario), maximumLoss);
        target = AuctionPrice.targetUp(maximumLoss, maintenance, initial);
    }

    function _largestShare(
        Context memory context,
        Hand memory hand,
        Auction memory stored
    ) internal view returns (uint256 share) {
        share = hand.restoring;
        if (_isDust(context, hand, share)) return AuctionPrice.ONE;
        if (hand.reading.allowed == Liquidation.Full) return share;
        uint256 left = _windowLeft(stored);
        if (left <= AuctionClock.SLICE_LEFT_BPS) return 0;
        return Math.min(share, ((left - AuctionClock.SLICE_LEFT_BPS) * AuctionPrice.ONE) / left);
    }

    /// @dev Share of the book at the beginning of the window that is left now, bps; all of it in a new window.
    function _windowLeft(Auction memory stored) internal view returns (uint256) {
        return block.timestamp >= stored.windowAt + AuctionClock.SLICE_SECONDS ? _BPS : stored.windowLeft;
    }

    /// @dev What stays behind a share is worth no auction: its initial margin would be below the least one.
    function _isDust(Context memory context, Hand memory hand, uint256 share) internal pure returns (bool) {
        if (share == AuctionPrice.ONE) return false;
        uint256 rest = Math.mulDiv(hand.initial, AuctionPrice.ONE - share, AuctionPrice.ONE);
        return rest < context.parameters.dust();
    }
}
