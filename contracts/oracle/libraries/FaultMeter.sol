// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Fault meter
/// @notice 32 saturating counters of 8 bits in one word, bit-sliced: plane p (bits 32p to 32p+31) holds bit p of every
/// counter, so adding a bitmap is a ripple of AND and XOR that touches one storage word.
library FaultMeter {
    uint256 internal constant SATURATION = 240;
    uint256 private constant _PLANE = type(uint32).max;

    /// @notice Adds one to the counter of every seat in `bitmap` that is below SATURATION.
    function add(uint256 planes, uint256 bitmap) internal pure returns (uint256) {
        unchecked {
            // A counter is saturated when its four high planes are all ones (240 = 0xF0); it never gets further.
            uint256 full = (planes >> 128) & (planes >> 160) & (planes >> 192) & (planes >> 224);
            uint256 carry = bitmap & ~full & _PLANE;
            uint256 shift = 0;
            while (carry != 0) {
                uint256 plane = (planes >> shift) & _PLANE;
                planes ^= carry << shift;
                carry &= plane;
                shift += 32;
            }
            return planes;
        }
    }

    /// @notice Counter of one seat.
    function at(uint256 planes, uint256 seat) internal pure returns (uint256 count) {
        unchecked {
            for (uint256 plane = 0; plane < 8; ++plane) {
                count |= ((planes >> (32 * plane + seat)) & 1) << plane;
            }
        }
    }

    /// @notice All counters as bytes: byte s from the least significant is seat s.
    function toBytes(uint256 planes) internal pure returns (uint256 counts) {
        unchecked {
            for (uint256 seat = 0; seat < 32; ++seat) {
                counts |= at(planes, seat) << (8 * seat);
            }
        }
    }
}
