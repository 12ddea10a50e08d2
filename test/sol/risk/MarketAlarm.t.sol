// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { MarketAlarm } from "../../../contracts/shared/MarketAlarm.sol";
import { Level } from "../../../contracts/shared/OracleTypes.sol";

/// @notice Rows of the trigger table that are a market's own (DESIGN §4): insurance drawn in 24 h 25 / 50 %, net outflow in one
/// hour 15 %, and at 25 % whoever wants more waits.
contract MarketAlarmTest {
    function test_DrawsOfAQuarterAreCautious_OfAHalfReduceOnly() external pure {
        require(MarketAlarm.ofDraws(0, 0) == Level.Normal, "an empty fund at the beginning is no alarm");
        require(MarketAlarm.ofDraws(249, 751) == Level.Normal, "24.9 %");
        require(MarketAlarm.ofDraws(250, 750) == Level.Cautious, "25 %");
        require(MarketAlarm.ofDraws(499, 501) == Level.Cautious, "49.9 %");
        require(MarketAlarm.ofDraws(500, 500) == Level.ReduceOnly, "50 %");
        require(MarketAlarm.ofDraws(1, 0) == Level.ReduceOnly, "all of it, never Halted");
        require(MarketAlarm.ofDraws(49_999, 50_001) == Level.Cautious, "a hair below a half");
        require(MarketAlarm.ofDraws(24_999, 75_001) == Level.Normal, "a hair below a quarter");
    }

    function test_OutflowOfFifteenPercentIsCautious_AndAQuarterIsTheMost() external pure {
        require(MarketAlarm.ofOutflow(149, 1_000) == Level.Normal, "14.9 %");
        require(MarketAlarm.ofOutflow(14_999, 100_000) == Level.Normal, "a hair below 15 %");
        require(MarketAlarm.ofOutflow(150, 1_000) == Level.Cautious, "15 %");
        require(MarketAlarm.ofOutflow(1_000, 1_000) == Level.Cautious, "more delays, it does not halt");
        require(MarketAlarm.outflowLimit(1_003) == 250, "rounded down");
    }

    function test_DrawsCountForADay_AndWhatLeavesForAnHour() external pure {
        require(MarketAlarm.DRAWN_SECONDS == 86_400 && MarketAlarm.OUTFLOW_SECONDS == 3_600, "windows");
        require(MarketAlarm.outflowLimit(10_000) == 2_500, "a quarter may leave");
    }

    function test_WhatCountsLeaksAwayEvenlyAndEndsWithItsWindow() external pure {
        require(MarketAlarm.leakedUp(1_000, 0, 1 hours) == 1_000, "all of it now");
        require(MarketAlarm.leakedUp(1_000, 15 minutes, 1 hours) == 750, "three quarters");
        require(MarketAlarm.leakedUp(1, 1 hours - 1, 1 hours) == 1, "rounded up");
        require(MarketAlarm.leakedUp(1_000, 1 hours, 1 hours) == 0, "none after the window");
    }

    /// @notice Splitting a flow into parts lets no more of it leak away.
    function testFuzz_TwoFlowsCountAtLeastAsMuchAsOneThatStood(uint64 first, uint64 second, uint16 gap) external pure {
        uint256 elapsed = uint256(gap) % 1 hours;
        uint256 parted = MarketAlarm.leakedUp(first, elapsed, 1 hours) + second;
        require(parted >= second && parted <= uint256(first) + second, "between");
        require(MarketAlarm.leakedUp(uint256(first) + second, elapsed, 1 hours) <= parted + second, "bounded");
    }
}
