// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AuctionClock } from "../../contracts/clearing/libraries/AuctionClock.sol";
import { AuctionPrice, AuctionTerms } from "../../contracts/clearing/libraries/AuctionPrice.sol";
import { MarketAlarm } from "../../contracts/shared/MarketAlarm.sol";

/// @notice What a liquidation costs and pays, for every amount that fits its bits. Each function is one property.
contract AuctionProofs {
    function penaltyIsOfWhatExceedsTheWorth(uint80 cash, uint80 full) external pure {
        uint256 penalty = AuctionPrice.penaltyUp(cash, full);
        assert(penalty <= (cash > full ? cash - full : 0));
    }

    function targetIsAtMostMaximumLoss(uint80 maximumLoss, uint80 maintenance, uint80 initial) external pure {
        uint256 target = AuctionPrice.targetUp(maximumLoss, maintenance, initial);
        assert(target <= maximumLoss && target <= initial);
    }

    /// @notice A book that can pay is never charged more than its cash.
    function solventBookPaysNoMoreThanItsCash(
        uint80 cash,
        uint80 full,
        uint80 half,
        uint32 elapsed,
        bool isPrimary
    ) external pure {
        require(cash >= full);
        uint256 payment = AuctionPrice.paymentDown(cash, full, half, elapsed, isPrimary);
        assert(payment + AuctionPrice.penaltyUp(cash, full) <= cash);
    }

    function shareIsAtMostAll(uint80 cash, uint80 full, uint80 target, uint80 penalty, uint80 payment) external pure {
        AuctionTerms memory terms = AuctionTerms(full, 0, target, penalty, payment);
        assert(AuctionPrice.largestShareUp(cash, terms) <= AuctionPrice.ONE);
    }

    /// @notice Bids of any size use up of a window what one bid of all of them would.
    function windowKnowsNoOrder(uint16 before, uint16 between, uint16 left) external pure {
        require(before <= 10_000 && between <= before && left <= between);
        uint256 twice = AuctionClock.windowTaken(before, between) + AuctionClock.windowTaken(between, left);
        assert(twice == AuctionClock.windowTaken(before, left));
    }

    /// @notice Unflagging and flagging again never brings a later start than the clock began at, so no more than what passed.
    function clockNeverStartsInTheFuture(uint40 remembered, uint40 bidTime) external pure {
        assert(AuctionClock.started(remembered, bidTime) <= bidTime);
    }

    function leakNeverGrows(uint80 amount, uint32 elapsed, uint32 later) external pure {
        require(elapsed <= later);
        uint256 window = MarketAlarm.OUTFLOW_SECONDS;
        uint256 left = MarketAlarm.leakedUp(amount, elapsed, window);
        assert(left <= amount && MarketAlarm.leakedUp(amount, later, window) <= left);
    }
}
