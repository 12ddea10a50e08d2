// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

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
    /// @notice From the tail of a report to that of the next.
    uint256 internal constant NEXT_INDEX = 1 << 184;
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
    /// @dev The guard of the effective lane, in the lane.
    uint256 private constant _EFFECTIVE_GUARD = 1 << (_EFFECTIVE_BIT - _EFFECTIVE_LANE);
    uint256 private constant _RISING = 0x3f;
    uint256 private constant _THRICE = 1 | (1 << _LOWER_LANE) | (1 << _UPPER_LANE);
    /// @dev All four guards; a literal, because assembly takes no other constants.
    uint256 private constant _GUARDS = 0x800000000000020000000008000000002000000000;
    uint256 private constant _EVERY_BYTE = type(uint256).max / 255;

    error WeightedMedian_NotRising(uint256 feed, uint256 position, uint256 index);

    /// @notice Index, seat and lanes of a report; with its price in the top 64 bits it is the report's word for a feed.
    function tail(uint256 index, uint256 seat, uint256 lanes) internal pure returns (uint256) {
        return (index << 184) | (seat << 176) | lanes;
    }

    /// @notice Lanes of a weight of 32 bits with a reliability of 16. One product, since no lane runs into the next.
    function lanesOf(uint256 weight, uint256 reliability) internal pure returns (uint256) {
        unchecked {
            return weight * (_THRICE | (reliability << _EFFECTIVE_LANE));
        }
    }

    function indexOf(uint256 tail_) internal pure returns (uint256) {
        return (tail_ >> 184) & 0xff;
    }

    /// @notice Distance of a report's words from those of the first report.
    function rowOf(uint256 tail_) internal pure returns (uint256) {
        return (tail_ >> 176) & 0xff00; // STRIDE times the index
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

    /// @notice The `count` order bytes at calldata offset `order`, at most 32, from the most significant; the rest is zero.
    /// @dev By way of memory, since the optimizer would compute a masked word of calldata anew wherever it is used.
    function ordersAt(uint256 order, uint256 count) internal pure returns (uint256 orders) {
        // The Solidity it replaces: `bytes32(msg.data[order:order + count])`, zeros beyond the end.
        assembly ("memory-safe") {
            mstore(0, 0)
            calldatacopy(0, order, count)
            orders := mload(0)
        }
    }

    /// @notice One pass over `count` reports in the caller's order, which is refused unless it rises.
    /// @param kept Memory pointer of {room}; holds for every place of the order the sums less the thresholds.
    /// @param rows Memory pointer of the feed's words, one per report of the bundle at STRIDE, 0 where it abstained.
    /// @param orders Report indices by rising (price, index), one byte each.
    /// @param reports Reports in the bundle; an index at or above it is refused.
    /// @param totals Sum of the words' lanes.
    /// @param active Active weight of the set.
    /// @return crossed At every guard bit the number of reports at or above that lane's threshold.
    function pass(
        uint256 kept,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 reports,
        uint256 totals,
        uint256 active,
        uint256 feed
    ) internal pure returns (uint256 crossed) {
        crossed = _walk(kept, rows, orders, count, _thresholds(totals, active));
        // An index that is too large reads what is no row; it is refused all the same.
        if (crossed & _RISING != count || !_allBelow(orders, reports)) _refuse(rows, orders, count, reports, feed);
    }

    /// @notice Room for the sums of a pass, to be used again for every feed.
    function room() internal pure returns (uint256 kept) {
        // The Solidity it replaces: `new uint256[](32)` without the length; every word is written before it is read.
        assembly ("memory-safe") {
            kept := mload(0x40)
            mstore(0x40, add(kept, 0x400))
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

    /// @dev The hot loop, four reports at a time: a word is larger than the one before it, which counts in the lowest bits; its
    /// lanes are added to the sums; a guard bit that survives the subtraction of the thresholds counts one more report at or
    /// above that lane's threshold. What lies above the lanes is added too and carries out of the word.
    function _walk(
        uint256 kept,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 thresholds
    ) private pure returns (uint256 crossed) {
        // The Solidity it replaces:
        //   for (uint256 position = 0; position < count; ++position) {
        //       uint256 next = wordAt(rows, byteAt(orders, position));
        //       sums += next;
        //       kept[position] = sums - thresholds;
        //       crossed += (kept[position] & _GUARDS) + (next > word ? 1 : 0);
        //       word = next;
        //   }
        assembly ("memory-safe") {
            let word := 0
            let sums := sub(_GUARDS, thresholds)
            for {} gt(count, 3) {
                count := sub(count, 4)
            } {
                let next := mload(add(rows, shl(8, byte(0, orders))))
                sums := add(sums, next)
                mstore(kept, sums)
                crossed := add(add(and(sums, _GUARDS), gt(next, word)), crossed)
                word := mload(add(rows, shl(8, byte(1, orders))))
                sums := add(sums, word)
                mstore(add(kept, 0x20), sums)
                crossed := add(add(and(sums, _GUARDS), gt(word, next)), crossed)
                next := mload(add(rows, shl(8, byte(2, orders))))
                sums := add(sums, next)
                mstore(add(kept, 0x40), sums)
                crossed := add(add(and(sums, _GUARDS), gt(next, word)), crossed)
                word := mload(add(rows, shl(8, byte(3, orders))))
                sums := add(sums, word)
                mstore(add(kept, 0x60), sums)
                crossed := add(add(and(sums, _GUARDS), gt(word, next)), crossed)
                orders := shl(32, orders)
                kept := add(kept, 0x80)
            }
            for {} count {
                count := sub(count, 1)
            } {
                let next := mload(add(rows, shl(8, byte(0, orders))))
                sums := add(sums, next)
                mstore(kept, sums)
                crossed := add(add(and(sums, _GUARDS), gt(next, word)), crossed)
                word := next
                orders := shl(8, orders)
                kept := add(kept, 0x20)
            }
        }
    }

    /// @notice The prices at which a pass crossed its thresholds; it must have crossed all, as a feed does that more than half
    /// of the active weight priced. L: lowest price with more than a third of the active weight at or below it. U: highest
    /// with more than a third at or above it.
    function boundsAfter(
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 crossed
    ) internal pure returns (uint256 lower, uint256 upper) {
        // The Solidity it replaces:
        //   lower = _priceAt(rows, orders, count - ((crossed >> _LOWER_BIT) & 0x3f), count);
        //   upper = _priceAt(rows, orders, count - ((crossed >> _UPPER_BIT) & 0x3f), count);
        assembly ("memory-safe") {
            lower := byte(sub(count, and(shr(_LOWER_BIT, crossed), 0x3f)), orders)
            lower := shr(192, mload(add(rows, shl(8, lower))))
            upper := byte(sub(count, and(shr(_UPPER_BIT, crossed), 0x3f)), orders)
            upper := shr(192, mload(add(rows, shl(8, upper))))
        }
    }

    /// @notice m_s weighted by stake and m_e by stake and reliability, under the same condition.
    function mediansAfter(
        uint256 kept,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 crossed,
        uint256 totals
    ) internal pure returns (uint256 stake, uint256 effective) {
        unchecked {
            uint256 position = count - ((crossed >> _STAKE_BIT) & 0x3f);
            stake = wordAt(rows, byteAt(orders, position)) >> 192;
            // Exactly half of an even total: what is left of the lane is its guard.
            uint256 left = _keptAt(kept, position) & (2 * _STAKE_GUARD - 1);
            if (left == _STAKE_GUARD && totals & 1 == 0) stake = _middle(rows, orders, position, count);
            position = count - ((crossed >> _EFFECTIVE_BIT) & 0x3f);
            effective = wordAt(rows, byteAt(orders, position)) >> 192;
            left = (_keptAt(kept, position) >> _EFFECTIVE_LANE) & (2 * _EFFECTIVE_GUARD - 1);
            if (left == _EFFECTIVE_GUARD && (totals >> _EFFECTIVE_LANE) & 1 == 0)
                effective = _middle(rows, orders, position, count);
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

    /// @dev The Solidity it replaces: `kept[position]`.
    function _keptAt(uint256 kept, uint256 position) private pure returns (uint256 sum) {
        assembly ("memory-safe") {
            sum := mload(add(kept, shl(5, position)))
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
