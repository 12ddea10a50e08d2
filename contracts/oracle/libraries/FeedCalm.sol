// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MARK_SECONDS, ROUND_SECONDS, Source } from "../../shared/OracleTypes.sol";
import { SignalLimits } from "../../shared/Signal.sol";
import { CandidateWord } from "./CandidateWord.sol";
import { Decay, FeedFold } from "./FeedFold.sol";
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
    /// @dev Level, source, divergent, pending, isNew and contradicted of a latest word; calm is a listed Normal quorum price.
    uint256 private constant _STATE = (uint256(0xff) << 110) | (uint256(3) << 121);
    uint256 private constant _CALM_STATE = uint256(Source.Quorum) << 113;
    /// @dev What a calm step keeps or adds to: dirty flags, sum, coverage, divergent rounds.
    uint256 private constant _KEPT = (uint256(3) << 118) | (((uint256(1) << 93) - 1) << 155);
    uint256 private constant _WITNESSED = uint256(1) << 120;
    uint256 private constant _HALF_HOUR_ROUNDS = MARK_SECONDS / ROUND_SECONDS;
    uint256 private constant _DISPERSION_UNIT = 10;
    uint256 private constant _DISTANCE_BPS = SignalLimits.WITNESS_CAUTIOUS_BPS / 2;

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
            uint256 price = CandidateWord.priceOf(candidate);
            if (!_isQuiet(latest, averages, candidate) || !_isWitnessed(witness, price, step.blockTime)) {
                return (false, 0, 0);
            }
            uint256 round = uint32(latest >> 64);
            if (step.round <= round || step.round / _HALF_HOUR_ROUNDS != round / _HALF_HOUR_ROUNDS)
                return (false, 0, 0);
            uint256 elapsed = (step.round - round) * ROUND_SECONDS;
            if (elapsed > Quarantine.GAP_SECONDS) return (false, 0, 0); // shorter than any gap that ends in Recovery

            if (step.decay.seconds_ != elapsed) step.decay = FeedFold.decayOf(elapsed);
            uint256 covered = elapsed < step.heartbeat ? elapsed : step.heartbeat;
            (calm, nextAverages) = _moveAverages(averages, uint64(latest), price, step.decay);
            if (!calm) return (false, 0, 0);
            nextAverages |= _moveCounters(averages, elapsed / ROUND_SECONDS, covered);
            nextAverages |= _moveDispersion(averages, ((latest >> 96) & 0x3fff) * _DISPERSION_UNIT);
            nextLatest = _nextLatest(latest, candidate, step.round, covered);
        }
    }

    /// @dev The price stands at Normal, and neither the candidate nor the recent rounds come near a row of the table.
    function _isQuiet(uint256 latest, uint256 averages, uint256 candidate) private pure returns (bool) {
        unchecked {
            uint256 oldPrice = uint64(latest);
            uint256 price = CandidateWord.priceOf(candidate);
            uint256 move = price > oldPrice ? price - oldPrice : oldPrice - price;
            return
                latest & _STATE == _CALM_STATE &&
                candidate >> 192 == uint256(Source.Quorum) << 1 &&
                move * 20 <= oldPrice && // 5 %, JUMP_CAUTIOUS, whatever the time between: and so no quarantine
                price * oldPrice != 0 &&
                CandidateWord.dispersionOf(candidate) <= SignalLimits.DISPERSION_CAUTIOUS / 2 &&
                ((latest >> 96) & 0x3fff) * _DISPERSION_UNIT <= SignalLimits.DISPERSION_CAUTIOUS && // ends all streaks
                (averages >> 207) & 0xfffff == 0 && // no divergent round among twenty
                (averages >> 202) & 0x1f >= SignalLimits.LADDER_ROUNDS - 2; // plus the folded round and this one
        }
    }

    /// @dev The witness is fresh, without conflict, was near our price at its time and is near this one.
    function _isWitnessed(uint256 witness, uint256 price, uint256 time) private pure returns (bool) {
        unchecked {
            uint256 given = uint64(witness);
            uint256 gap = price > given ? price - given : given - price;
            uint256 checkedAt = uint32(witness >> 64) + ((witness >> 96) & 0xfff) * WitnessWord.DELAY_UNIT;
            uint256 distance = (witness >> 108) & 0xfff; // 12 bits, two's complement
            return
                given != 0 &&
                time <= checkedAt + WitnessWord.FRESH_SECONDS &&
                (witness >> 121) & 1 == 0 &&
                gap * 10_000 <= given * WitnessWord.NEAR_BPS &&
                (distance + _DISTANCE_BPS) & 0xfff <= 2 * _DISTANCE_BPS;
        }
    }

    /// @dev Price averages, previous ratio and variance, over the new price. Calm while the averages are within 2.5 %, 2 %
    /// and 10 % of it: then no row trips, none holds, and the 30 min average counts as calm.
    function _moveAverages(
        uint256 averages,
        uint256 oldPrice,
        uint256 price,
        Decay memory decay
    ) private pure returns (bool calm, uint256 next) {
        unchecked {
            uint256 fast = FeedFold.toward(averages & _RATIO, decay.weight5m);
            uint256 middle = FeedFold.toward((averages >> 26) & _RATIO, decay.weight30m);
            uint256 slow = FeedFold.toward((averages >> 52) & _RATIO, decay.weight12h);
            fast = FeedFold.rebased(fast, oldPrice, price);
            middle = FeedFold.rebased(middle, oldPrice, price);
            slow = FeedFold.rebased(slow, oldPrice, price);
            if (_gap(fast) * 40 > fast || _gap(middle) * 50 >= middle || _gap(slow) * 10 > slow) return (false, 0);
            uint256 previous = FeedFold.rebased(FeedFold.RATIO_ONE, oldPrice, price);
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

    function _gap(uint256 average) private pure returns (uint256) {
        unchecked {
            return average > FeedFold.RATIO_ONE ? average - FeedFold.RATIO_ONE : FeedFold.RATIO_ONE - average;
        }
    }

    /// @dev Clocks, quorum streak and calm rounds go on; divergence, wide and clear streaks are zero.
    function _moveCounters(uint256 averages, uint256 delta, uint256 covered) private pure returns (uint256 next) {
        unchecked {
            next = FeedFold.clockAfter((averages >> 142) & 0x7fff, covered) << 142;
            next |= FeedFold.clockAfter((averages >> 157) & 0x7fff, covered) << 157;
            next |= FeedFold.clockAfter((averages >> 172) & 0x7fff, covered) << 172;
            next |= FeedFold.clockAfter((averages >> 187) & 0x7fff, covered) << 187;
            uint256 streak = (averages >> 202) & 0x1f;
            next |= (streak == 31 ? 31 : streak + 1) << 202;
            uint256 calmRounds = ((averages >> 237) & 0x7f) + delta;
            next |= (calmRounds > 127 ? 127 : calmRounds) << 237;
            next |= delta << 244; // at most a half hour
        }
    }

    function _moveDispersion(uint256 averages, uint256 dispersion) private pure returns (uint256) {
        return FeedFold.laggedAfter((averages >> 128) & 0x3fff, dispersion) << 128;
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
            next |= CandidateWord.priceOf(candidate) | (round << 64) | (dispersion << 96) | _CALM_STATE | _WITNESSED;
            next |= uint256(uint32((latest >> 123) + covered)) << 123;
        }
    }
}
