// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../shared/OracleTypes.sol";
import { RiskWords } from "../../shared/RiskWords.sol";
import { ModeMachine } from "./ModeMachine.sol";
import { HALTED, ModeWord } from "./ModeWord.sol";

/// @title Bid clock
/// @notice Seconds of oracle uptime in which everybody below maintenance could be bid for: not Halted, not in grace. Word:
/// seconds u40 | uptime at the last poke u32 | time of the last poke u32. Between two pokes only the end of a halt is known,
/// so an interval with one counts from its end: the clock may run late, never early, and a poke is anybody's to send.
library BidClock {
    function secondsOf(uint256 word) internal pure returns (uint256) {
        return uint40(word);
    }

    function pokedUptimeOf(uint256 word) internal pure returns (uint256) {
        return uint32(word >> 40);
    }

    function pokedAtOf(uint256 word) internal pure returns (uint256) {
        return word >> 72;
    }

    /// @notice The word moved on to the latest round.
    function moved(
        uint256 word,
        ModeWord mode,
        uint256 latest,
        uint256 averages,
        uint256 time
    ) internal pure returns (uint256) {
        unchecked {
            uint256 uptime = RiskWords.uptimeOf(latest);
            uint256 open = _openSince(pokedUptimeOf(word), uptime, mode, latest, averages, time);
            if (isHeld(word, mode)) open = 0;
            return (secondsOf(word) + open) | (uptime << 40) | (uint256(uint32(time)) << 72);
        }
    }

    /// @notice Seconds behind the latest round, for modes in which everybody may be bid for now: they count as well, so that a
    /// payment rises by the block and not by the relay. None of a time that the guardian held.
    function live(ModeWord mode, uint256 latest, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 age = RiskWords.ageOf(latest, time);
            uint256 guarded = mode.guardianUntil();
            if (guarded <= time - age) return age;
            return guarded < time ? time - guarded : 0;
        }
    }

    /// @notice The guardian's halt is on the wall clock: an interval that holds a part of one counts nothing.
    function isHeld(uint256 word, ModeWord mode) internal pure returns (bool) {
        unchecked {
            uint256 guarded = mode.guardianUntil();
            if (guarded <= pokedAtOf(word)) return false;
            return mode.guardianLevelAt(guarded - 1) == uint256(Level.Halted);
        }
    }

    /// @dev Uptime between `from` and `uptime` behind the last block.
    function _openSince(
        uint256 from,
        uint256 uptime,
        ModeWord mode,
        uint256 latest,
        uint256 averages,
        uint256 time
    ) private pure returns (uint256) {
        unchecked {
            uint256 halted = RiskWords.sinceHalted(averages);
            if (halted != RiskWords.CLOCK_MAXIMUM) {
                from = _later(from, uptime + ModeMachine.dwellOf(mode, HALTED, time), halted);
            }
            uint256 resumed = RiskWords.sinceRecovery(averages);
            if (resumed != RiskWords.CLOCK_MAXIMUM) {
                from = _later(from, uptime + RiskWords.graceOf(latest), resumed);
            }
            return uptime > from ? uptime - from : 0;
        }
    }

    /// @dev max(from, until − since), without going below zero.
    function _later(uint256 from, uint256 until, uint256 since) private pure returns (uint256) {
        unchecked {
            if (until <= since) return from;
            uint256 end = until - since;
            return end > from ? end : from;
        }
    }
}
