// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { AuctionClock } from "../../../contracts/clearing/libraries/AuctionClock.sol";
import { AuctionPrice, AuctionTerms } from "../../../contracts/clearing/libraries/AuctionPrice.sol";
import { MarketAlarm } from "../../../contracts/shared/MarketAlarm.sol";

/// @notice What holds of every liquidation, whatever a book holds and is worth.
contract AuctionTest {
    uint256 private constant _ONE = 1e18;

    /// @dev M₀ ≤ M ≤ MM ≤ IM ≤ maximum loss, cash anything up to twice of it.
    function _draw(
        uint80[6] memory drawn
    ) private pure returns (AuctionTerms memory terms, uint256 cash, uint256 half) {
        uint256 maximumLoss = uint256(drawn[0]) + 1;
        uint256 initial = uint256(drawn[1]) % (maximumLoss + 1);
        uint256 maintenance = uint256(drawn[2]) % (initial + 1);
        terms.full = uint256(drawn[3]) % (maintenance + 1);
        half = uint256(drawn[4]) % (terms.full + 1);
        cash = uint256(drawn[5]) % (2 * maximumLoss);
        terms.target = AuctionPrice.targetUp(maximumLoss, maintenance, initial);
        terms.penalty = AuctionPrice.penaltyUp(cash, terms.full);
        require(terms.target <= initial && terms.target <= maximumLoss, "target above initial margin");
        require(terms.target >= maintenance, "target below maintenance");
    }

    /// @notice The numbers of DESIGN §5: 5 % of what a book has left, 1.25 times maintenance margin, 1.05 times the worth of its legs.
    function test_ThePublishedNumbers() external pure {
        require(AuctionPrice.penaltyUp(1_100, 100) == 50, "a twentieth of the thousand it has left");
        require(AuctionPrice.penaltyUp(1_101, 100) == 51, "rounded up");
        require(
            AuctionPrice.penaltyUp(100, 100) == 0 && AuctionPrice.penaltyUp(99, 100) == 0,
            "none of who cannot pay"
        );
        require(AuctionPrice.targetUp(10_000, 1_000, 9_000) == 1_250, "a quarter above maintenance margin");
        require(AuctionPrice.targetUp(10_000, 1_000, 1_200) == 1_200, "initial margin at most");
        require(
            AuctionPrice.paymentDown(500, 1_000, 400, 1 hours, true) == 1_050,
            "after the hour of a book that cannot pay"
        );
        require(AuctionPrice.SOLVENT_SECONDS == 1_200 && AuctionPrice.INSOLVENT_SECONDS == 2_400, "its clock");
        require(AuctionPrice.LEAST_SHARE == _ONE / 100 && AuctionPrice.ABSORB_SECONDS == 7_200, "its bounds");
    }

    function testFuzz_PaymentRisesWithTheClockAndNeverPassesItsEnds(
        uint80[6] memory drawn,
        uint32 earlier,
        uint32 later,
        bool isPrimary
    ) public pure {
        (AuctionTerms memory terms, uint256 cash, uint256 half) = _draw(drawn);
        if (earlier > later) (earlier, later) = (later, earlier);
        uint256 first = AuctionPrice.paymentDown(cash, terms.full, half, earlier, isPrimary);
        uint256 second = AuctionPrice.paymentDown(cash, terms.full, half, later, isPrimary);
        require(first <= second, "fell");
        if (cash >= terms.full || !isPrimary) {
            require(second + terms.penalty <= cash, "more than the book has");
        } else {
            require(second * 100 <= terms.full * 105 || second <= cash, "more than 1.05 M");
        }
    }

    function testFuzz_TheLargestShareLeavesAtLeastTheTargetInProportion(
        uint80[6] memory drawn,
        uint32 elapsed,
        bool isPrimary
    ) public pure {
        (AuctionTerms memory terms, uint256 cash, uint256 half) = _draw(drawn);
        terms.payment = AuctionPrice.paymentDown(cash, terms.full, half, elapsed, isPrimary);
        uint256 share = AuctionPrice.largestShareUp(cash, terms);
        require(share <= _ONE, "more than all");
        require((share == 0) == (cash >= terms.target), "takes of a healthy book");
        if (share == 0 || share == _ONE) return;
        // Cash less share · (P + π) is the target of what is left, share by share exactly.
        uint256 kept = cash * _ONE - share * (terms.payment + terms.penalty);
        require(kept >= terms.target * (_ONE - share), "does not restore");
    }

    function testFuzz_NoSmallerShareRestoresAndWhatNoneRestoresIsTakenWhole(
        uint80[6] memory drawn,
        uint32 elapsed,
        bool isPrimary
    ) public pure {
        (AuctionTerms memory terms, uint256 cash, uint256 half) = _draw(drawn);
        terms.payment = AuctionPrice.paymentDown(cash, terms.full, half, elapsed, isPrimary);
        if (cash >= terms.target) return;
        uint256 share = AuctionPrice.largestShareUp(cash, terms);
        uint256 spent = terms.payment + terms.penalty;
        if (cash < terms.full || terms.target <= spent) {
            require(share == _ONE, "a part of a book that no part helps");
            return;
        }
        uint256 smaller = share - 1;
        require(cash * _ONE - smaller * spent < terms.target * (_ONE - smaller), "takes more than it needs");
    }

    function testFuzz_AClockGoesOnWhereItStoodForAnHourAndThenStartsAnew(
        uint24 start,
        uint16 ran,
        uint24 pause
    ) public pure {
        uint256 stoppedAt = uint256(start) + ran;
        uint256 left = AuctionClock.stopped(start, stoppedAt);
        require(left < 1 << 40, "does not fit");
        uint256 resumedAt = stoppedAt + pause;
        uint256 elapsed = AuctionClock.elapsedAt(AuctionClock.started(left, resumedAt), resumedAt);
        uint256 expected = ran > 8191 ? 8191 : ran;
        if (uint256(pause) + 16 < 3600 && resumedAt >= expected) require(elapsed == expected, "lost");
        if (pause >= 3600) require(elapsed == 0, "kept");
    }

    function testFuzz_BidsUseUpAsMuchOfAWindowAsOfItsSliceHoweverTheyAreCut(uint16[6] memory drawn) public pure {
        uint256 held = 0;
        uint256 left = 10_000;
        for (uint256 i = 0; i < drawn.length; ++i) {
            uint256 rest = left - (uint256(drawn[i]) % (left - AuctionClock.SLICE_LEFT_BPS + 1));
            held += AuctionClock.windowTaken(left, rest);
            left = rest;
        }
        require(held == ((10_000 - left) * AuctionClock.SLICE_SECONDS) / 2_500, "not the sum");
        require(held <= AuctionClock.SLICE_SECONDS, "more than a window");
        if (left == AuctionClock.SLICE_LEFT_BPS)
            require(held == AuctionClock.SLICE_SECONDS, "a whole slice is a window");
    }

    function testFuzz_ABidMakesTheRestNoDearerAndNoCheaperThanItsSecond(
        uint80[6] memory drawn,
        uint16 elapsed,
        uint64 share,
        bool isPrimary
    ) public pure {
        (AuctionTerms memory terms, uint256 cash, uint256 half) = _draw(drawn);
        terms.half = half;
        uint256 taken = uint256(share) % _ONE;
        terms.payment = AuctionPrice.paymentDown(cash, terms.full, half, elapsed, isPrimary);
        uint256 spent = ((FixedPointMathLib.min(terms.payment, cash) + terms.penalty) * taken) / _ONE;
        if (spent > cash) return;
        uint256 rest = _ONE - taken;
        uint256 after_ = AuctionPrice.elapsedDown(cash - spent, terms, taken, elapsed);
        require(after_ <= elapsed, "went on");
        uint256 full = (terms.full * rest) / _ONE;
        half = (half * rest) / _ONE;
        uint256 paid = (terms.payment * rest) / _ONE;
        uint256 now_ = AuctionPrice.paymentDown(cash - spent, full, half, after_, isPrimary);
        if (elapsed >= AuctionPrice.SOLVENT_SECONDS) return; // all of the cash is offered: every part has its own
        require(now_ <= paid + 1 || after_ == 0, "dearer");
        if (after_ == elapsed) return;
        uint256 next = AuctionPrice.paymentDown(cash - spent, full, half, after_ + 1, isPrimary);
        require(next + 1 >= paid, "cheaper by more than a second");
    }

    function testFuzz_WhatLeaksIsNeverMoreThanItWasAndGoneAfterItsWindow(
        uint64 amount,
        uint32 earlier,
        uint32 later
    ) public pure {
        if (earlier > later) (earlier, later) = (later, earlier);
        uint256 first = MarketAlarm.leakedUp(amount, earlier, MarketAlarm.DRAWN_SECONDS);
        uint256 second = MarketAlarm.leakedUp(amount, later, MarketAlarm.DRAWN_SECONDS);
        require(first <= amount && second <= first, "grew");
        if (later >= MarketAlarm.DRAWN_SECONDS) require(second == 0, "stayed");
    }
}
