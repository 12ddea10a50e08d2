// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../shared/OracleTypes.sol";
import { Liquidation } from "../../shared/RiskTypes.sol";
import { RiskWords } from "../../shared/RiskWords.sol";
import { CAUTIOUS, HALTED, ModeWord, REDUCE_ONLY } from "./ModeWord.sol";
import { RiskLimits } from "./RiskLimits.sol";

/// @notice Where a feed is in its recovery.
enum Recovery {
    None,
    /// @dev Openings at the higher multiplier, under a cap that rises.
    Ramp,
    /// @dev ReduceOnly's permissions.
    Closed,
    /// @dev Closed, and nobody is liquidated but books below half of maintenance.
    LateGrace,
    /// @dev Closed, and nobody is liquidated.
    Grace
}

/// @notice Everything that follows from mode and phase.
/// @param capBps Share of the caps that openings may use: halved by Cautious, 25 to 100 % in the ramp, the lower of both.
struct Stance {
    Level mode;
    Recovery recovery;
    uint256 capBps;
}

/// @title Mode machine
/// @notice The mode of a feed as a pure function of the oracle's words, the risk contract's word and the time; nothing needs
/// to be told. Mode = strictest of stored signal with its dwell, recovery, live age, set-wide state and guardian; others
/// {tighten} it. Dwells run on oracle uptime, live age on the clock. Clearing goes one step per dwell: Halted → Recovery
/// (closed, then ramp) → Normal, ReduceOnly → Cautious → Normal.
library ModeMachine {
    uint256 private constant _BPS = 10_000;

    /// @notice Stance of a feed at `time`.
    function stanceAt(
        ModeWord word,
        uint256 latest,
        uint256 averages,
        uint256 time,
        uint256 heartbeat
    ) internal pure returns (Stance memory stance) {
        uint256 level = RiskWords.levelOf(latest);
        stance.capBps = _BPS;
        // Nothing was true for as long as the clocks can tell, nine hours: no dwell, no recovery.
        if (!RiskWords.isLongCalm(latest, averages)) {
            level = _max(level, _dwellingLevel(word, averages, time));
            (stance.recovery, stance.capBps) = _recoveryOf(word, latest, averages, time);
        }
        if (word.isHeld()) level = _max(level, _max(word.guardianLevelAt(time), word.stakeLevel()));
        level = _max(level, ageLevel(RiskWords.ageOf(latest, time), heartbeat));
        if (level != uint256(Level.Normal)) stance.capBps = _min(stance.capBps, RiskLimits.CAUTIOUS_CAP_BPS);
        if (stance.recovery != Recovery.None) level = _max(level, uint256(Level.Recovery));
        stance.mode = Level(level);
        // The stored level of a round that resumed or of a new feed; its phase says so as well, but for saturated clocks.
        if (stance.mode == Level.Recovery && stance.recovery == Recovery.None) stance.recovery = Recovery.Closed;
    }

    /// @notice The stance under a level that something beside the feed's own words asks for while it lasts; it leaves no dwell.
    /// @param level Above Normal.
    function tighten(Stance memory stance, Level level) internal pure {
        if (stance.capBps > RiskLimits.CAUTIOUS_CAP_BPS) stance.capBps = RiskLimits.CAUTIOUS_CAP_BPS;
        if (level > stance.mode) stance.mode = level;
    }

    /// @notice Requirements may rise: Normal, Cautious and the ramp.
    function opens(Stance memory stance) internal pure returns (bool) {
        if (stance.mode == Level.Recovery) return stance.recovery == Recovery.Ramp;
        return stance.mode <= Level.Cautious;
    }

    /// @notice Cash may leave a book down to initial margin.
    function lends(Level mode) internal pure returns (bool) {
        return mode <= Level.Cautious;
    }

    /// @notice Trades that lower requirements are matched.
    function reduces(Level mode) internal pure returns (bool) {
        return mode != Level.Halted;
    }

    /// @notice Factor of initial margin, bps.
    function multiplierBps(Level mode) internal pure returns (uint256) {
        return mode == Level.Normal ? _BPS : RiskLimits.MULTIPLIER_BPS;
    }

    /// @notice Who may be liquidated. An old price liquidates nobody: it is a band, not evidence.
    function liquidationOf(
        Stance memory stance,
        uint256 age,
        uint256 heartbeat,
        uint256 dispersionPpm
    ) internal pure returns (Liquidation) {
        if (age > RiskLimits.AGE_CAUTIOUS * heartbeat || stance.recovery == Recovery.Grace) return Liquidation.None;
        if (stance.recovery == Recovery.LateGrace || stance.mode == Level.Halted) return Liquidation.BelowHalf;
        if (opens(stance)) return Liquidation.Full;
        return dispersionPpm < RiskLimits.SLICE_DISPERSION_PPM ? Liquidation.Slices : Liquidation.BelowHalf;
    }

    /// @notice Level that the age of a price asks for while it lasts; it leaves no dwell.
    function ageLevel(uint256 age, uint256 heartbeat) internal pure returns (uint256) {
        unchecked {
            if (age <= RiskLimits.AGE_CAUTIOUS * heartbeat) return uint256(Level.Normal);
            if (age <= RiskLimits.AGE_REDUCE_ONLY * heartbeat) return uint256(Level.Cautious);
            return uint256(age <= RiskLimits.AGE_HALTED * heartbeat ? Level.ReduceOnly : Level.Halted);
        }
    }

    /// @notice Dwell of a level: its base, doubled for every repeat within a day, at most four hours.
    function dwellOf(ModeWord word, uint256 level, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 base =
                level == CAUTIOUS
                    ? RiskLimits.DWELL_CAUTIOUS
                    : level == REDUCE_ONLY
                        ? RiskLimits.DWELL_REDUCE_ONLY
                        : RiskLimits.DWELL_HALTED;
            return _min(base << word.repeatsAt(level, time), RiskLimits.DWELL_MAXIMUM);
        }
    }

    /// @dev Strictest level whose dwell has not passed. One step per dwell: behind ReduceOnly's lies Cautious's.
    function _dwellingLevel(ModeWord word, uint256 averages, uint256 time) private pure returns (uint256) {
        unchecked {
            if (RiskWords.sinceHalted(averages) < dwellOf(word, HALTED, time)) return uint256(Level.Halted);
            uint256 since = RiskWords.sinceReduceOnly(averages);
            uint256 dwell = dwellOf(word, REDUCE_ONLY, time);
            if (since < dwell) return uint256(Level.ReduceOnly);
            uint256 cautious = dwellOf(word, CAUTIOUS, time);
            if (since < dwell + cautious) return uint256(Level.Cautious);
            return uint256(RiskWords.sinceCautious(averages) < cautious ? Level.Cautious : Level.Normal);
        }
    }

    /// @dev Recovery begins when prices resume, or when the dwell of a halt has passed. A saturated clock has ended it.
    function _recoveryOf(
        ModeWord word,
        uint256 latest,
        uint256 averages,
        uint256 time
    ) private pure returns (Recovery, uint256 capBps) {
        unchecked {
            uint256 clock = RiskWords.sinceRecovery(averages);
            uint256 since = clock;
            if (RiskWords.isNew(latest)) return (Recovery.Closed, _BPS);
            if (since == RiskWords.CLOCK_MAXIMUM) return (Recovery.None, _BPS);
            uint256 grace = RiskWords.graceOf(latest);
            if (since < grace) return (since < grace / 2 ? Recovery.Grace : Recovery.LateGrace, _BPS);

            uint256 halted = RiskWords.sinceHalted(averages);
            if (halted != RiskWords.CLOCK_MAXIMUM) {
                uint256 dwell = dwellOf(word, HALTED, time);
                if (halted < dwell) return (Recovery.Closed, _BPS);
                since = _min(since, halted - dwell);
            }
            uint256 closed = grace + dwellOf(word, REDUCE_ONLY, time);
            if (since < closed) return (Recovery.Closed, _BPS);
            uint256 passed = since - closed;
            // The clock ends after nine hours: behind doubled dwells the ramp is as much shorter, and ends at the whole cap too.
            uint256 ramp = _min(RiskLimits.RAMP_SECONDS, RiskWords.CLOCK_MAXIMUM - (clock - passed));
            if (passed >= ramp) return (Recovery.None, _BPS);
            capBps = RiskLimits.RAMP_START_BPS;
            capBps += ((_BPS - RiskLimits.RAMP_START_BPS) * passed) / ramp;
            return (Recovery.Ramp, capBps);
        }
    }

    function _max(uint256 left, uint256 right) private pure returns (uint256) {
        return left > right ? left : right;
    }

    function _min(uint256 left, uint256 right) private pure returns (uint256) {
        return left < right ? left : right;
    }
}
