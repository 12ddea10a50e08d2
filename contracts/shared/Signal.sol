// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "./OracleTypes.sol";

/// @notice Limits of the trigger table (DESIGN §4). Moves and dispersions in ppm, distances and weights in bps.
library SignalLimits {
    uint256 internal constant AVERAGE_5M_CAUTIOUS = 50_000;
    uint256 internal constant AVERAGE_5M_REDUCE_ONLY = 100_000;
    uint256 internal constant AVERAGE_5M_HALTED = 200_000;
    uint256 internal constant AVERAGE_30M_CAUTIOUS = 80_000;
    uint256 internal constant AVERAGE_30M_REDUCE_ONLY = 150_000;
    uint256 internal constant AVERAGE_30M_HALTED = 300_000;
    uint256 internal constant AVERAGE_12H_CAUTIOUS = 200_000;
    uint256 internal constant AVERAGE_12H_REDUCE_ONLY = 350_000;
    uint256 internal constant JUMP_CAUTIOUS = 50_000;
    uint256 internal constant JUMP_REDUCE_ONLY = 80_000;
    uint256 internal constant JUMP_HALTED = 200_000;
    uint256 internal constant DISPERSION_CAUTIOUS = 5_000;
    uint256 internal constant DISPERSION_REDUCE_ONLY = 15_000;
    uint256 internal constant DISPERSION_HALTED = 40_000;
    uint256 internal constant DISPERSION_ROUNDS = 3;
    uint256 internal constant DISPERSION_HALTED_ROUNDS = 5;
    uint256 internal constant WITNESS_CAUTIOUS_BPS = 150;
    uint256 internal constant WITNESS_THRESHOLD_EXTRA_BPS = 100;
    uint256 internal constant WITNESS_REDUCE_ONLY_BPS = 300;
    uint256 internal constant WITNESS_HALTED_BPS = 800;
    uint256 internal constant WITNESS_CAUTIOUS_AGE = 1 hours;
    uint256 internal constant WITNESS_REDUCE_ONLY_AGE = 24 hours;
    uint256 internal constant WEIGHT_TRIP_BPS = 7_200;
    uint256 internal constant WEIGHT_CLEAR_BPS = 8_000;
    uint256 internal constant DIVERGENT_ROUNDS = 5;
    uint256 internal constant LADDER_ROUNDS = 20;
    uint256 internal constant CLEAR_ROUNDS = 5;
}

/// @notice What the signal of a feed is computed from, at the moment a round is accepted.
/// @param move5m Distance of the price to its 5 min average, ppm; the others alike.
/// @param jump Move since the previous published round over √max(1, Δt / 60 s), ppm.
/// @param wideCautious Folded rounds in a row over the Cautious dispersion limit; the others alike.
/// @param witnessDistanceBps Distance of the witness to our price at the witness's time, as {WitnessVerdict} judges it.
/// @param contradicted The published price is more than 8 % away from a fresh witness, whatever the time of its answer.
/// @param witnessFarSamples Samples in a row beyond the Halted limit, 0 when the price is not beyond it now.
struct SignalInputs {
    uint256 move5m;
    uint256 move30m;
    uint256 move12h;
    uint256 jump;
    bool afterGap;
    bool resumed;
    bool isNew;
    bool impaired;
    bool unwitnessed;
    bool conflicted;
    bool contradicted;
    uint256 dispersion;
    uint256 wideCautious;
    uint256 wideReduceOnly;
    uint256 wideHalted;
    uint256 witnessAge;
    uint256 witnessDistanceBps;
    uint256 witnessThresholdBps;
    uint256 witnessFarSamples;
    uint256 signedWeightBps;
    uint256 divergentInTwenty;
    uint256 quorumStreak;
}

