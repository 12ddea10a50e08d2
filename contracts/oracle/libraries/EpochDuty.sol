// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { IValidatorRegistry } from "../../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../../shared/OracleTypes.sol";
import { NominalWeight } from "./NominalWeight.sol";
import { Penalties } from "./Penalties.sol";
import { Record, RegistryState, RegistryWords } from "./RegistryState.sol";

/// @title Epoch duty
/// @notice Closes an epoch's books: whether it is due, who was absent (F4), what that costs, who earned what.
library EpochDuty {
    using RegistryWords for uint32[32];

    uint256 internal constant EPOCH_ROUNDS = 240;
    uint256 internal constant EPOCH_SECONDS = 24 hours;
    uint256 internal constant MINIMUM_ROUNDS = 20;
    uint256 internal constant QUORUM_SIGNERS = 3;
    uint256 internal constant STRIKE_SECONDS = 7 days;

    /// @notice A validator that was present in less than half of the epoch's rounds.
    struct Absence {
        uint32 validatorId;
        uint256 penalty; // bond token units
    }

    /// @notice What closing an epoch found.
    /// @param due Enough rounds or time; if not, the closing only stands when it fills a set that cannot work.
    struct Closing {
        bool due;
        uint256 rounds;
        uint256 age;
        uint256 inBand; // rounds in band per seat, for the rewards
        uint256 points; // sum over the seats of rounds in band times weight
        Absence[] absences;
    }

    /// @notice Counts the epoch and judges absence. Nobody is faulted while more than a third of the weight was absent:
    /// that is an outage, and outages are honest.
    function close(RegistryState storage self, IPriceOracle oracle) internal returns (Closing memory closing) {
        closing.age = block.timestamp - self.epochStartedAt;
        if (self.setId != 0) _judge(self, oracle, closing);
        self.epochStartedAt = uint40(block.timestamp);
        self.epoch += 1;
        self.nominal = NominalWeight.note(self.nominal, self.setWeight, self.setWeight, block.timestamp);
    }

    /// @notice Ends an epoch without judging anybody: the set is replaced in its middle, and who comes now must not answer
    /// for rounds before. @return inBand Rounds in band per seat, for the rewards. @return points As in {Closing}.
    function abandon(
        RegistryState storage self,
        IPriceOracle oracle
    ) internal returns (uint256 inBand, uint256 points) {
        self.epochStartedAt = uint40(block.timestamp);
        self.nominal = NominalWeight.note(self.nominal, self.setWeight, self.setWeight, block.timestamp);
        IPriceOracle.EpochCounters memory counters = oracle.closeEpoch();
        (, points) = _tally(self, counters, 0);
        return (counters.inBand, points);
    }

    /// @notice Tells the oracle of a nominal weight that changed without a new set. @return moved Whether it did.
    function passNominal(
        RegistryState storage self,
        IPriceOracle oracle,
        uint256 oldNominal,
        bool built
    ) internal returns (bool moved) {
        uint256 nominal = NominalWeight.value(self.nominal);
        moved = !built && nominal != oldNominal;
        if (moved) oracle.setNominalWeight(uint64(nominal));
    }

    function _judge(RegistryState storage self, IPriceOracle oracle, Closing memory closing) private {
        IPriceOracle.EpochCounters memory counters = oracle.closeEpoch();
        closing.rounds = counters.rounds;
        closing.inBand = counters.inBand;
        closing.due =
            counters.rounds >= EPOCH_ROUNDS ||
            (closing.age >= EPOCH_SECONDS && counters.rounds >= MINIMUM_ROUNDS);
        require(
            closing.due || _isBroken(self),
            IValidatorRegistry.ValidatorRegistry_EpochNotDue(counters.rounds, closing.age)
        );
        // Counters saturate at 240, so a longer epoch is judged on its first 240 rounds.
        uint256 rounds = counters.rounds < EPOCH_ROUNDS ? counters.rounds : EPOCH_ROUNDS;
        uint256 absent;
        (absent, closing.points) = _tally(self, counters, closing.due ? rounds : 0);
        if (absent != 0) closing.absences = _fault(self, counters, absent, rounds);

        emit IValidatorRegistry.EpochClosed(msg.sender, self.epoch + 1, self.setId, counters.rounds);
    }

    /// @dev No quorum is possible among the members that are left: rounds will never make this epoch due.
    function _isBroken(RegistryState storage self) private view returns (bool) {
        (uint256 members, uint256 weight) = (0, 0);
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint32 id = self.seats[seat];
            if (id == 0 || self.records[id].state != IValidatorRegistry.State.Active) continue;
            members += 1;
            weight += self.weights[seat];
        }
        return members < QUORUM_SIGNERS || 2 * weight < NominalWeight.value(self.nominal);
    }

    /// @dev One pass over the weights, which ends with the last one.
    /// @param rounds What presence is measured by; 0 judges nobody.
    /// @return absent Active seats with less than half of the rounds, late credits included; none when all who were absent
    /// weigh more than a third.
    /// @return points Sum of rounds in band times weight.
    function _tally(
        RegistryState storage self,
        IPriceOracle.EpochCounters memory counters,
        uint256 rounds
    ) private view returns (uint256 absent, uint256 points) {
        (uint256 left, uint256 absentWeight) = (self.setWeight, 0);
        (uint256 tookPart, uint256 late, uint256 inBand) = (counters.tookPart, counters.late, counters.inBand);
        uint256 word = 0;
        unchecked {
            // Weights fit 32 bits and counters 8, and `left` is the sum of the weights: nothing can overflow.
            for (uint256 seat = 0; left != 0; ++seat) {
                if (seat % 8 == 0) word = self.weights.eightAt(seat / 8);
                uint256 weight = uint32(word >> (32 * (seat % 8)));
                left -= weight;
                points += ((inBand >> (8 * seat)) & 0xff) * weight;
                uint256 presence = ((tookPart >> (8 * seat)) & 0xff) + ((late >> (8 * seat)) & 0xff);
                if (2 * presence >= rounds || weight == 0) continue;
                absentWeight += weight;
                if (self.records[self.seats[seat]].state == IValidatorRegistry.State.Active) absent |= 1 << seat;
            }
        }
        if (3 * absentWeight > self.setWeight) absent = 0;
    }

    function _fault(
        RegistryState storage self,
        IPriceOracle.EpochCounters memory counters,
        uint256 absent,
        uint256 rounds
    ) private returns (Absence[] memory absences) {
        uint256 count = 0;
        for (uint256 left = absent; left != 0; left &= left - 1) {
            ++count;
        }
        absences = new Absence[](count);
        for (uint256 seat = SEATS; seat != 0; --seat) {
            if ((absent >> (seat - 1)) & 1 == 0) continue;
            uint32 id = self.seats[seat - 1];
            Record storage record = self.records[id];
            bool repeated = block.timestamp <= uint256(record.lastStrikeAt) + STRIKE_SECONDS;
            record.strikes = repeated && record.strikes < type(uint8).max ? record.strikes + 1 : 1;
            record.lastStrikeAt = uint32(block.timestamp);
            absences[--count] = Absence(id, Penalties.downtimeDown(record.bond, record.strikes));

            emit IValidatorRegistry.DowntimeFaulted(id, record.strikes, _presence(counters, seat - 1), rounds);
        }
    }

    function _presence(IPriceOracle.EpochCounters memory counters, uint256 seat) private pure returns (uint256) {
        return ((counters.tookPart >> (8 * seat)) & 0xff) + ((counters.late >> (8 * seat)) & 0xff);
    }
}
