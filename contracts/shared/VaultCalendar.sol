// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Calendar of the vaults
/// @notice Epochs run from one Friday 08:00 UTC to the next. A second is unix time.
library VaultCalendar {
    uint256 internal constant WEEK = 7 days;
    /// @dev 1 January 1970 was a Thursday.
    uint256 private constant _FIRST_BOUNDARY = 1 days + 8 hours;
    uint256 private constant _OPENS = 1 hours;
    uint256 private constant _CLOSES = 7 hours;

    /// @notice The last boundary at or before `time`.
    function boundaryBefore(uint256 time) internal pure returns (uint256) {
        return time - ((time - _FIRST_BOUNDARY) % WEEK);
    }

    /// @notice First and last second in which an epoch may start after a boundary.
    function windowOf(uint256 boundary) internal pure returns (uint256 opens, uint256 closes) {
        return (boundary + _OPENS, boundary + _CLOSES);
    }
}
