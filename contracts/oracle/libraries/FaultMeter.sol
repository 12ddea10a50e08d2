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

    /// @notice Replaces the counter c of every seat in `bitmap` by `whole` − c, which is at least 0 and at most 255.
    function complement(uint256 planes, uint256 bitmap, uint256 whole) internal pure returns (uint256 result) {
        unchecked {
            uint256 carry = bitmap; // whole − c is whole + ~c + 1
            for (uint256 plane = 0; plane < 8; ++plane) {
                uint256 bits = ((planes >> (32 * plane)) & _PLANE) ^ bitmap;
                uint256 added = (whole >> plane) & 1 != 0 ? bitmap : 0;
                result |= (bits ^ added ^ carry) << (32 * plane);
                carry = (bits & added) | (bits & carry) | (added & carry);
            }
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

    /// @notice The same after {complement}; short when no counter has counted.
    function counts(uint256 planes, uint256 bitmap, uint256 whole) internal pure returns (uint256) {
        unchecked {
            // Bytes of at most 240 each, so none runs into the next; without a bit `whole` does not matter.
            if (planes == 0) return bitmap == 0 ? 0 : _spread(bitmap) * whole;
            return toBytes(bitmap == 0 ? planes : complement(planes, bitmap, whole));
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
