// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../shared/OracleTypes.sol";
import { Record, RegistryState } from "./libraries/RegistryState.sol";
import { RollingDay } from "./libraries/RollingDay.sol";

/// @title Registry reads
/// @notice State and views of the validator registry.
abstract contract RegistryReads is IValidatorRegistry {
    RegistryState internal _state;

    /// @inheritdoc IValidatorRegistry
    function validatorOf(address signer) external view returns (uint32) {
        return _state.owners[signer];
    }

    /// @inheritdoc IValidatorRegistry
    function validator(uint32 validatorId) external view returns (Validator memory result) {
        Record storage record = _state.records[validatorId];
        result.withdrawal = record.withdrawal;
        result.signer = record.signer;
        result.state = record.state;
        result.seat = record.seat;
        result.domain = record.domain;
        result.bond = record.bond;
        result.frozen = record.frozen;
        result.jailedUntil = record.jailedUntil;
        result.exitableAt = record.exitableAt;
        result.strikes = record.strikes;
        result.lastStrikeAt = record.lastStrikeAt;
    }

    /// @inheritdoc IValidatorRegistry
    function suspectOf(address signer) external view returns (Suspect memory suspect) {
        suspect.validatorId = _state.owners[signer];
        Record storage record = _state.records[suspect.validatorId];
        suspect.state = record.state;
        suspect.seat = record.seat;
        suspect.bond = record.bond;
        suspect.setId = _state.setId;
        suspect.weight = suspect.seat < SEATS && suspect.validatorId != 0 ? _state.weights[suspect.seat] : 0;
        suspect.setWeight = _state.setWeight;
    }

    /// @notice Whoever may punish; zero until it is wired.
    function slasher() external view returns (address) {
        return _state.slasher;
    }

    /// @inheritdoc IValidatorRegistry
    function validatorCount() external view returns (uint32) {
        return _state.count;
    }

    /// @inheritdoc IValidatorRegistry
    function minimumBond() external view returns (uint256) {
        return _state.minimumBond;
    }

    /// @inheritdoc IValidatorRegistry
    function currentSet() external view returns (uint32) {
        return _state.setId;
    }

    /// @inheritdoc IValidatorRegistry
    function epoch() external view returns (uint64) {
        return _state.epoch;
    }

    /// @inheritdoc IValidatorRegistry
    function seats() external view returns (uint32[32] memory) {
        return _state.seats;
    }

    /// @inheritdoc IValidatorRegistry
    function standbys() external view returns (uint32[] memory) {
        return _state.standbys;
    }

    /// @inheritdoc IValidatorRegistry
    function refilledAt() external view returns (uint256) {
        return _state.refilledAt;
    }

    /// @inheritdoc IValidatorRegistry
    function stakeLossBps() external view returns (uint256) {
        return RollingDay.sum(_state.lost, block.timestamp) * 10;
    }

    /// @inheritdoc IValidatorRegistry
    function slashableStake() external view returns (uint256 total) {
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            Record storage record = _state.records[_state.seats[seat]];
            if (record.state == State.Active) total += record.bond;
        }
    }
}
