// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What one pass over the sorted reports of a feed yields. Prices as reported; weights of the priced reports.
struct Medians {
    uint256 stake; // m_s, weighted by stake
    uint256 effective; // m_e, weighted by stake and reliability
    uint256 lower; // L: lowest price with more than a third of the active weight at or below it, 0 when there is none
    uint256 upper; // U: highest price with more than a third at or above it, 0 when there is none
}

/// @title Weighted median
/// @notice Dual weighted median with the bounds that keep it inside the honest range (DESIGN §3; proof in
/// docs/INVARIANTS.md: more than a third of the active weight always contains an honest report).
/// @dev A report is a word: price (64 bits) | index (8) | seat (8) | zero (56) | effective weight (56) | weight (64).
/// Comparing words compares (price, index), so strictly rising words are distinct reports.
library WeightedMedian {
    /// @dev Weight and effective weight of a word; sums of up to 32 words stay inside their fields.
    uint256 internal constant WEIGHTS = (1 << 120) - 1;
    uint256 private constant _WEIGHT = type(uint64).max;

    error WeightedMedian_NotRising(uint256 feed, uint256 position, uint256 index);

    function pack(uint256 price, uint256 index, uint256 seat, uint256 effective, uint256 weight)
        internal
        pure
        returns (uint256)
    {
        return (price << 192) | (index << 184) | (seat << 176) | (effective << 64) | weight;
    }

    function priceOf(uint256 word) internal pure returns (uint256) {
        return word >> 192;
    }

    function seatOf(uint256 word) internal pure returns (uint256) {
        return (word >> 176) & 0xff;
    }

    /// @notice One pass over `count` reports in the caller's order.
    /// @param rows Memory pointer of the feed's words, one per report of the bundle, 0 where it abstained.
    /// @param order Calldata offset of `count` bytes: report indices by rising (price, index).
    /// @param reports Reports in the bundle; an index at or above it is refused.
    /// @param totals Sum of the words' WEIGHTS.
    /// @param active Active weight of the set.
    function pass(uint256 rows, uint256 order, uint256 count, uint256 reports, uint256 totals, uint256 active, uint256 feed)
        internal
        pure
        returns (Medians memory medians)
    {
        unchecked {
            uint256 previous = 0;
            uint256 sums = 0;
            uint256 halves = 0; // bit 0: the stake median waits for the next price; bit 1: the effective one does
            for (uint256 position = 0; position < count; ++position) {
                uint256 word;
                {
                    uint256 index = byteAt(order + position);
                    word = wordAt(rows, index);
                    require(index < reports && word > previous, WeightedMedian_NotRising(feed, position, index));
                }
                previous = word;
                uint256 price = word >> 192;
                if (3 * ((totals & _WEIGHT) - (sums & _WEIGHT)) > active) medians.upper = price;
                if (halves != 0) halves = _completeHalves(medians, price, halves);
                sums += word & WEIGHTS;
                if (medians.effective == 0) {
                    uint256 twice = 2 * (sums >> 64);
                    if (twice >= totals >> 64) {
                        medians.effective = price;
                        if (twice == totals >> 64) halves |= 2;
                    }
                }
                if (medians.stake == 0) {
                    uint256 twice = 2 * (sums & _WEIGHT);
                    if (twice >= totals & _WEIGHT) {
                        medians.stake = price;
                        if (twice == totals & _WEIGHT) halves |= 1;
                    }
                    if (medians.lower == 0 && 3 * (sums & _WEIGHT) > active) medians.lower = price;
                } else if (medians.lower == 0 && 3 * (sums & _WEIGHT) > active) {
                    medians.lower = price;
                }
            }
        }
    }

    /// @dev Exactly half of the weight lies at or below the last price: the median is the mean with the next one.
    function _completeHalves(Medians memory medians, uint256 price, uint256 halves) private pure returns (uint256) {
        unchecked {
            if (halves & 1 != 0) medians.stake = (medians.stake + price) / 2;
            if (halves & 2 != 0) medians.effective = (medians.effective + price) / 2;
            return 0;
        }
    }

    /// @dev The Solidity it replaces: `uint8(msg.data[offset])`, zero beyond the end.
    function byteAt(uint256 offset) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(0, calldataload(offset))
        }
    }

    /// @dev The Solidity it replaces: `rows[index]` of a uint256[] without the length check, which the caller makes.
    function wordAt(uint256 rows, uint256 index) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(rows, shl(5, index)))
        }
    }
}
