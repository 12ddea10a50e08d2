// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Rolling day
/// @notice Strict sums over the last 24 h, in one word: 25 hourly buckets of 9 bits and the hour of the newest. The sum
/// never leaves out anything younger than 24 h; it may still hold what is up to 25 h old.
library RollingDay {
    uint256 private constant _BUCKETS = 25;
    uint256 private constant _BITS = 9;
    uint256 private constant _BUCKET = (1 << _BITS) - 1;
    uint256 private constant _HOUR_SHIFT = _BUCKETS * _BITS;
    uint256 private constant _ALL = (1 << _HOUR_SHIFT) - 1;

    /// @notice Adds `amount` at `time`; a bucket saturates at 511.
    function add(uint256 word, uint256 amount, uint256 time) internal pure returns (uint256) {
        uint256 hour = time / 1 hours;
        uint256 buckets = _aged(word, hour);
        uint256 newest = (buckets & _BUCKET) + amount;
        if (newest > _BUCKET) newest = _BUCKET;
        return (hour << _HOUR_SHIFT) | (buckets & ~_BUCKET & _ALL) | newest;
    }

    /// @notice Sum of the last 24 h at `time`.
    function sum(uint256 word, uint256 time) internal pure returns (uint256 total) {
        uint256 buckets = _aged(word, time / 1 hours);
        unchecked {
            // 25 buckets of 9 bits.
            for (; buckets != 0; buckets >>= _BITS) {
                total += buckets & _BUCKET;
            }
        }
    }

    /// @dev The buckets as seen from `hour`: the newest is bucket 0, older ones move up and out.
    function _aged(uint256 word, uint256 hour) private pure returns (uint256) {
        uint256 newest = word >> _HOUR_SHIFT;
        uint256 buckets = word & _ALL;
        if (hour <= newest) return buckets;
        uint256 passed = hour - newest;
        return passed >= _BUCKETS ? 0 : (buckets << (passed * _BITS)) & _ALL;
    }
}
