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
            for (uint256 plane = 0; plane < 8; ++plane) {
                counts |= _spread((planes >> (32 * plane)) & _PLANE) << plane;
            }
        }
    }

    /// @dev Moves bit s of 32 to bit 8·s: halves each group and moves its upper half apart, five times.
    function _spread(uint256 bits) private pure returns (uint256) {
        unchecked {
            bits = (bits | (bits << 112)) & 0x0000000000000000000000000000ffff0000000000000000000000000000ffff;
            bits = (bits | (bits << 56)) & 0x00000000000000ff00000000000000ff00000000000000ff00000000000000ff;
            bits = (bits | (bits << 28)) & 0x0000000f0000000f0000000f0000000f0000000f0000000f0000000f0000000f;
            bits = (bits | (bits << 14)) & 0x0003000300030003000300030003000300030003000300030003000300030003;
            return (bits | (bits << 7)) & 0x0101010101010101010101010101010101010101010101010101010101010101;
        }
    }
}
