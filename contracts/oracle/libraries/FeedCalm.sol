// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { MARK_SECONDS, ROUND_SECONDS, Source } from "../../shared/OracleTypes.sol";
import { SignalLimits } from "../../shared/Signal.sol";
import { CandidateWord } from "./CandidateWord.sol";
import { Decay, FeedFold } from "./FeedFold.sol";
import { FeedKeeping } from "./FeedKeeping.sol";
import { Step } from "./FeedStep.sol";
import { Quarantine } from "./Quarantine.sol";
import { WitnessWord } from "./WitnessWord.sol";

/// @title Feed calm
/// @notice The step of a feed when nothing happens, word to word: what {FeedStep} does, for a quarter of its gas. It
/// answers only when every row of the trigger table is clear and stays clear; the bounds are tighter than the table's
/// where that saves a division. Anything else, and any doubt, is left to {FeedStep}.
/// @dev Proven equal to it in test/sol/oracle/FeedCalm.t.sol. Word layouts: FeedWords, WitnessWord, CandidateWord.
library FeedCalm {
    uint256 private constant _RATIO = (1 << 26) - 1;
    /// @dev Dispersion, level, source, divergent, pending, isNew and contradicted of a latest word, from bit 96; calm is a
    /// listed Normal quorum price.
    uint256 private constant _STATE = 0x3fff | (uint256(0xff) << 14) | (uint256(3) << 25);
    uint256 private constant _CALM_STATE = uint256(Source.Quorum) << 17;
    /// @dev The same of a candidate, from bit 64: dispersion, divergent, source.
    uint256 private constant _CALM_CANDIDATE = uint256(Source.Quorum) << 129;
    /// @dev What a calm step keeps or adds to: dirty flags, sum, coverage, divergent rounds, grace.
    uint256 private constant _KEPT = (uint256(3) << 118) | (((uint256(1) << 101) - 1) << 155);
    uint256 private constant _WITNESSED = uint256(1) << 120;
    uint256 private constant _HALF_HOUR_ROUNDS = MARK_SECONDS / ROUND_SECONDS;
    uint256 private constant _DISPERSION_UNIT = 10;
    uint256 private constant _DISTANCE_BPS = SignalLimits.WITNESS_CAUTIOUS_BPS / 2;
    /// @dev Quorum streaks that are long enough: with the folded round and this one, LADDER_ROUNDS.
    uint256 private constant _STREAK_MINIMUM = SignalLimits.LADDER_ROUNDS - 2;
    uint256 private constant _STREAK_MAXIMUM = 31;
    uint256 private constant _CALM_MAXIMUM = 127;
    /// @dev Decay weights of one round, the commonest interval. Others are computed where there is room for the code.
    uint256 private constant _ROUND_5M = 209_468_026;
    uint256 private constant _ROUND_30M = 35_642_676;
    uint256 private constant _ROUND_12H = 1_491_049;
    /// @dev Four clocks of 15 bits, from bit 142 of the averages word; the first and third, and the top bits above them.
    uint256 private constant _CLOCKS = 0x7fff | (uint256(0x7fff) << 30);
    uint256 private constant _CLOCK_ONES = 1 | (uint256(1) << 30);

    /// @notice Whether the round lets any feed take the short way: first version, full set, clock in time.
    function mayApply(Step memory step) internal pure returns (bool) {
        return !step.impaired && !step.upgrade && !step.lagging && step.weightEmaBps >= SignalLimits.WEIGHT_CLEAR_BPS;
    }

    /// @notice Applies a candidate to a calm feed. @return calm False when this is a case for {FeedStep}.
    /// @param witness The feed's half of its witness word.
    function tryStep(
        uint256 latest,
        uint256 averages,
        uint256 witness,
        uint256 candidate,
        Step memory step
    ) internal pure returns (bool calm, uint256 nextLatest, uint256 nextAverages) {
        unchecked {
            uint256 round = uint32(latest >> 64);
            uint256 elapsed = (step.round - round) * ROUND_SECONDS;
            // A round of the same age passed this test already: all that it looks at is shared.
            if (step.decay.seconds_ != elapsed && !_takeInterval(step, round, elapsed)) return (false, 0, 0);
            uint256 price = uint64(candidate);
            if (
                _isLoud(latest, averages, candidate, price) |
                    _isContradicted(witness, price, step.blockTime) |
                    _exceeds(1, elapsed) !=
                0
            ) return (false, 0, 0);

            uint256 covered = elapsed < step.heartbeat ? elapsed : step.heartbeat;
            (calm, nextAverages) = _moveAverages(averages, uint64(latest), price, step.decay);
            if (!calm) return (false, 0, 0);
            nextAverages |= _moveCounters(averages, step.round - round, covered);
            nextAverages |=
                FeedFold.laggedAfter((averages >> 128) & 0x3fff, ((latest >> 96) & 0x3fff) * _DISPERSION_UNIT) << 128;
            nextLatest = _nextLatest(latest, candidate, step.round, covered);
        }
    }

    /// @dev Whether the time since the feed's round allows a calm step; it lies in one half hour, which is shorter than any
    /// gap that ends in Recovery only together with the limit. Leaves its decay in the step.
    function _takeInterval(Step memory step, uint256 round, uint256 elapsed) private pure returns (bool) {
        unchecked {
            if (step.round <= round || step.round / _HALF_HOUR_ROUNDS != round / _HALF_HOUR_ROUNDS) return false;
            if (elapsed > Quarantine.GAP_SECONDS) return false;
            step.decay =
                elapsed == ROUND_SECONDS
                    ? Decay(elapsed, _ROUND_5M, _ROUND_30M, _ROUND_12H)
                    : FeedKeeping.decayOf(elapsed);
            return true;
        }
    }

    /// @dev 1 when `value` is above `limit`, else 0: conditions joined without a jump each.
    function _exceeds(uint256 value, uint256 limit) private pure returns (uint256 result) {
        // The Solidity it replaces: result = value > limit ? 1 : 0;
        assembly ("memory-safe") {
            result := gt(value, limit)
        }
    }

    /// @dev 0 when the price stands at Normal, and neither the candidate nor the recent rounds come near a row of the table.
    /// Each difference is compared modulo 2^256: below the lower bound it wraps and is above the upper one.
    function _isLoud(
        uint256 latest,
        uint256 averages,
        uint256 candidate,
        uint256 price
    ) private pure returns (uint256) {
        unchecked {
            uint256 oldPrice = uint64(latest);
            return
                // The stored dispersion ends all streaks.
                _exceeds(((latest >> 96) & _STATE) - _CALM_STATE, SignalLimits.DISPERSION_CAUTIOUS / _DISPERSION_UNIT) |
                _exceeds((candidate >> 64) - _CALM_CANDIDATE, SignalLimits.DISPERSION_CAUTIOUS / 2) |
                // 5 %, JUMP_CAUTIOUS, whatever the time between: and so no quarantine.
                _exceeds((price - oldPrice) * 20 + oldPrice, 2 * oldPrice) |
                _exceeds(1, oldPrice) |
                // The streak lies below the divergent rounds among twenty, of which there is none.
                _exceeds(((averages >> 202) & 0x1ffffff) - _STREAK_MINIMUM, _STREAK_MAXIMUM - _STREAK_MINIMUM);
        }
    }

    /// @dev 0 when the witness is fresh, without conflict, was near our price at its time and is near this one.
    function _isContradicted(uint256 witness, uint256 price, uint256 time) private pure returns (uint256) {
        unchecked {
            uint256 given = uint64(witness);
            uint256 distance = (witness >> 108) & 0xfff; // 12 bits, two's complement
            return
                _exceeds(
                    time,
                    uint32(witness >> 64) +
                        ((witness >> 96) & 0xfff) * WitnessWord.DELAY_UNIT +
                        WitnessWord.FRESH_SECONDS
                ) |
                ((witness >> 121) & 1) |
                // NEAR_BPS; no price is near a witness that never spoke.
                _exceeds((price - given) * (10_000 / WitnessWord.NEAR_BPS) + given, 2 * given) |
                _exceeds((distance + _DISTANCE_BPS) & 0xfff, 2 * _DISTANCE_BPS);
        }
    }

    /// @dev Price averages, previous ratio and variance, over the new price. Calm while the averages are within 2.5 %, 2 %
    /// and 10 % of it: then no row trips, none holds, and the 30 min average counts as calm; and then none saturates. The
    /// 30 min average is above zero, since a hundredth of the new price at least has just gone into it.
    function _moveAverages(
        uint256 averages,
        uint256 oldPrice,
        uint256 price,
        Decay memory decay
    ) private pure returns (bool calm, uint256 next) {
        unchecked {
            uint256 fast = _rebased(FeedFold.toward(averages & _RATIO, decay.weight5m), oldPrice, price);
            uint256 middle = _rebased(FeedFold.toward((averages >> 26) & _RATIO, decay.weight30m), oldPrice, price);
            uint256 slow = _rebased(FeedFold.toward((averages >> 52) & _RATIO, decay.weight12h), oldPrice, price);
            if (
                _exceeds((fast - FeedFold.RATIO_ONE) * 40 + fast, 2 * fast) |
                    _exceeds((middle - FeedFold.RATIO_ONE) * 50 + middle - 1, 2 * middle - 2) |
                    _exceeds((slow - FeedFold.RATIO_ONE) * 10 + slow, 2 * slow) !=
                0
            ) return (false, 0);
            uint256 previous = _rebased(FeedFold.RATIO_ONE, oldPrice, price);
            next = fast | (middle << 26) | (slow << 52) | (previous << 78);
            uint256 variance = FeedFold.varianceAfter(
                (averages >> 104) & FeedFold.VARIANCE_MAXIMUM,
                (averages >> 78) & _RATIO,
                averages >> 244,
                decay.weight12h
            );
            return (true, next | (variance << 104));
        }
    }

    /// @dev As {FeedFold.rebased} without the limit, which none that is calm reaches; the price is not zero.
    function _rebased(uint256 ratio, uint256 oldPrice, uint256 price) private pure returns (uint256) {
        unchecked {
            return FixedPointMathLib.rawDiv(ratio * oldPrice + price / 2, price);
        }
    }

    /// @dev Clocks, quorum streak and calm rounds go on; divergence, wide and clear streaks are zero. `delta` rounds passed, at
    /// most a half hour.
    function _moveCounters(uint256 averages, uint256 delta, uint256 covered) private pure returns (uint256 next) {
        unchecked {
            next = _moveClocks(averages >> 142, covered) << 142;
            next |= _moveClocks(averages >> 157, covered) << 157;
            uint256 streak = (averages >> 202) & 0x1f;
            next |= (streak + _exceeds(_STREAK_MAXIMUM, streak)) << 202;
            uint256 calmRounds = ((averages >> 237) & 0x7f) + delta;
            next |= (calmRounds > _CALM_MAXIMUM ? _CALM_MAXIMUM : calmRounds) << 237;
            next |= delta << 244;
        }
    }

    /// @dev Two clocks in one addition, each with the bit above it to carry into; one that did is set to its maximum.
    function _moveClocks(uint256 clocks, uint256 covered) private pure returns (uint256) {
        unchecked {
            clocks = (clocks & _CLOCKS) + covered * _CLOCK_ONES;
            uint256 carried = (clocks >> 15) & _CLOCK_ONES;
            return (clocks | ((carried << 15) - carried)) & _CLOCKS;
        }
    }

    function _nextLatest(
        uint256 latest,
        uint256 candidate,
        uint256 round,
        uint256 covered
    ) private pure returns (uint256 next) {
        unchecked {
            uint256 dispersion = (CandidateWord.dispersionOf(candidate) + _DISPERSION_UNIT - 1) / _DISPERSION_UNIT;
            next = (latest & _KEPT) + ((uint64(latest) * covered) << 155) + (covered << 230);
            next |= uint64(candidate) | (round << 64) | ((dispersion | _CALM_STATE) << 96) | _WITNESSED;
            next |= uint256(uint32((latest >> 123) + covered)) << 123;
        }
    }
}
