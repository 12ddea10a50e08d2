// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What one pass over the sorted reports of a feed yields. Prices as reported; weights of the priced reports.
struct Medians {
    uint256 stake; // m_s, weighted by stake
    uint256 effective; // m_e, weighted by stake and reliability
    uint256 lower; // L: lowest price with more than a third of the active weight at or below it, 0 when there is none
    uint256 upper; // U: highest price with more than a third at or above it, 0 when there is none
    uint256 sums; // memory pointer of 32 words for the walk
}

/// @title Weighted median
/// @notice Dual weighted median with the bounds that keep it inside the honest range (DESIGN §3; proof in
/// docs/INVARIANTS.md: more than a third of the active weight always contains an honest report).
/// @dev A report is a word: price (64 bits) | index (8) | seat (8) | zero (8) | four lanes of weights (168).
/// Comparing words compares (price, index), so strictly rising words are distinct reports. The lanes are, from bit 0,
/// three times the weight (38 bits each: it is compared with three thresholds) and the effective weight (54); the top bit
/// of a lane stays free for the comparison, since 32 weights of 32 bits sum to less than 2^37 and, at a reliability of
/// 16 bits, to less than 2^53.
library WeightedMedian {
    /// @dev Distance between the words of two reports of one feed: eight feeds of a report lie side by side.
    uint256 internal constant STRIDE = 256;
    uint256 private constant _LANES = 0xffffffffffffffffffffffffffffffffffffffffff; // 168 bits
    uint256 private constant _WEIGHT = (1 << 38) - 1;
    uint256 private constant _LOWER_LANE = 38;
    uint256 private constant _UPPER_LANE = 76;
    uint256 private constant _EFFECTIVE_LANE = 114;
    uint256 private constant _STAKE_BIT = 37;
    uint256 private constant _LOWER_BIT = 75;
    uint256 private constant _UPPER_BIT = 113;
    uint256 private constant _EFFECTIVE_BIT = 167;
    uint256 private constant _STAKE_GUARD = 1 << _STAKE_BIT;
    uint256 private constant _EFFECTIVE_GUARD = 1 << _EFFECTIVE_BIT;
    uint256 private constant _THRICE = 1 | (1 << _LOWER_LANE) | (1 << _UPPER_LANE);
    /// @dev All four guards; a literal, because assembly takes no other constants.
    uint256 private constant _GUARDS = 0x800000000000020000000008000000002000000000;
    uint256 private constant _EVERY_BYTE = type(uint256).max / 255;

    error WeightedMedian_NotRising(uint256 feed, uint256 position, uint256 index);

    /// @notice Index, seat and lanes of a report; with its price in the top 64 bits it is the report's word for a feed.
    function tail(uint256 index, uint256 seat, uint256 lanes) internal pure returns (uint256) {
        return (index << 184) | (seat << 176) | lanes;
    }

    function lanesOf(uint256 weight, uint256 effective) internal pure returns (uint256) {
        unchecked {
            return (weight * _THRICE) | (effective << _EFFECTIVE_LANE);
        }
    }

    function lanesIn(uint256 word) internal pure returns (uint256) {
        return word & _LANES;
    }

    /// @notice Weight in (a sum of) lanes.
    function weightOf(uint256 lanes) internal pure returns (uint256) {
        return lanes & _WEIGHT;
    }

    function priceOf(uint256 word) internal pure returns (uint256) {
        return word >> 192;
    }

    function seatOf(uint256 word) internal pure returns (uint256) {
        return (word >> 176) & 0xff;
    }

    /// @notice The `count` order bytes at calldata offset `order`, from the most significant; the rest is zero.
    function ordersAt(uint256 order, uint256 count) internal pure returns (uint256 orders) {
        // The Solidity it replaces: `bytes32(msg.data[order:order + count])`, zeros beyond the end.
        assembly ("memory-safe") {
            orders := and(calldataload(order), not(shr(shl(3, count), not(0))))
        }
    }

    /// @notice One pass over `count` reports in the caller's order.
    /// @param medians Where the result goes.
    /// @param rows Memory pointer of the feed's words, one per report of the bundle at STRIDE, 0 where it abstained.
    /// @param orders Report indices by rising (price, index), one byte each.
    /// @param reports Reports in the bundle; an index at or above it is refused.
    /// @param totals Sum of the words' lanes.
    /// @param active Active weight of the set.
    function pass(
        Medians memory medians,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 reports,
        uint256 totals,
        uint256 active,
        uint256 feed
    ) internal pure {
        uint256 crossed;
        bool rising = _allBelow(orders, reports);
        if (rising) (rising, crossed) = _walk(medians.sums, rows, orders, count, _thresholds(totals, active));
        if (!rising) _refuse(rows, orders, count, reports, feed);
        _answer(medians, rows, orders, count, crossed, totals);
    }

    /// @notice Room for results, to be used again for every feed.
    function allocate() internal pure returns (Medians memory medians) {
        uint256[32] memory sums;
        // The Solidity it replaces: `medians.sums = sums`, were there a reference to an array of words.
        assembly ("memory-safe") {
            mstore(add(medians, 0x80), sums)
        }
    }

    /// @dev Every byte of `orders` is below `reports`, which is 1 to 32. A byte of 128 or more shows its own top bit,
    /// any other shows it after the addition when it is too large, and then nothing carries into its neighbour.
    function _allBelow(uint256 orders, uint256 reports) private pure returns (bool) {
        unchecked {
            return (orders | (orders + (128 - reports) * _EVERY_BYTE)) & (_EVERY_BYTE << 7) == 0;
        }
    }

    /// @dev All four answers are the first price at which a cumulative weight reaches a threshold:
    /// m_s and m_e half of their total; L more than a third of active; U the first that leaves a third or less above it.
    /// A threshold that cannot be reached lies above the total.
    function _thresholds(uint256 totals, uint256 active) private pure returns (uint256) {
        unchecked {
            uint256 total = totals & _WEIGHT;
            uint256 third = active / 3;
            uint256 upper = total > third ? total - third : third + 1;
            uint256 effective = ((totals >> _EFFECTIVE_LANE) + 1) / 2;
            return
                ((total + 1) / 2) |
                ((third + 1) << _LOWER_LANE) |
                (upper << _UPPER_LANE) |
                (effective << _EFFECTIVE_LANE);
        }
    }

    /// @dev The hot loop: a word is larger than the one before it, and its lanes are added to the sums; a guard bit that
    /// survives the subtraction of the thresholds counts one more report at or above that lane's threshold. What lies
    /// above the lanes is added too and carries out of the word. Writes the sums to memory at `kept`.
    function _walk(
        uint256 kept,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 thresholds
    ) private pure returns (bool rising, uint256 crossed) {
        if (count == 0) return (true, 0);
        // The Solidity it replaces:
        //   for (uint256 position = 0; position < count; ++position) {
        //       uint256 next = wordAt(rows, byteAt(orders, position));
        //       rising = rising && next > word;
        //       word = next;
        //       sums += word;
        //       kept[position] = sums;
        //       crossed += (sums - thresholds) & _GUARDS;
        //   }
        assembly ("memory-safe") {
            rising := 1
            let word := 0
            let sums := _GUARDS
            for {
                let position := 0
            } lt(position, count) {
                position := add(position, 1)
            } {
                let next := mload(add(rows, shl(8, byte(position, orders))))
                rising := and(rising, gt(next, word))
                word := next
                sums := add(sums, word)
                mstore(add(kept, shl(5, position)), sums)
                crossed := add(crossed, and(sub(sums, thresholds), _GUARDS))
            }
        }
    }

    /// @dev From the number of reports at or above each threshold to the prices of the first ones.
    function _answer(
        Medians memory medians,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 crossed,
        uint256 totals
    ) private pure {
        unchecked {
            medians.lower = _priceAt(rows, orders, count - ((crossed >> _LOWER_BIT) & 0x3f), count);
            medians.upper = _priceAt(rows, orders, count - ((crossed >> _UPPER_BIT) & 0x3f), count);
            uint256 position = count - ((crossed >> _STAKE_BIT) & 0x3f);
            uint256 sum = _sumAt(medians.sums, position) & (_STAKE_GUARD - 1);
            bool half = 2 * sum == totals & _WEIGHT;
            medians.stake = half ? _middle(rows, orders, position, count) : _priceAt(rows, orders, position, count);
            position = count - ((crossed >> _EFFECTIVE_BIT) & 0x3f);
            sum = (_sumAt(medians.sums, position) & (_EFFECTIVE_GUARD - 1)) >> _EFFECTIVE_LANE;
            half = 2 * sum == totals >> _EFFECTIVE_LANE;
            medians.effective = half ? _middle(rows, orders, position, count) : _priceAt(rows, orders, position, count);
        }
    }

    /// @dev Price of the report at a place of the order, 0 behind its end.
    function _priceAt(uint256 rows, uint256 orders, uint256 position, uint256 count) private pure returns (uint256) {
        if (position == count) return 0;
        return wordAt(rows, byteAt(orders, position)) >> 192;
    }

    /// @dev A median with exactly half of the weight at or below it is the mean, rounded down, with the next report's price.
    function _middle(uint256 rows, uint256 orders, uint256 position, uint256 count) private pure returns (uint256) {
        unchecked {
            uint256 price = _priceAt(rows, orders, position, count);
            if (position + 1 >= count) return price;
            return (price + _priceAt(rows, orders, position + 1, count)) / 2;
        }
    }

    /// @dev The Solidity it replaces: `sums[position]`.
    function _sumAt(uint256 sums, uint256 position) private pure returns (uint256 sum) {
        assembly ("memory-safe") {
            sum := mload(add(sums, shl(5, position)))
        }
    }

    /// @dev Finds the first report out of order and reverts with it.
    function _refuse(uint256 rows, uint256 orders, uint256 count, uint256 reports, uint256 feed) private pure {
        unchecked {
            uint256 previous = 0;
            for (uint256 position = 0; position < count; ++position) {
                uint256 index = byteAt(orders, position);
                uint256 word = index < reports ? wordAt(rows, index) : 0;
                require(word > previous, WeightedMedian_NotRising(feed, position, index));
                previous = word;
            }
        }
    }

    /// @dev The Solidity it replaces: `uint8(bytes32(orders)[position])`.
    function byteAt(uint256 orders, uint256 position) internal pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := byte(position, orders)
        }
    }

    /// @dev The Solidity it replaces: `rows[index][feed]` of a uint256[8][] without the length check, which the caller makes.
    function wordAt(uint256 rows, uint256 index) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(rows, shl(8, index)))
        }
    }
}
