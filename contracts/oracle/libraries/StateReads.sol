// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { RING_ROUNDS, ROUND_SECONDS } from "../../shared/OracleTypes.sol";
import { OracleState, RING_WORDS, SET_LEAKING, SetPointer } from "./OracleState.sol";
import { Members } from "./RelayCodec.sol";
import { Head, RoundHead } from "./RoundHead.sol";
import { RoundRing } from "./RoundRing.sol";
import { SeatCode } from "./SeatCode.sol";
import { WeightLeak } from "./WeightLeak.sol";

/// @title State reads
/// @notice Small reads of {OracleState} that several parts of the oracle share.
library StateReads {
    /// @dev A superset may replace the latest round this long after its first acceptance.
    uint256 internal constant UPGRADE_SECONDS = 2 * ROUND_SECONDS;

    /// @notice Whose signatures count in reports of set `setId`, which must be the current or the previous one.
    function membersOf(OracleState storage self, uint256 setId) internal view returns (Members memory members) {
        SetPointer memory pointer = self.set;
        require(
            setId != 0 && (setId == pointer.setId || setId + 1 == pointer.setId),
            IPriceOracle.PriceOracle_UnknownSet(setId, pointer.setId)
        );
        members.leakState = pointer.flags & SET_LEAKING != 0 ? self.leakState : 0;
        members.nominal = self.weights.nominal;
        members.reliabilityLow = self.reliability[0];
        members.reliabilityHigh = self.reliability[1];
        if (setId == pointer.setId) {
            members.seats = SeatCode.load(pointer.code);
            members.excluded = pointer.mask;
            members.active = self.weights.active;
        } else {
            members.seats = SeatCode.load(SeatCode.addressOf(setId));
            members.excluded = uint256(pointer.mask) | pointer.changed;
            members.active = WeightLeak.activeWeight(members.seats, members.excluded, members.leakState);
        }
    }

    /// @notice A round is sealed when no superset can replace it any more.
    function isSealed(OracleState storage self, uint256 round) internal view returns (bool) {
        Head memory head = RoundHead.unpack(self.head);
        return
            round < head.round ||
            (round == head.round && block.timestamp > RoundHead.acceptedAt(head) + UPGRADE_SECONDS);
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
        require(feed < self.feedCount, IPriceOracle.PriceOracle_UnknownFeed(feed, self.feedCount));
    }
}
