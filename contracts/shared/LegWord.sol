// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Legs } from "./ClearingTypes.sol";

/// @title Packed legs
/// @notice One leg in 128 bits: size int87 | call u1 | strike u40, from the low end. Sizes have 6 decimals, shorts are
/// negative; strikes have 4.
library LegWord {
    int256 internal constant LARGEST_SIZE = (1 << 86) - 1;
    uint256 private constant _SIZE_BITS = 87;
    uint256 private constant _SIZE_MASK = (1 << _SIZE_BITS) - 1;

    /// @dev `size` must lie within ± LARGEST_SIZE.
    function pack(uint256 strike, bool isCall, int256 size) internal pure returns (uint256) {
        return (seriesOf(strike, isCall) << _SIZE_BITS) | (uint256(size) & _SIZE_MASK);
    }

    /// @notice Strike and kind without the size: equal for two legs of one series.
    function seriesOf(uint256 strike, bool isCall) internal pure returns (uint256) {
        return (strike << 1) | (isCall ? 1 : 0);
    }

    function seriesOf(uint256 leg) internal pure returns (uint256) {
        return leg >> _SIZE_BITS;
    }

    function strikeOf(uint256 leg) internal pure returns (uint256) {
        return leg >> (_SIZE_BITS + 1);
    }

    function isCallOf(uint256 leg) internal pure returns (bool) {
        return (leg >> _SIZE_BITS) & 1 != 0;
    }

    /// @dev Shifts the sign bit of the 87 to the top and back.
    function sizeOf(uint256 leg) internal pure returns (int256) {
        return int256(leg << (256 - _SIZE_BITS)) >> (256 - _SIZE_BITS);
    }

    /// @notice Leg number `i`, below 8.
    /// @dev The Solidity it replaces: `legs.words[i]`, whose bounds every caller has checked.
    function at(Legs memory legs, uint256 i) internal pure returns (uint256 leg) {
        assembly ("memory-safe") {
            leg := mload(add(mload(add(legs, 0x20)), shl(5, i)))
        }
    }

    /// @dev The Solidity it replaces: `legs.words[i] = leg`, `i` below 8.
    function put(Legs memory legs, uint256 i, uint256 leg) internal pure {
        assembly ("memory-safe") {
            mstore(add(mload(add(legs, 0x20)), shl(5, i)), leg)
        }
    }

    /// @notice Place of the leg of a series, or the count when there is none.
    /// @param likely Place looked at first: who changes several legs mostly names them in the order of the book.
    /// @dev The Solidity it replaces: `while (i < legs.count && seriesOf(legs.words[i]) != series) ++i;`, whose checked access
    /// costs five times the search.
    function find(Legs memory legs, uint256 series, uint256 likely) internal pure returns (uint256 i) {
        if (likely < legs.count && seriesOf(at(legs, likely)) == series) return likely;
        assembly ("memory-safe") {
            let first := mload(add(legs, 0x20))
            let word := first
            for {
                let end := add(first, shl(5, mload(legs)))
            } lt(word, end) {
                word := add(word, 0x20)
            } {
                if eq(shr(_SIZE_BITS, mload(word)), series) {
                    break
                }
            }
            i := shr(5, sub(word, first))
        }
    }

    /// @notice How much of a size is short; 0 for longs.
    function shortOf(int256 size) internal pure returns (int256) {
        unchecked {
            return size < 0 ? -size : int256(0);
        }
    }

    function isShort(uint256 leg) internal pure returns (bool) {
        return leg & (1 << (_SIZE_BITS - 1)) != 0;
    }
}
