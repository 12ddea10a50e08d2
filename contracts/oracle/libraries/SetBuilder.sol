// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { IValidatorRegistry } from "../../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../../shared/OracleTypes.sol";
import { NominalWeight } from "./NominalWeight.sol";
import { MAXIMUM_STANDBYS, NO_SEAT, Record, RegistryState, RegistryWords } from "./RegistryState.sol";
import { RollingDay } from "./RollingDay.sol";
import { SeatCode } from "./SeatCode.sol";
import { Standbys } from "./Standbys.sol";
import { WeightMath } from "./WeightMath.sol";

/// @title Set builder
/// @notice Builds the next validator set: members that stay keep their seats, standbys are promoted by bond into free ones;
/// a linked library, so that the registry fits its code limit. Reads one word of every member and writes only the records
/// of those who come or go.
library SetBuilder {
    using RegistryWords for uint32[32];
    using RegistryWords for Record;

    /// @dev Promotions, and voluntary exits, in 24 h: a third of nominal weight.
    uint256 internal constant CHURN_PERMILLE = 333;
    uint256 private constant _WEIGHT_CAP_PERMILLE = 300;

    /// @dev The set while it is built. Bitmaps are by seat.
    struct Draft {
        uint256 unit; // bond token units per unit of weight
        uint256 target;
        uint256 minimum; // bond, in bond token units
        uint256 members;
        uint256 nominal;
        bool unbounded; // the first set, and the refill of an empty or stalled one
        uint256 leaving; // seats whose occupant has to go
        uint256 keyed; // seats whose key the oracle does not know yet: the occupant is new, or changes its key
        uint256 returned; // seats whose occupant went and came back
        uint256 highest; // seats in use, or before
        uint256[32] seats; // validator ids
        uint256[32] whole; // bonds, in units of weight
    }

    /// @notice Builds and installs the next set. Keeps the old one when fewer than four members could be found (its masks
    /// then leave the price to the witnesses), or when nothing would change.
    /// @param stalled The set was found silent: standbys fill it without bound.
    /// @param due The epoch has ended or the set stalled; otherwise only a change of members counts, not of bonds or keys.
    /// @return built Whether a set was installed.
    /// @return refilled It replaces an empty or stalled set, so that its prices need a witness for a day.
    function build(
        RegistryState storage self,
        IPriceOracle oracle,
        uint256 unit,
        uint256 target,
        bool stalled,
        bool due
    ) external returns (bool built, bool refilled) {
        Draft memory draft;
        (draft.unit, draft.target, draft.minimum) = (unit, target, self.minimumBond);
        draft.nominal = NominalWeight.value(self.nominal);
        _review(self, draft);
        uint256 kept = draft.members;
        // Before anything is written: a set that cannot be replaced keeps its members, seats and masks as they are.
        if (kept < WeightMath.MINIMUM_MEMBERS) {
            if (kept + _eligibleStandbys(self, draft) < WeightMath.MINIMUM_MEMBERS) return (false, false);
            draft.unbounded = true;
        }
        // Below half of nominal no price can be made any more, whatever the number of members.
        if (stalled || 2 * _keptWeight(self, draft) < draft.nominal) draft.unbounded = true;
        _dismiss(self, draft);
        _promote(self, draft);
        bool isWorthwhile = self.dirty && (due || draft.leaving != 0);
        if (draft.members == kept && !isWorthwhile) return (false, false);
        refilled = draft.unbounded && self.setId != 0;
        _install(self, oracle, draft);
        return (true, refilled);
    }

    /// @notice Reverts when a minimum bond would leave less than two thirds of the active weight in the set: a minimum that
    /// most members miss would empty it, and an empty set is filled without bound.
    function requireMostStay(RegistryState storage self, uint256 newMinimum) external view {
        (uint256 staying, uint256 total) = (0, 0);
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            Record storage record = self.records[self.seats[seat]];
            if (record.state != IValidatorRegistry.State.Active) continue;
            total += self.weights[seat];
            if (record.bond >= newMinimum) staying += self.weights[seat];
        }
        require(
            3 * staying >= 2 * total,
            IValidatorRegistry.ValidatorRegistry_TooManyBelow(newMinimum, staying, total)
        );
    }

    /// @dev Who is active and well bonded stays in its seat. Ends with the last member.
    function _review(RegistryState storage self, Draft memory draft) private view {
        uint256 word = 0;
        uint256 seat = 0;
        uint256 minimum = draft.minimum;
        unchecked {
            // At most 32 seats.
            for (uint256 left = self.members; left != 0; ++seat) {
                if (seat % 8 == 0) word = self.seats.eightAt(seat / 8);
                uint256 id = uint32(word >> (32 * (seat % 8)));
                if (id == 0) continue;
                --left;
                draft.seats[seat] = id;
                (uint256 bond, IValidatorRegistry.State state, bool rotates) = self.records[uint32(id)].standing();
                if (state != IValidatorRegistry.State.Active || bond < minimum) {
                    draft.leaving |= 1 << seat;
                    continue;
                }
                draft.members += 1;
                draft.whole[seat] = bond / draft.unit;
                if (rotates) draft.keyed |= 1 << seat;
            }
        }
        draft.highest = seat;
    }

    /// @dev What those who stay weigh in the set that is replaced.
    function _keptWeight(RegistryState storage self, Draft memory draft) private view returns (uint256 weight) {
        uint256 word = 0;
        for (uint256 seat = 0; seat < draft.highest; ++seat) {
            if (seat % 8 == 0) word = self.weights.eightAt(seat / 8);
            if ((draft.leaving >> seat) & 1 == 0) weight += uint32(word >> (32 * (seat % 8)));
        }
    }

    /// @dev Everybody who does not stay leaves its seat.
    function _dismiss(RegistryState storage self, Draft memory draft) private {
        uint256 leaving = draft.leaving;
        for (uint256 seat = 0; leaving >> seat != 0; ++seat) {
            if ((leaving >> seat) & 1 == 0) continue;
            uint32 id = uint32(draft.seats[seat]);
            draft.seats[seat] = 0;
            Record storage record = self.records[id];
            record.seat = NO_SEAT;
            if (record.state == IValidatorRegistry.State.Active) _demote(self, id, record);
        }
    }

    /// @dev A bond below the minimum waits outside; with the standby list full the owner has to rejoin later.
    function _demote(RegistryState storage self, uint32 id, Record storage record) private {
        bool room = self.standbys.length < MAXIMUM_STANDBYS;
        IValidatorRegistry.State next = room ? IValidatorRegistry.State.Standby : IValidatorRegistry.State.Jailed;
        if (room) self.standbys.push(id);
        record.state = next;

        emit IValidatorRegistry.StateChanged(id, IValidatorRegistry.State.Active, next, 0);
    }

    function _eligibleStandbys(RegistryState storage self, Draft memory draft) private view returns (uint256 eligible) {
        uint256 count = self.standbys.length;
        for (uint256 i = 0; i < count && eligible < draft.target; ++i) {
            if (self.records[self.standbys[i]].bond >= draft.minimum) ++eligible;
        }
    }

    /// @dev Largest bond first; equal bonds by the emptier failure domain, then by age. Bounded in 24 h.
    function _promote(RegistryState storage self, Draft memory draft) private {
        uint256 seat = 0;
        while (draft.members < draft.target) {
            (bool found, uint256 index, uint256 bond) = _bestStandby(self, draft);
            if (!found) return;
            if (!_spendChurn(self, draft, bond / draft.unit)) return;
            while (draft.seats[seat] != 0) ++seat;
            uint32 id = self.standbys[index];
            Standbys.removeAt(self, index);
            draft.seats[seat] = id;
            draft.whole[seat] = bond / draft.unit;
            draft.keyed |= 1 << seat;
            draft.members += 1;
            if (seat >= draft.highest) draft.highest = seat + 1;
            if (uint32(self.seats[seat]) == id) draft.returned |= 1 << seat;
            Record storage record = self.records[id];
            (record.state, record.seat, record.seated) = (IValidatorRegistry.State.Active, uint8(seat), true);

            emit IValidatorRegistry.StateChanged(
                id,
                IValidatorRegistry.State.Standby,
                IValidatorRegistry.State.Active,
                0
            );
        }
    }

    function _spendChurn(RegistryState storage self, Draft memory draft, uint256 weight) private returns (bool) {
        if (draft.unbounded || draft.nominal == 0) return true;
        uint256 permille = (weight * 1000 + draft.nominal - 1) / draft.nominal;
        if (permille > _WEIGHT_CAP_PERMILLE) permille = _WEIGHT_CAP_PERMILLE; // nobody weighs more than that
        uint256 promoted = self.promoted;
        if (RollingDay.sum(promoted, block.timestamp) + permille > CHURN_PERMILLE) return false;
        self.promoted = RollingDay.add(promoted, permille, block.timestamp);
        return true;
    }

    function _bestStandby(
        RegistryState storage self,
        Draft memory draft
    ) private view returns (bool found, uint256 best, uint256 bestBond) {
        (uint256 bestCrowd, uint32 bestId) = (0, 0);
        uint256 minimum = draft.minimum;
        uint256 count = self.standbys.length;
        for (uint256 i = 0; i < count; ++i) {
            uint32 id = self.standbys[i];
            uint256 bond = self.records[id].bond;
            if (bond < minimum || bond < bestBond) continue;
            uint256 crowd = bond == bestBond ? _crowd(self, draft, self.records[id].domain) : 0;
            if (found && bond == bestBond) {
                uint256 standing =
                    bestCrowd == type(uint256).max ? _crowd(self, draft, self.records[bestId].domain) : bestCrowd;
                if (crowd > standing || (crowd == standing && id > bestId)) {
                    bestCrowd = standing;
                    continue;
                }
            } else {
                crowd = type(uint256).max; // counted only when an equal bond turns up
            }
            (found, best, bestBond, bestCrowd, bestId) = (true, i, bond, crowd, id);
        }
    }

    /// @dev Members of the draft in a failure domain.
    function _crowd(
        RegistryState storage self,
        Draft memory draft,
        uint16 domain
    ) private view returns (uint256 crowd) {
        for (uint256 seat = 0; seat < draft.highest; ++seat) {
            uint256 id = draft.seats[seat];
            if (id != 0 && self.records[uint32(id)].domain == domain) ++crowd;
        }
    }

    function _install(RegistryState storage self, IPriceOracle oracle, Draft memory draft) private {
        uint256 level = _level(draft);
        bool isHeld = _limitGrowth(self, draft, level);
        if (isHeld) level = _level(draft);
        (bytes memory code, uint256 total) = _encode(self, draft, level);
        uint256 word = NominalWeight.note(self.nominal, self.setWeight, total, block.timestamp);
        uint256 nominal = NominalWeight.value(word);
        self.nominal = word;
        self.setWeight = uint40(total);
        uint32 setId = oracle.installSet(code, uint64(nominal));
        // Who stays is active, and the oracle lifts the mask of a seat that changed hands.
        if (self.mask & draft.returned != 0) oracle.setMask(0);
        // Growth that was held back makes the next set worth building.
        (self.setId, self.mask, self.members, self.dirty) = (setId, 0, uint8(draft.members), isHeld);

        emit IValidatorRegistry.SetBuilt(setId, draft.members, total, nominal);
    }

    /// @dev What members that stay weigh more than before comes out of the day's promotions: else a small promotion and a
    /// large bond after it would turn the set over in an hour. Cuts bonds to what is left of the day.
    /// @return isHeld Some growth has to wait.
    function _limitGrowth(RegistryState storage self, Draft memory draft, uint256 level) private returns (bool isHeld) {
        if (draft.unbounded || draft.nominal == 0) return false;
        uint256 used = RollingDay.sum(self.promoted, block.timestamp);
        uint256 room = used < CHURN_PERMILLE ? ((CHURN_PERMILLE - used) * draft.nominal) / 1000 : 0;
        (uint256 ids, uint256 weights, uint256 grown) = (0, 0, 0);
        for (uint256 seat = 0; seat < draft.highest; ++seat) {
            if (seat % 8 == 0) (ids, weights) = (self.seats.eightAt(seat / 8), self.weights.eightAt(seat / 8));
            uint256 shift = 32 * (seat % 8);
            uint256 id = draft.seats[seat];
            if (id == 0 || uint32(ids >> shift) != id) continue; // whoever is new has spent its promotion
            uint256 weight = draft.whole[seat] < level ? draft.whole[seat] : level;
            uint256 oldWeight = uint32(weights >> shift);
            if (weight <= oldWeight) continue;
            uint256 growth = weight - oldWeight;
            if (growth > room - grown) {
                (growth, isHeld) = (room - grown, true);
                draft.whole[seat] = oldWeight + growth;
            }
            grown += growth;
        }
        if (grown == 0) return isHeld;
        uint256 permille = (grown * 1000 + draft.nominal - 1) / draft.nominal;
        self.promoted = RollingDay.add(self.promoted, permille, block.timestamp);
    }

    function _level(Draft memory draft) private pure returns (uint256) {
        uint256[] memory bonds = new uint256[](draft.members);
        uint256 length = 0;
        uint256 highest = draft.highest;
        unchecked {
            for (uint256 seat = 0; seat < highest; ++seat) {
                if (draft.seats[seat] != 0) bonds[length++] = draft.whole[seat];
            }
        }
        return WeightMath.level(bonds);
    }

    /// @dev Writes seats and weights, eight to a word, and encodes them for the oracle. A key it knows is left out.
    function _encode(
        RegistryState storage self,
        Draft memory draft,
        uint256 level
    ) private returns (bytes memory code, uint256 total) {
        uint256 end = draft.highest;
        uint256 highest = end;
        while (draft.seats[highest - 1] == 0) --highest;
        uint256 buffer = SeatCode.begin(highest);
        (uint256 ids, uint256 weights) = (0, 0);
        unchecked {
            // At most 32 seats, ids and weights of 32 bits.
            for (uint256 seat = 0; seat < end; ++seat) {
                uint256 id = draft.seats[seat];
                if (id != 0) {
                    uint256 weight = draft.whole[seat];
                    if (weight > level) weight = level;
                    bool isKnown = (draft.keyed >> seat) & 1 == 0;
                    address signer = isKnown ? address(0) : _currentSigner(self.records[uint32(id)]);
                    SeatCode.put(buffer, seat, signer, weight, id);
                    total += weight;
                    uint256 shift = 32 * (seat % 8);
                    ids |= id << shift;
                    weights |= weight << shift;
                }
                if (seat % 8 != 7 && seat + 1 != end) continue;
                self.seats.setEight(seat / 8, ids);
                self.weights.setEight(seat / 8, weights);
                (ids, weights) = (0, 0);
            }
        }
        return (SeatCode.finish(buffer), total);
    }

    /// @dev An announced key takes over now.
    function _currentSigner(Record storage record) private returns (address signer) {
        if (!record.rotates) return record.signer;
        signer = record.nextSigner;
        (record.signer, record.rotates) = (signer, false);
    }
}
