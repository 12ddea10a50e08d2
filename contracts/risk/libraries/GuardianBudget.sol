// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRiskManager } from "../../interfaces/IRiskManager.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { RiskLimits } from "./RiskLimits.sol";

/// @title Guardian budget
/// @notice What a guardian may do, whichever feeds it is about: three acts in 30 days, each short, with a day between. Word:
/// times of the last three acts u40, latest first, end of the last u40.
library GuardianBudget {
    /// @notice The word after an act now. Reverts when it is more than the guardian has.
    function spent(uint256 word, Level level, uint256 duration, uint256 time) internal pure returns (uint256) {
        require(
            level == Level.ReduceOnly || level == Level.Halted,
            IRiskManager.RiskManager_BadGuardianLevel(uint256(level))
        );
        uint256 longest =
            level == Level.Halted ? RiskLimits.GUARD_HALTED_SECONDS : RiskLimits.GUARD_REDUCE_ONLY_SECONDS;
        require(duration != 0 && duration <= longest, IRiskManager.RiskManager_GuardTooLong(duration, longest));
        uint256 end = uint40(word >> 120);
        uint256 earliest = end == 0 ? 0 : end + RiskLimits.GUARD_COOL_DOWN;
        require(time >= earliest, IRiskManager.RiskManager_GuardianExhausted(time, earliest));
        uint256 third = uint40(word >> 80);
        earliest = third == 0 ? 0 : third + RiskLimits.GUARD_PERIOD;
        require(time >= earliest, IRiskManager.RiskManager_GuardianExhausted(time, earliest));

        uint256 acts = (word << 40) & (((1 << 120) - 1) & ~uint256(type(uint40).max));
        return acts | time | ((time + duration) << 120);
    }
}