/// @title Signal
/// @notice The trigger table as a pure function. Tripping is instant; a row holds its level until the metric is at its
/// clear limit. It judges and changes no price.
library Signal {
    /// @notice Rows, as bits of `cause`.
    uint256 internal constant CAUSE_AVERAGE_5M = 1 << 0;
    uint256 internal constant CAUSE_AVERAGE_30M = 1 << 1;
    uint256 internal constant CAUSE_AVERAGE_12H = 1 << 2;
    uint256 internal constant CAUSE_JUMP = 1 << 3;
    uint256 internal constant CAUSE_WEIGHT = 1 << 4;
    uint256 internal constant CAUSE_RUNG = 1 << 5;
    uint256 internal constant CAUSE_DISPERSION = 1 << 6;
    uint256 internal constant CAUSE_WITNESS = 1 << 7;
    uint256 internal constant CAUSE_NO_WITNESS = 1 << 8;
    uint256 internal constant CAUSE_RESUME = 1 << 9;
    uint256 internal constant CAUSE_DIVERGENT = 1 << 10;
    uint256 internal constant CAUSE_IMPAIRED = 1 << 11;
    uint256 internal constant CAUSE_CONFLICT = 1 << 12;
    uint256 internal constant CAUSE_NEW = 1 << 13;

    /// @notice Strictest level that is tripped now, the strictest that is not yet clear, and what tripped.
    function judge(SignalInputs memory inputs) internal pure returns (Level tripped, Level held, uint256 cause) {
        (uint256 trip, uint256 hold, uint256 bits) = (0, 0, 0);
        (trip, hold, bits) = _moves(inputs, trip, hold, bits);
        (trip, hold, bits) = _set(inputs, trip, hold, bits);
        (trip, hold, bits) = _dispersion(inputs, trip, hold, bits);
        (trip, hold, bits) = _witness(inputs, trip, hold, bits);
        return (Level(trip), Level(hold > trip ? hold : trip), bits);
    }

    /// @notice Next stored level and streak: falls only after the clear levels held CLEAR_ROUNDS rounds.
    function next(
        Level current,
        uint256 clearStreak,
        Level tripped,
        Level held
    ) internal pure returns (Level level, uint256 streak) {
        if (tripped >= current) return (tripped, 0);
        if (held >= current) return (current, 0);
        if (clearStreak + 1 < SignalLimits.CLEAR_ROUNDS) return (current, clearStreak + 1);
        return (held, 0);
    }

    function _moves(
        SignalInputs memory inputs,
        uint256 trip,
        uint256 hold,
        uint256 bits
    ) private pure returns (uint256, uint256, uint256) {
        // A row is looked at only when its lowest clear limit is passed: in calm markets four comparisons.
        uint256 level;
        if (inputs.move5m > SignalLimits.AVERAGE_5M_CAUTIOUS / 2) {
            (trip, hold, bits) = _row(
                inputs.move5m,
                SignalLimits.AVERAGE_5M_CAUTIOUS,
                SignalLimits.AVERAGE_5M_REDUCE_ONLY,
                SignalLimits.AVERAGE_5M_HALTED,
                trip,
                hold,
                bits,
                CAUSE_AVERAGE_5M
            );
        }
        if (inputs.move30m > SignalLimits.AVERAGE_30M_CAUTIOUS / 2) {
            (trip, hold, bits) = _row(
                inputs.move30m,
                SignalLimits.AVERAGE_30M_CAUTIOUS,
                SignalLimits.AVERAGE_30M_REDUCE_ONLY,
                SignalLimits.AVERAGE_30M_HALTED,
                trip,
                hold,
                bits,
                CAUSE_AVERAGE_30M
            );
        }
        if (inputs.move12h > SignalLimits.AVERAGE_12H_CAUTIOUS / 2) {
            (trip, hold, bits) = _row(
                inputs.move12h,
                SignalLimits.AVERAGE_12H_CAUTIOUS,
                SignalLimits.AVERAGE_12H_REDUCE_ONLY,
                type(uint256).max,
                trip,
                hold,
                bits,
                CAUSE_AVERAGE_12H
            );
        }
        if (inputs.jump > SignalLimits.JUMP_CAUTIOUS) {
            level = _levelOf(
                inputs.jump,
                SignalLimits.JUMP_CAUTIOUS,
                SignalLimits.JUMP_REDUCE_ONLY,
                inputs.afterGap ? type(uint256).max : SignalLimits.JUMP_HALTED
            );
            (trip, bits) = _raise(trip, level, bits, CAUSE_JUMP);
        }
        return (trip, hold, bits);
    }

    function _set(
        SignalInputs memory inputs,
        uint256 trip,
        uint256 hold,
        uint256 bits
    ) private pure returns (uint256, uint256, uint256) {
        uint256 reduceOnly = uint256(Level.ReduceOnly);
        if (inputs.signedWeightBps < SignalLimits.WEIGHT_CLEAR_BPS) {
            hold = _max(hold, uint256(Level.Cautious));
            if (inputs.signedWeightBps < SignalLimits.WEIGHT_TRIP_BPS) {
                (trip, bits) = _raise(trip, uint256(Level.Cautious), bits, CAUSE_WEIGHT);
            }
        }
        if (inputs.divergentInTwenty >= SignalLimits.DIVERGENT_ROUNDS) {
            (trip, bits) = _raise(trip, uint256(Level.Cautious), bits, CAUSE_DIVERGENT);
        }
        if (inputs.unwitnessed) (trip, bits) = _raise(trip, uint256(Level.Halted), bits, CAUSE_RUNG);
        if (!inputs.isNew && inputs.quorumStreak < SignalLimits.LADDER_ROUNDS) {
            (trip, bits) = _raise(trip, reduceOnly, bits, CAUSE_RUNG);
        }
        if (inputs.impaired) (trip, bits) = _raise(trip, reduceOnly, bits, CAUSE_IMPAIRED);
        if (inputs.resumed) (trip, bits) = _raise(trip, uint256(Level.Recovery), bits, CAUSE_RESUME);
        if (inputs.isNew) (trip, bits) = _raise(trip, uint256(Level.Recovery), bits, CAUSE_NEW);
        return (trip, hold, bits);
    }

    function _dispersion(
        SignalInputs memory inputs,
        uint256 trip,
        uint256 hold,
        uint256 bits
    ) private pure returns (uint256, uint256, uint256) {
        uint256 dispersion = inputs.dispersion;
        if (dispersion <= SignalLimits.DISPERSION_CAUTIOUS / 2) return (trip, hold, bits);
        hold = _max(
            hold,
            _levelOf(
                dispersion,
                SignalLimits.DISPERSION_CAUTIOUS / 2,
                SignalLimits.DISPERSION_REDUCE_ONLY / 2,
                SignalLimits.DISPERSION_HALTED / 2
            )
        );
        uint256 level = 0;
        if (
            dispersion > SignalLimits.DISPERSION_CAUTIOUS && inputs.wideCautious + 1 >= SignalLimits.DISPERSION_ROUNDS
        ) {
            level = uint256(Level.Cautious);
        }
        if (
            dispersion > SignalLimits.DISPERSION_REDUCE_ONLY &&
            inputs.wideReduceOnly + 1 >= SignalLimits.DISPERSION_ROUNDS
        ) level = uint256(Level.ReduceOnly);
        bool supported =
            inputs.witnessAge <= SignalLimits.WITNESS_CAUTIOUS_AGE &&
                inputs.witnessDistanceBps <= SignalLimits.WITNESS_CAUTIOUS_BPS;
        if (
            dispersion > SignalLimits.DISPERSION_HALTED &&
            !supported &&
            inputs.wideHalted + 1 >= SignalLimits.DISPERSION_HALTED_ROUNDS
        ) level = uint256(Level.Halted);
        (trip, bits) = _raise(trip, level, bits, CAUSE_DISPERSION);
        return (trip, hold, bits);
    }

    function _witness(
        SignalInputs memory inputs,
        uint256 trip,
        uint256 hold,
        uint256 bits
    ) private pure returns (uint256, uint256, uint256) {
        if (inputs.conflicted) (trip, bits) = _raise(trip, uint256(Level.Cautious), bits, CAUSE_CONFLICT);
        if (inputs.witnessAge > SignalLimits.WITNESS_CAUTIOUS_AGE) {
            bool longGone = inputs.witnessAge > SignalLimits.WITNESS_REDUCE_ONLY_AGE;
            uint256 level = uint256(longGone ? Level.ReduceOnly : Level.Cautious);
            (trip, bits) = _raise(trip, level, bits, CAUSE_NO_WITNESS);
            return (trip, hold, bits); // what a stale witness said is no evidence
        }
        // What may be lost to a captured set is reckoned with 8 %: further away nothing opens, be the witness late or not.
        if (inputs.contradicted) (trip, bits) = _raise(trip, uint256(Level.ReduceOnly), bits, CAUSE_WITNESS);
        uint256 cautious = _max(
            SignalLimits.WITNESS_CAUTIOUS_BPS,
            inputs.witnessThresholdBps + SignalLimits.WITNESS_THRESHOLD_EXTRA_BPS
        );
        uint256 distance = inputs.witnessDistanceBps;
        if (distance <= cautious / 2) return (trip, hold, bits);
        uint256 reduceOnly = _max(SignalLimits.WITNESS_REDUCE_ONLY_BPS, cautious);
        hold = _max(hold, _levelOf(distance, cautious / 2, reduceOnly / 2, SignalLimits.WITNESS_HALTED_BPS / 2));
        uint256 halted = inputs.witnessFarSamples >= 2 ? SignalLimits.WITNESS_HALTED_BPS : type(uint256).max;
        (trip, bits) = _raise(trip, _levelOf(distance, cautious, reduceOnly, halted), bits, CAUSE_WITNESS);
        return (trip, hold, bits);
    }

    function _row(
        uint256 metric,
        uint256 cautious,
        uint256 reduceOnly,
        uint256 halted,
        uint256 trip,
        uint256 hold,
        uint256 bits,
        uint256 cause
    ) private pure returns (uint256, uint256, uint256) {
        hold = _max(hold, _levelOf(metric, cautious / 2, reduceOnly / 2, halted / 2));
        (trip, bits) = _raise(trip, _levelOf(metric, cautious, reduceOnly, halted), bits, cause);
        return (trip, hold, bits);
    }

    function _levelOf(
        uint256 metric,
        uint256 cautious,
        uint256 reduceOnly,
        uint256 halted
    ) private pure returns (uint256) {
        if (metric > halted) return uint256(Level.Halted);
        if (metric > reduceOnly) return uint256(Level.ReduceOnly);
        if (metric > cautious) return uint256(Level.Cautious);
        return uint256(Level.Normal);
    }

    function _raise(uint256 trip, uint256 level, uint256 bits, uint256 cause) private pure returns (uint256, uint256) {
        if (level == 0) return (trip, bits);
        return (_max(trip, level), bits | cause);
    }

    function _max(uint256 left, uint256 right) private pure returns (uint256) {
        return left > right ? left : right;
    }
}
