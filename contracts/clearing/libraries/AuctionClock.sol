// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";

/// @title Auction clock
/// @notice The 40 bits of a book that time its liquidation, in seconds of bid time. While it is flagged they are the second at
/// which its clock began. Afterwards they remember, for an hour, where the clock stood: elapsed seconds u13, saturating, and
/// above them the time of the unflagging in 16 s, rounded down. So whoever unflags on every uptick gains nothing.
library AuctionClock {
    uint256 private constant _ELAPSED_BITS = 13;
    uint256 private constant _ELAPSED_MAXIMUM = (1 << _ELAPSED_BITS) - 1;
    uint256 private constant _UNIT = 16;
    uint256 private constant _RESUME_SECONDS = 1 hours;
    uint256 private constant _BPS = 10_000;

    /// @notice Length of the window in which no more than a slice of a book may be sold, seconds.
    uint256 internal constant SLICE_SECONDS = 60;
    /// @notice Share of a book that stays in such a window, bps.
    uint256 internal constant SLICE_LEFT_BPS = 7_500;

    /// @notice Beginning of the clock of a book that is flagged now.
    /// @param memory_ What its last liquidation left, 0 for none.
    function started(uint256 memory_, uint256 bidTime) internal pure returns (uint256 start) {
        if (memory_ == 0) return bidTime;
        uint256 stoppedAt = (memory_ >> _ELAPSED_BITS) * _UNIT;
        if (bidTime >= stoppedAt + _RESUME_SECONDS) return bidTime;
        return FixedPointMathLib.zeroFloorSub(bidTime, memory_ & _ELAPSED_MAXIMUM);
    }

    /// @notice What is remembered of a clock that stops now.
    function stopped(uint256 start, uint256 bidTime) internal pure returns (uint256) {
        uint256 elapsed = FixedPointMathLib.min(elapsedAt(start, bidTime), _ELAPSED_MAXIMUM);
        return ((bidTime / _UNIT) << _ELAPSED_BITS) | elapsed;
    }

    /// @notice Seconds of a window that a bid uses up: as much of it as of the window's slice. Nobody can buy that part twice,
    /// and who cannot buy does not refuse the price. Bids of any size add up to the same.
    /// @param before Share of the window's book that was left, bps. @param left What is left after the bid.
    function windowTaken(uint256 before, uint256 left) internal pure returns (uint256) {
        return _windowPart(left) - _windowPart(before);
    }

    /// @dev Rounded down.
    function _windowPart(uint256 left) private pure returns (uint256) {
        return ((_BPS - left) * SLICE_SECONDS) / (_BPS - SLICE_LEFT_BPS);
    }

    /// @notice Seconds on the clock. Bid time may fall back when a halt is counted, never below the beginning.
    function elapsedAt(uint256 start, uint256 bidTime) internal pure returns (uint256) {
        return FixedPointMathLib.zeroFloorSub(bidTime, start);
    }
}
