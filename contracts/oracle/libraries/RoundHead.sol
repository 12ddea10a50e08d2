// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ROUND_SECONDS } from "../../shared/OracleTypes.sol";

/// @notice Head of the oracle: the latest round, in one word.
/// @dev Participation of a seat needs three nested states (signed, took part, in band) and has two bits, `partBits` and
/// `bandBits`: took part = part; in band = part and band; signed without taking part = band without part.
struct Head {
    uint32 round;
    uint24 setId;
    int16 acceptedDelay; // seconds from the round's time to the block that accepted it; negative when that clock lags
    uint32 partBits;
    uint32 bandBits;
    uint16 epochRounds; // rounds folded in this epoch
    uint32 gapEndRound; // first round after the last gap or clock lag, 0 before any
    uint32 tipHour; // hour of the tips counted
    uint8 tipCount; // tips paid in that hour
    uint16 signedBps; // signed share of active weight of the round
    uint16 weightEmaBps; // the same, mean over about 20 sealed rounds
}

/// @title Round head
/// @notice Packs {Head} to one word and back; a relay reads and writes the word as it is.
library RoundHead {
    uint256 private constant _BITMAPS = ((1 << 64) - 1) << 72;
    uint256 private constant _IDENTITY = (1 << 72) - 1; // round, set and delay
    uint256 private constant _SIGNED = uint256(type(uint16).max) << 224;

    function roundOf(uint256 word) internal pure returns (uint256) {
        return uint32(word);
    }

    function setIdOf(uint256 word) internal pure returns (uint256) {
        return uint24(word >> 32);
    }

    function signersOf(uint256 word) internal pure returns (uint256) {
        return uint32((word >> 72) | (word >> 104));
    }

    function partOf(uint256 word) internal pure returns (uint256) {
        return uint32(word >> 72);
    }

    function inBandOf(uint256 word) internal pure returns (uint256) {
        return uint32((word >> 72) & (word >> 104));
    }

    function signedBpsOf(uint256 word) internal pure returns (uint256) {
        return uint16(word >> 224);
    }

    function weightEmaBpsOf(uint256 word) internal pure returns (uint256) {
        return word >> 240;
    }

    /// @notice Block time at which the round was first accepted.
    function acceptedAtOf(uint256 word) internal pure returns (uint256) {
        unchecked {
            return uint256(int256(roundOf(word) * ROUND_SECONDS) + int256(int16(uint16(word >> 56))));
        }
    }

    /// @notice `word` with another round, set and acceptance. @param delay Two's complement of 16 bits.
    function withRound(uint256 word, uint256 round, uint256 setId, uint256 delay) internal pure returns (uint256) {
        return (word & ~_IDENTITY) | uint32(round) | (uint256(uint24(setId)) << 32) | (uint256(uint16(delay)) << 56);
    }

    /// @notice `word` with one more round in the epoch and another mean of signed weight.
    function withFold(uint256 word, uint256 weightEmaBps) internal pure returns (uint256) {
        unchecked {
            if (epochRoundsOf(word) != type(uint16).max) word += 1 << 136;
            return (word & ((1 << 240) - 1)) | (weightEmaBps << 240);
        }
    }

    function withGapEnd(uint256 word, uint256 round) internal pure returns (uint256) {
        return (word & ~(uint256(type(uint32).max) << 152)) | (uint256(uint32(round)) << 152);
    }

    /// @notice `word` with the participation of its round and what signed it.
    function withReports(uint256 word, uint256 part, uint256 band, uint256 signedBps) internal pure returns (uint256) {
        return (word & ~(_BITMAPS | _SIGNED)) | (part << 72) | (band << 104) | (signedBps << 224);
    }

    function unpack(uint256 word) internal pure returns (Head memory head) {
        head.round = uint32(word);
        head.setId = uint24(word >> 32);
        head.acceptedDelay = int16(uint16(word >> 56));
        head.partBits = uint32(word >> 72);
        head.bandBits = uint32(word >> 104);
        head.epochRounds = uint16(word >> 136);
        head.gapEndRound = uint32(word >> 152);
        head.tipHour = uint32(word >> 184);
        head.tipCount = uint8(word >> 216);
        head.signedBps = uint16(word >> 224);
        head.weightEmaBps = uint16(word >> 240);
    }

    function pack(Head memory head) internal pure returns (uint256 word) {
        word = uint256(head.round) | (uint256(head.setId) << 32) | (uint256(uint16(head.acceptedDelay)) << 56);
        word |= (uint256(head.partBits) << 72) | (uint256(head.bandBits) << 104) | (uint256(head.epochRounds) << 136);
        word |= (uint256(head.gapEndRound) << 152) | (uint256(head.tipHour) << 184) | (uint256(head.tipCount) << 216);
        word |= (uint256(head.signedBps) << 224) | (uint256(head.weightEmaBps) << 240);
    }

    /// @notice {Head-epochRounds} of a packed head.
    function epochRoundsOf(uint256 word) internal pure returns (uint16) {
        return uint16(word >> 136);
    }

    /// @notice The packed head with no rounds in the epoch.
    function withoutEpochRounds(uint256 word) internal pure returns (uint256) {
        return word & ~(uint256(type(uint16).max) << 136);
    }

    /// @notice The packed head without what the seats of `bitmap` did in its round.
    function withoutSeats(uint256 word, uint256 bitmap) internal pure returns (uint256) {
        return word & ~((bitmap << 72) | (bitmap << 104));
    }

    /// @notice Block time at which the round was first accepted.
    function acceptedAt(Head memory head) internal pure returns (uint256) {
        return uint256(int256(uint256(head.round) * ROUND_SECONDS) + head.acceptedDelay);
    }
}
