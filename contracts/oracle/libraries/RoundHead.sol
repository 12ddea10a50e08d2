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
    uint8 tipHour; // hour modulo 256
    uint8 tipCount; // tips paid in that hour
    uint40 anchorLow; // lowest anchor block among the round's reports
    uint16 weightEmaBps; // signed share of active weight, mean over about 20 sealed rounds
}

/// @title Round head
/// @notice Packs {Head} to one word and back.
library RoundHead {
    function unpack(uint256 word) internal pure returns (Head memory head) {
        head.round = uint32(word);
        head.setId = uint24(word >> 32);
        head.acceptedDelay = int16(uint16(word >> 56));
        head.partBits = uint32(word >> 72);
        head.bandBits = uint32(word >> 104);
        head.epochRounds = uint16(word >> 136);
        head.gapEndRound = uint32(word >> 152);
        head.tipHour = uint8(word >> 184);
        head.tipCount = uint8(word >> 192);
        head.anchorLow = uint40(word >> 200);
        head.weightEmaBps = uint16(word >> 240);
    }

    function pack(Head memory head) internal pure returns (uint256 word) {
        word = uint256(head.round) | (uint256(head.setId) << 32) | (uint256(uint16(head.acceptedDelay)) << 56);
        word |= (uint256(head.partBits) << 72) | (uint256(head.bandBits) << 104) | (uint256(head.epochRounds) << 136);
        word |= (uint256(head.gapEndRound) << 152) | (uint256(head.tipHour) << 184) | (uint256(head.tipCount) << 192);
        word |= (uint256(head.anchorLow) << 200) | (uint256(head.weightEmaBps) << 240);
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

    /// @notice Seats whose signature the round holds.
    function signers(Head memory head) internal pure returns (uint256) {
        return head.partBits | head.bandBits;
    }

    /// @notice Block time at which the round was first accepted.
    function acceptedAt(Head memory head) internal pure returns (uint256) {
        return uint256(int256(uint256(head.round) * ROUND_SECONDS) + head.acceptedDelay);
    }
}
