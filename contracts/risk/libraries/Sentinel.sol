// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RiskLimits } from "./RiskLimits.sol";

/// @title Sentinel
/// @notice What three reporters say about a feed, in one word: three times add-on u10 and time u32, then what was raised since
/// the last pause u10 and when u32. Two that agree are the second largest of what is fresh.
library Sentinel {
    uint256 internal constant REPORTERS = 3;
    uint256 private constant _WIDTH = 42;
    uint256 private constant _RAISED = 126;

    /// @notice Records a report and says what follows.
    /// @param current Add-on in force, decayed.
    /// @return next The word. @return changes False while fewer than two reports are fresh. @return addOnBps In force from now.
    function report(
        uint256 word,
        uint256 reporter,
        uint256 given,
        uint256 current,
        uint256 time
    ) internal pure returns (uint256 next, bool changes, uint256 addOnBps) {
        unchecked {
            uint256 offset = _WIDTH * reporter;
            word &= ~(((1 << _WIDTH) - 1) << offset);
            word |= (given | (time << 10)) << offset;
            (uint256 fresh, uint256 agreed) = _agreed(word, time);
            if (fresh < 2) return (word, false, current);
            if (agreed <= current) return (word, true, agreed);
            (word, addOnBps) = _raised(word, current, agreed, time);
            return (word, true, addOnBps);
        }
    }

    /// @dev At most five points in any ten minutes: the budget returns when nothing was raised for as long.
    function _raised(
        uint256 word,
        uint256 current,
        uint256 wanted,
        uint256 time
    ) private pure returns (uint256, uint256) {
        unchecked {
            uint256 used = (word >> _RAISED) & 0x3ff;
            if (time >= uint32(word >> (_RAISED + 10)) + RiskLimits.ADD_ON_STEP_SECONDS) used = 0;
            uint256 room = RiskLimits.ADD_ON_STEP_BPS - used;
            uint256 step = wanted - current;
            if (step > room) step = room;
            if (step == 0) return (word, current);
            word &= (1 << _RAISED) - 1;
            word |= ((used + step) | (time << 10)) << _RAISED;
            return (word, current + step);
        }
    }

    /// @dev Number of fresh reports, and the second largest of them.
    function _agreed(uint256 word, uint256 time) private pure returns (uint256 fresh, uint256 second) {
        unchecked {
            uint256 first = 0;
            for (uint256 reporter = 0; reporter < REPORTERS; ++reporter) {
                uint256 told = word >> (_WIDTH * reporter);
                if (time >= uint32(told >> 10) + RiskLimits.ADD_ON_DECAY_SECONDS) continue;
                ++fresh;
                uint256 value = told & 0x3ff;
                if (value > first) (first, second) = (value, first);
                else if (value > second) second = value;
            }
        }
    }
}
