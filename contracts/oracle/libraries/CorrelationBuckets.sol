// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Penalties } from "./Penalties.sol";

/// @title Correlation buckets
/// @notice How much distinct weight committed one class of fault within seven days of any day: 15 daily buckets of 16 bits
/// to a word, the number of its 15-day period in the other 16.
/// @dev Two ways to fill them, one per class:
/// 1. By the day of the fault ({add}, {sumAround}): one write, and x of a case is the sum of 15 buckets. Right where a
///    validator can appear but once, as an equivocator does.
/// 2. By the middle of a window ({spread}, {middleOf}): a fault of day d adds its share to the buckets d − 7 … d + 7, except
///    those its validator already counts in, and x of a case is one bucket. So a validator that fails on several days
///    counts once in every window. Daily sums would count it once per day, and counting it only on its first day would
///    let a small early fault hide a large later one.
/// The words form a ring of eight periods, 120 days, kept non-zero so that a write costs 5,000 gas and not 22,100. A
/// bucket is needed from seven days before its day to at least 22 after it, and stays readable for over 90 days.
library CorrelationBuckets {
    uint256 internal constant DAYS_PER_WORD = 15;
    uint256 internal constant WORDS = 8;
    /// @dev Days on either side of a fault that its window covers.
    uint256 internal constant WINDOW_DAYS = 7;

    uint256 private constant _LANE_BITS = 16;
    uint256 private constant _LANE_MASK = (1 << _LANE_BITS) - 1;
    uint256 private constant _TAG_SHIFT = DAYS_PER_WORD * _LANE_BITS;

    struct Buckets {
        uint256[WORDS] words;
    }

    /// @notice Fills the ring with an old period's tag, once, so that no later write starts from zero.
    function warmUp(Buckets storage self) internal {
        for (uint256 i = 0; i < WORDS; ++i) self.words[i] = 1 << _TAG_SHIFT;
    }

    /// @notice Counts `share` on the day of its fault.
    function add(Buckets storage self, uint256 day, uint256 share) internal {
        uint256 period = day / DAYS_PER_WORD;
        self.words[period % WORDS] = _add(_read(self, period), day % DAYS_PER_WORD, share);
    }

    /// @notice Sum of the shares counted within seven days of `day`, in 1/65,536, at most 65,535.
    function sumAround(Buckets storage self, uint256 day) internal view returns (uint256 sum) {
        for (uint256 other = day - WINDOW_DAYS; other <= day + WINDOW_DAYS; ++other) sum += middleOf(self, other);
        if (sum > Penalties.SHARE_MAXIMUM) sum = Penalties.SHARE_MAXIMUM;
    }

    /// @notice Counts `share` in every window that contains `day`.
    /// @param day Day of the fault: unix time divided by one day, at least 7.
    /// @param counted Bit i set: the validator already counts in the window around day − 7 + i.
    function spread(Buckets storage self, uint256 day, uint256 share, uint256 counted) internal {
        uint256 middle = day - WINDOW_DAYS;
        uint256 end = middle + DAYS_PER_WORD;

        while (middle < end) {
            uint256 period = middle / DAYS_PER_WORD;
            uint256 stop = (period + 1) * DAYS_PER_WORD;
            if (stop > end) stop = end;
            uint256 word = _read(self, period);
            for (; middle < stop; ++middle) {
                bool isCounted = (counted >> (middle + DAYS_PER_WORD - end)) & 1 == 1;
                if (!isCounted) word = _add(word, middle % DAYS_PER_WORD, share);
            }
            self.words[period % WORDS] = word;
        }
    }

    /// @notice Share counted in the window around `day`, in 1/65,536, saturating at 65,535.
    function middleOf(Buckets storage self, uint256 day) internal view returns (uint256) {
        uint256 word = _read(self, day / DAYS_PER_WORD);
        return (word >> ((day % DAYS_PER_WORD) * _LANE_BITS)) & _LANE_MASK;
    }

    /// @dev The word of a period; empty when the ring still holds an older one.
    function _read(Buckets storage self, uint256 period) private view returns (uint256 word) {
        uint256 tag = period & _LANE_MASK;
        word = self.words[period % WORDS];
        if (word >> _TAG_SHIFT != tag) word = tag << _TAG_SHIFT;
    }

    function _add(uint256 word, uint256 lane, uint256 share) private pure returns (uint256) {
        uint256 shift = lane * _LANE_BITS;
        uint256 sum = ((word >> shift) & _LANE_MASK) + share;
        if (sum > Penalties.SHARE_MAXIMUM) sum = Penalties.SHARE_MAXIMUM;
        return (word & ~(_LANE_MASK << shift)) | (sum << shift);
    }
}
