// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Nominal weight
/// @notice Largest set total of the last 24 h, in one word: the maxima of the current and the six previous periods of four
/// hours, 32 bits each in units of 2^8, rounded up, and the number of the current period. Never below the truth: a total
/// counts for 24 to 28 h after it was last in force.
library NominalWeight {
    uint256 private constant _PERIOD = 4 hours;
    uint256 private constant _PERIODS = 7;
    uint256 private constant _BITS = 32;
    uint256 private constant _NUMBER_SHIFT = _PERIODS * _BITS;
    uint256 private constant _UNIT_BITS = 8;
    uint256 private constant _BUCKET = type(uint32).max;

    /// @notice Notes that `total` is in force at `time`, and has been since the last note if it is the same.
    function note(uint256 word, uint256 heldTotal, uint256 total, uint256 time) internal pure returns (uint256) {
        uint256 period = time / _PERIOD;
        uint256 last = word >> _NUMBER_SHIFT;
        uint256 held = _units(heldTotal);
        uint256 buckets = word & ((1 << _NUMBER_SHIFT) - 1);
        unchecked {
            // A difference is taken only of a later period, and counts down to zero.
            uint256 passed = period > last ? period - last : 0;
            if (passed > _PERIODS) passed = _PERIODS;
            // The total in force since the last note was in force in every period that passed.
            for (; passed != 0; --passed) {
                buckets = ((buckets << _BITS) & ((1 << _NUMBER_SHIFT) - 1)) | held;
            }
        }
        uint256 newest = _max(_max(buckets & _BUCKET, held), _units(total));
        return (period << _NUMBER_SHIFT) | (buckets & ~_BUCKET) | newest;
    }

    /// @notice The nominal weight after the last note.
    function value(uint256 word) internal pure returns (uint256 largest) {
        uint256 buckets = word & ((1 << _NUMBER_SHIFT) - 1);
        for (; buckets != 0; buckets >>= _BITS) {
            largest = _max(largest, buckets & _BUCKET);
        }
        return largest << _UNIT_BITS;
    }

    function _units(uint256 total) private pure returns (uint256) {
        return (total + (1 << _UNIT_BITS) - 1) >> _UNIT_BITS;
    }

    function _max(uint256 left, uint256 right) private pure returns (uint256) {
        return left > right ? left : right;
    }
}
