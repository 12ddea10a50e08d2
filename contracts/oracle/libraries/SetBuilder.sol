// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { IValidatorRegistry } from "../../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../../shared/OracleTypes.sol";
import { NominalWeight } from "./NominalWeight.sol";
import { MAXIMUM_STANDBYS, NO_SEAT, Record, RegistryState } from "./RegistryState.sol";
import { RollingDay } from "./RollingDay.sol";
import { Standbys } from "./Standbys.sol";
import { WeightMath } from "./WeightMath.sol";

/// @title Set builder
/// @notice Builds the next validator set: members that stay keep their seats, standbys are promoted by bond into free ones;
/// a linked library, so that the registry fits its code limit.
library SetBuilder {
    /// @dev Promotions, and voluntary exits, in 24 h: a third of nominal weight.
    uint256 internal constant CHURN_PERMILLE = 333;
    uint256 private constant _WEIGHT_CAP_PERMILLE = 300;

    /// @dev The set while it is built.
    struct Draft {
        uint256 unit; // bond token units per unit of weight
        uint256 target;
        uint256 members;
        uint256 nominal;
        bool unbounded; // the first set, and the refill of an empty or stalled one
        uint32[32] seats;
    }

    /// @notice Builds and installs the next set. Keeps the old one when fewer than four members could be found (its masks
    /// then leave the price to the witnesses), or when nothing would change.
    /// @param stalled The set was found silent: standbys fill it without bound.
    /// @return built Whether a set was installed.
    /// @return refilled It replaces an empty or stalled set, so that its prices need a witness for a day.
    function build(
        RegistryState storage self,
        IPriceOracle oracle,
        uint256 unit,
        uint256 target,
        bool stalled
    ) external returns (bool built, bool refilled) {
        Draft memory draft;
        draft.unit = unit;
        draft.target = target;
        draft.nominal = NominalWeight.value(self.nominal);
        uint256 kept = _staying(self);
        // Before anything is written: a set that cannot be replaced keeps its members, seats and masks as they are.
        if (kept + _eligibleStandbys(self, target) < WeightMath.MINIMUM_MEMBERS) return (false, false);
        draft.unbounded = stalled || kept < WeightMath.MINIMUM_MEMBERS;
        _keepMembers(self, draft);
        _promote(self, draft);
        if (draft.members == kept && !self.dirty) return (false, false);
        refilled = draft.unbounded && self.setId != 0;
        _install(self, oracle, draft);
        return (true, refilled);
    }

    function _staying(RegistryState storage self) private view returns (uint256 members) {
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint32 id = self.seats[seat];
            if (id != 0 && _stays(self, id)) ++members;
        }
    }

    function _stays(RegistryState storage self, uint32 id) private view returns (bool) {
        Record storage record = self.records[id];
        return record.state == IValidatorRegistry.State.Active && record.bond >= self.minimumBond;
    }

    /// @dev Who is active and well bonded stays in its seat; everybody else leaves it.
    function _keepMembers(RegistryState storage self, Draft memory draft) private {
        draft.seats = self.seats;
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint32 id = draft.seats[seat];
            if (id == 0) continue;
            Record storage record = self.records[id];
            if (_stays(self, id)) {
                draft.members += 1;
                continue;
            }
            draft.seats[seat] = 0;
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

    function _eligibleStandbys(RegistryState storage self, uint256 target) private view returns (uint256 eligible) {
        for (uint256 i = 0; i < self.standbys.length && eligible < target; ++i) {
            if (self.records[self.standbys[i]].bond >= self.minimumBond) ++eligible;
        }
    }

    /// @dev Largest bond first; equal bonds by the emptier failure domain, then by age. Bounded in 24 h.
    function _promote(RegistryState storage self, Draft memory draft) private {
        uint256 seat = 0;
        while (draft.members < draft.target) {
            (bool found, uint256 index) = _bestStandby(self, draft);
            if (!found) return;
            uint32 id = self.standbys[index];
            if (!_spendChurn(self, draft, self.records[id].bond / draft.unit)) return;
            while (draft.seats[seat] != 0) ++seat;
            draft.seats[seat] = id;
            draft.members += 1;
            Standbys.removeAt(self, index);
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
        if (RollingDay.sum(self.promoted, block.timestamp) + permille > CHURN_PERMILLE) return false;
        self.promoted = RollingDay.add(self.promoted, permille, block.timestamp);
        return true;
    }

    function _bestStandby(
        RegistryState storage self,
        Draft memory draft
    ) private view returns (bool found, uint256 best) {
        (uint256 bestBond, uint256 bestCrowd, uint32 bestId) = (0, 0, 0);
        uint256 minimum = self.minimumBond;
        for (uint256 i = 0; i < self.standbys.length; ++i) {
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
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint32 id = draft.seats[seat];
            if (id != 0 && self.records[id].domain == domain) ++crowd;
        }
    }

    function _install(RegistryState storage self, IPriceOracle oracle, Draft memory draft) private {
        uint256[] memory bonds = new uint256[](draft.members);
        uint256[32] memory whole;
        uint256 length = 0;
        uint256 highest = 0;
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint32 id = draft.seats[seat];
            if (id == 0) continue;
            whole[seat] = self.records[id].bond / draft.unit;
            bonds[length++] = whole[seat];
            highest = seat + 1;
        }
        uint256 level = WeightMath.level(bonds);
        (bytes memory code, uint32[32] memory weights, uint256 total) = _encode(self, draft, whole, level, highest);
        self.nominal = NominalWeight.note(self.nominal, self.setWeight, total, block.timestamp);
        self.seats = draft.seats;
        self.weights = weights;
        self.setWeight = uint128(total);
        self.members = uint8(draft.members);
        (self.dirty, self.mask) = (false, 0);
        uint256 nominal = NominalWeight.value(self.nominal);
        self.setId = oracle.installSet(code, uint64(nominal));
        oracle.setMask(0);

        emit IValidatorRegistry.SetBuilt(self.setId, draft.members, total, nominal);
    }

    function _encode(
        RegistryState storage self,
        Draft memory draft,
        uint256[32] memory whole,
        uint256 level,
        uint256 highest
    ) private returns (bytes memory code, uint32[32] memory weights, uint256 total) {
        for (uint256 seat = 0; seat < highest; ++seat) {
            uint32 id = draft.seats[seat];
            address signer = address(0);
            uint32 weight = 0;
            if (id != 0) {
                signer = _currentSigner(self.records[id]);
                weight = uint32(whole[seat] < level ? whole[seat] : level);
            }
            weights[seat] = weight;
            total += weight;
            code = abi.encodePacked(code, signer, weight, id);
        }
    }

    /// @dev An announced key takes over now.
    function _currentSigner(Record storage record) private returns (address signer) {
        signer = record.nextSigner;
        if (signer == address(0)) return record.signer;
        (record.signer, record.nextSigner) = (signer, address(0));
    }
}
