// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Last testimony about a feed, half a word.
struct Witness {
    uint64 price; // 8 decimals, 0 when there never was one
    uint32 observedAt; // the witness's own time
    uint16 checkedDelay; // from observedAt to the poke, in 64 s, 12 bits: up to three days
    int16 distanceBps; // witness over our price at the witness's time, minus one; 12 bits, saturating
    bool agreed; // two fresh sources at most 1 % apart
    bool conflicted; // two fresh sources at least 8 % apart
    uint8 farSamples; // samples in a row more than 8 % away, or who moved alone ({WitnessVerdict}), 2 bits
    uint8 threshold; // deviation threshold of the source in 25 bps, rounded up, 4 bits
}

/// @title Witness word
/// @notice Two feeds share a word, so that a relay of eight feeds reads four.
library WitnessWord {
    uint256 internal constant DELAY_UNIT = 64;
    /// @dev Oldest testimony that fits; no source may be slower (WitnessRouter).
    uint256 internal constant DELAY_MAXIMUM = 0xfff * DELAY_UNIT;
    uint256 internal constant THRESHOLD_UNIT_BPS = 25;
    uint256 internal constant FRESH_SECONDS = 1 hours;
    /// @dev A witness that was asked no further than this from a round may accuse its signers.
    uint256 internal constant EVIDENCE_SECONDS = 2 minutes;
    uint256 internal constant NEAR_BPS = 200;
    uint256 internal constant FAR_BPS = 800;
    uint256 private constant _HALF = type(uint128).max;

    function unpack(uint256 word, uint256 feed) internal pure returns (Witness memory witness) {
        if (feed & 1 != 0) word >>= 128;
        witness.price = uint64(word);
        witness.observedAt = uint32(word >> 64);
        witness.checkedDelay = uint16((word >> 96) & 0xfff);
        uint256 distance = (word >> 108) & 0xfff;
        witness.distanceBps = distance & 0x800 != 0 ? int16(int256(distance) - 4096) : int16(int256(distance));
        witness.agreed = (word >> 120) & 1 != 0;
        witness.conflicted = (word >> 121) & 1 != 0;
        witness.farSamples = uint8((word >> 122) & 3);
        witness.threshold = uint8((word >> 124) & 15);
    }

    /// @notice `word` with the half of `feed` replaced.
    function pack(uint256 word, uint256 feed, Witness memory witness) internal pure returns (uint256) {
        uint256 half = uint256(witness.price) | (uint256(witness.observedAt) << 64);
        half |= (uint256(witness.checkedDelay) << 96) | ((uint256(uint16(witness.distanceBps)) & 0xfff) << 108);
        if (witness.agreed) half |= 1 << 120;
        if (witness.conflicted) half |= 1 << 121;
        half |= (uint256(witness.farSamples) << 122) | (uint256(witness.threshold) << 124);
        return feed & 1 != 0 ? (word & _HALF) | (half << 128) : (word & ~_HALF) | half;
    }

    /// @notice Time of the poke, less than 64 s early.
    function checkedAt(Witness memory witness) internal pure returns (uint256) {
        return uint256(witness.observedAt) + uint256(witness.checkedDelay) * DELAY_UNIT;
    }

    /// @notice Seconds since the poke; a witness that never spoke is as old as time.
    function ageAt(Witness memory witness, uint256 time) internal pure returns (uint256) {
        if (witness.price == 0) return type(uint256).max;
        uint256 checked = checkedAt(witness);
        return time > checked ? time - checked : 0;
    }

    /// @notice Price of a fresh witness more than `limitBps` away from us, 0 when there is none; reads the word as it is.
    function farPrice(uint256 word, uint256 feed, uint256 time, uint256 limitBps) internal pure returns (uint256) {
        unchecked {
            if (feed & 1 != 0) word >>= 128;
            uint256 size = (word >> 108) & 0xfff;
            if (size & 0x800 != 0) size = 4096 - size;
            if (size <= limitBps) return 0;
            uint256 checked = uint256(uint32(word >> 64)) + ((word >> 96) & 0xfff) * DELAY_UNIT;
            return time > checked + FRESH_SECONDS ? 0 : uint64(word);
        }
    }

    /// @notice Whether the witness was asked about the time `time`: what it said an hour ago proves nothing in a crash.
    /// @param half The feed's half of the word.
    function isAskedNear(uint256 half, uint256 time) internal pure returns (bool) {
        unchecked {
            uint256 checked = uint256(uint32(half >> 64)) + ((half >> 96) & 0xfff) * DELAY_UNIT;
            // Below the lower bound the difference wraps and is above the upper one.
            return checked + EVIDENCE_SECONDS - time <= 2 * EVIDENCE_SECONDS;
        }
    }

    /// @notice Size of the distance in bps.
    function distanceOf(Witness memory witness) internal pure returns (uint256) {
        return uint256(int256(witness.distanceBps < 0 ? -witness.distanceBps : witness.distanceBps));
    }

    /// @notice Distance to `price`, which is not zero, in bps without sign, rounded down.
    function gapBps(Witness memory witness, uint256 price) internal pure returns (uint256) {
        return (_gap(witness, price) * 10_000) / price;
    }

    /// @notice True when `price` is within `limitBps` of the witness's price.
    function within(Witness memory witness, uint256 price, uint256 limitBps) internal pure returns (bool) {
        return _gap(witness, price) * 10_000 <= uint256(witness.price) * limitBps;
    }

    function _gap(Witness memory witness, uint256 price) private pure returns (uint256) {
        return price > witness.price ? price - witness.price : witness.price - price;
    }
}
