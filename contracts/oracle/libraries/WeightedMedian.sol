// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What one pass over the sorted reports of a feed yields. Prices as reported; weights of the priced reports.
struct Medians {
    uint256 stake; // m_s, weighted by stake
    uint256 effective; // m_e, weighted by stake and reliability
    uint256 lower; // L: lowest price with more than a third of the active weight at or below it, 0 when there is none
    uint256 upper; // U: highest price with more than a third at or above it, 0 when there is none
    uint256 totals; // sum of the words' lanes, for the walk
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
    uint256 private constant _STAKE_GUARD = 1 << 37;
    uint256 private constant _LOWER_GUARD = 1 << 75;
    uint256 private constant _UPPER_GUARD = 1 << 113;
    uint256 private constant _EFFECTIVE_GUARD = 1 << 167;
    /// @dev All four guards; a literal, because assembly takes no other constants.
    uint256 private constant _GUARDS = 0x800000000000020000000008000000002000000000;
    uint256 private constant _EVERY_BYTE = type(uint256).max / 255;

    error WeightedMedian_NotRising(uint256 feed, uint256 position, uint256 index);

    /// @notice Index, seat and lanes of a report; with its price in the top 64 bits it is the report's word for a feed.
    function tail(uint256 index, uint256 seat, uint256 lanes) internal pure returns (uint256) {
        return (index << 184) | (seat << 176) | lanes;
    }

    function lanesOf(uint256 weight, uint256 effective) internal pure returns (uint256) {
        return weight | (weight << _LOWER_LANE) | (weight << _UPPER_LANE) | (effective << _EFFECTIVE_LANE);
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
        (medians.lower, medians.upper, medians.totals) = (0, 0, totals);
        bool rising = _allBelow(orders, reports) && _walk(medians, rows, orders, count, _thresholds(totals, active));
        if (!rising) _refuse(rows, orders, count, reports, feed);
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

    /// @dev The hot loop: a word is larger than the one before it, and its lanes are added; when a guard bit survives the
    /// subtraction of the thresholds for the first time, that lane's answer is this word's price.
    function _walk(
        Medians memory medians,
        uint256 rows,
        uint256 orders,
        uint256 count,
        uint256 thresholds
    ) private pure returns (bool) {
        uint256 sums = _GUARDS;
        uint256 crossed = 0;
        uint256 position = 0;
        uint256 word = 0;
        while (position != count) {
            uint256 bits;
            uint256 rising = 1;
            // The Solidity it replaces:
            //   do {
            //       uint256 next = wordAt(rows, byteAt(orders, position++));
            //       rising = next > word;
            //       word = next;
            //       sums += lanesIn(word);
            //       bits = (sums - thresholds) & _GUARDS;
            //   } while (rising && bits == crossed && position != count);
            assembly ("memory-safe") {
                for {} 1 {} {
                    let next := mload(add(rows, shl(8, byte(position, orders))))
                    position := add(position, 1)
                    rising := gt(next, word)
                    word := next
                    sums := add(sums, and(next, _LANES))
                    bits := and(sub(sums, thresholds), _GUARDS)
                    if iszero(and(rising, and(eq(bits, crossed), lt(position, count)))) {
                        break
                    }
                }
            }
            if (rising == 0) return false;
            if (bits != crossed) {
                uint256 following = position != count ? wordAt(rows, byteAt(orders, position)) : word;
                _answer(medians, bits ^ crossed, word, following, sums ^ _GUARDS);
                crossed = bits;
            }
        }
        return true;
    }

    /// @dev A median with exactly half of the weight at or below it is the mean, rounded down, with the next report's price.
    function _answer(
        Medians memory medians,
        uint256 crossing,
        uint256 word,
        uint256 following,
        uint256 sums
    ) private pure {
        unchecked {
            uint256 price = word >> 192;
            if (crossing & _LOWER_GUARD != 0) medians.lower = price;
            if (crossing & _UPPER_GUARD != 0) medians.upper = price;
            if (crossing & (_STAKE_GUARD | _EFFECTIVE_GUARD) == 0) return;
            uint256 totals = medians.totals;
            uint256 middle = (price + (following >> 192)) / 2;
            if (crossing & _STAKE_GUARD != 0) {
                medians.stake = 2 * (sums & _WEIGHT) == totals & _WEIGHT ? middle : price;
            }
            if (crossing & _EFFECTIVE_GUARD != 0) {
                medians.effective = 2 * (sums >> _EFFECTIVE_LANE) == totals >> _EFFECTIVE_LANE ? middle : price;
            }
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
