// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { Level } from "./OracleTypes.sol";

/// @title Market alarm
/// @notice Rows of the trigger table that are a market's own: insurance drawn, debt that nobody covers, cash that leaves. Like
/// the oracle's signal it is judged where the money moves and stored as a level; the risk contract makes a mode of it.
library MarketAlarm {
    uint256 internal constant DRAWN_SECONDS = 24 hours;
    uint256 internal constant OUTFLOW_SECONDS = 1 hours;
    uint256 private constant _BPS = 10_000;
    uint256 private constant _DRAWN_CAUTIOUS_BPS = 2_500;
    uint256 private constant _DRAWN_REDUCE_ONLY_BPS = 5_000;
    uint256 private constant _OUTFLOW_CAUTIOUS_BPS = 1_500;
    uint256 private constant _OUTFLOW_WAIT_BPS = 2_500;

    /// @notice What is left of an amount that counts for `window` seconds, after `elapsed`: it leaks away evenly, so a steady
    /// flow stands at what one window brings. Rounded up.
    function leakedUp(uint256 amount, uint256 elapsed, uint256 window) internal pure returns (uint256) {
        return elapsed >= window ? 0 : FixedPointMathLib.divUp(amount * (window - elapsed), window);
    }

    /// @notice Level that draws ask for.
    /// @param drawn Drawn within the window. @param left Insurance that is left; what was there is the sum.
    function ofDraws(uint256 drawn, uint256 left) internal pure returns (Level) {
        uint256 held = drawn + left;
        if (drawn * _BPS >= held * _DRAWN_REDUCE_ONLY_BPS) return drawn == 0 ? Level.Normal : Level.ReduceOnly;
        return drawn * _BPS >= held * _DRAWN_CAUTIOUS_BPS ? Level.Cautious : Level.Normal;
    }

    /// @notice Level that cash leaving asks for.
    /// @param outflow Left within the window, net. @param base What it is a share of.
    function ofOutflow(uint256 outflow, uint256 base) internal pure returns (Level) {
        return outflow * _BPS >= base * _OUTFLOW_CAUTIOUS_BPS ? Level.Cautious : Level.Normal;
    }

    /// @notice Most that may leave within the window, rounded down; more waits until enough of it leaked away.
    function outflowLimit(uint256 base) internal pure returns (uint256) {
        return (base * _OUTFLOW_WAIT_BPS) / _BPS;
    }
}
