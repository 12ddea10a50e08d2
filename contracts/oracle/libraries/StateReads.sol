// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { FEED_SLOTS, RING_ROUNDS, ROUND_SECONDS, SEATS } from "../../shared/OracleTypes.sol";
import { OracleState, RING_WORDS, SET_LEAKING, SetPointer, SetWeights } from "./OracleState.sol";
import { Members } from "./RelayCodec.sol";
import { RoundHead } from "./RoundHead.sol";
import { RoundRing } from "./RoundRing.sol";
import { SeatCode } from "./SeatCode.sol";
import { WeightLeak } from "./WeightLeak.sol";

/// @title State reads
/// @notice Small reads of {OracleState} that several parts of the oracle share.
library StateReads {
    /// @dev A superset may replace the latest round this long after its first acceptance.
    uint256 internal constant UPGRADE_SECONDS = 2 * ROUND_SECONDS;

    /// @notice The word of {SetWeights}.
    function weightsWord(OracleState storage self) internal view returns (uint256 word) {
        SetWeights storage weights = self.weights;
        assembly ("memory-safe") {
            word := sload(weights.slot)
        }
    }

    /// @notice A weight as the word holds it. Real ones are below 2^40; anything above compares like the most it holds.
    function fit(uint64 weight) internal pure returns (uint48) {
        return weight > type(uint48).max ? type(uint48).max : uint48(weight);
    }

    function activeOf(uint256 weights) internal pure returns (uint256) {
        return uint48(weights);
    }

    function nominalOf(uint256 weights) internal pure returns (uint256) {
        return uint48(weights >> 48);
    }

    function witnessUntilOf(uint256 weights) internal pure returns (uint256) {
        return uint40(weights >> 144);
    }

    function feedsOf(uint256 weights) internal pure returns (uint256) {
        return uint8(weights >> 184);
    }

    function partReferenceOf(uint256 weights) internal pure returns (uint256) {
        return uint32(weights >> 192);
    }

    function bandReferenceOf(uint256 weights) internal pure returns (uint256) {
        return weights >> 224;
    }

    /// @notice Whose signatures count in reports of set `setId`, which must be the current or the previous one.
    /// @param weights As {weightsWord}.
    function membersOf(
        OracleState storage self,
        uint256 setId,
        uint256 weights
    ) internal view returns (Members memory members) {
        SetPointer memory pointer = self.set;
        require(
            setId != 0 && (setId == pointer.setId || setId + 1 == pointer.setId),
            IPriceOracle.PriceOracle_UnknownSet(setId, pointer.setId)
        );
        bool current = setId == pointer.setId;
        address code = current ? pointer.code : SeatCode.addressOf(setId);
        members.seats = SeatCode.load(code);
        members.excluded = current ? pointer.mask : uint256(pointer.mask) | pointer.changed;
        members.flags = pointer.flags;
        members.nominal = nominalOf(weights);
        members.reliabilityLow = self.reliability[0];
        if (SeatCode.countOf(code) > SEATS / 2) members.reliabilityHigh = self.reliability[1];
        if (pointer.flags & SET_LEAKING != 0) members.leakState = self.leakState;
        members.active =
            current ? activeOf(weights) : WeightLeak.activeWeight(members.seats, members.excluded, members.leakState);
        if (members.leakState != 0) WeightLeak.applyTo(members.seats, members.leakState);
    }

    /// @notice A word of one of the arrays by feed.
    function wordAt(uint256[FEED_SLOTS] storage words, uint256 feed) internal view returns (uint256 word) {
        // The Solidity it replaces: `words[feed]` without the length check; callers go through the live feeds.
        assembly ("memory-safe") {
            word := sload(add(words.slot, feed))
        }
    }

    function setWordAt(uint256[FEED_SLOTS] storage words, uint256 feed, uint256 word) internal {
        // The Solidity it replaces: `words[feed] = word` without the length check.
        assembly ("memory-safe") {
            sstore(add(words.slot, feed), word)
        }
    }

    /// @notice The half of a feed in the words of the witnesses, and above it for an even feed the half of the next.
    function witnessAt(uint256[FEED_SLOTS / 2] storage words, uint256 feed) internal view returns (uint256 half) {
        // The Solidity it replaces: `words[feed / 2] >> (128 * (feed & 1))` without the length check.
        assembly ("memory-safe") {
            half := shr(shl(7, and(feed, 1)), sload(add(words.slot, shr(1, feed))))
        }
    }

    /// @notice A round is sealed when no superset can replace it any more.
    function isSealed(OracleState storage self, uint256 round) internal view returns (bool) {
        uint256 head = self.head;
        uint256 latest = RoundHead.roundOf(head);
        return round < latest || (round == latest && block.timestamp > RoundHead.acceptedAtOf(head) + UPGRADE_SECONDS);
    }

    /// @notice The ring's words of `round`. @return ok False when another round, or none, lies there.
    function ringAt(
        OracleState storage self,
        uint256 round
    ) internal view returns (bool ok, uint256[RING_WORDS] storage entry) {
        entry = self.ring[round % RING_ROUNDS];
        ok = round != 0 && RoundRing.roundOf(entry[0]) == round;
    }

    function checkFeed(OracleState storage self, uint256 feed) internal view {
        require(feed < self.weights.feeds, IPriceOracle.PriceOracle_UnknownFeed(feed, self.weights.feeds));
    }
}
