// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { Parameters } from "../../shared/ClearingTypes.sol";

/// @title Parameter bounds
/// @notice What governance may enable at all. A set that is enabled never changes; a market keeps its own for good.
library ParameterBounds {
    /// @notice Reverts with the number of the first parameter out of bounds: the order of {Parameters}.
    function check(Parameters memory p) internal pure {
        // A shock of 80 % leaves room for uncertainty below the 90 % that the margin formula allows.
        _within(0, p.initialShockBps, 500, 8_000);
        // MM ≤ IM needs nested intervals and ordered floors.
        _within(1, p.maintenanceShockBps, 100, p.initialShockBps);
        _within(2, p.initialFloorBps, 100, 5_000);
        _within(3, p.maintenanceFloorBps, 50, p.initialFloorBps);
        // Below 1 a time value of 1 would pass the cap; above 2 the long credit c/3 is no bound.
        _within(4, p.capBps, 10_000, 20_000);
        _within(5, p.mintFee, 0, 200);
        _within(6, p.expiryCapPercent, 1, 100);
        _within(7, p.strikeStep, 1, type(uint40).max);
        _within(8, p.minimumSize, 1, type(uint32).max);
        _within(9, p.dust, 0, type(uint48).max);
        _within(10, p.tip, 0, type(uint40).max);
    }

    function _within(uint256 which, uint256 given, uint256 minimum, uint256 maximum) private pure {
        require(
            given >= minimum && given <= maximum,
            IClearingRecords.Clearinghouse_BadParameters(which, given, minimum, maximum)
        );
    }
}
