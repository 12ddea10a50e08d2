// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry } from "../../interfaces/IValidatorRegistry.sol";

/// @notice One validator. Amounts in bond token units, times in unix seconds.
struct Record {
    address withdrawal;
    IValidatorRegistry.State state;
    uint8 seat; // NO_SEAT when in no set
    uint8 strikes; // downtime strikes within STRIKE_SECONDS of each other
    uint16 domain;
    uint40 lastStrikeAt;
    address signer;
    uint40 jailedUntil;
    uint40 exitableAt;
    uint128 bond;
    uint128 frozen;
    address nextSigner; // takes over with the next set, 0 for none
    uint40 lastJailedAt;
    uint40 earlierJailedAt; // the jailing before the last
    bool seated; // has ever been in a set: if so, eviction from the standbys does not free its bond at once
}

/// @notice All storage of the registry but its tokens.
struct RegistryState {
    mapping(uint32 validatorId => Record) records;
    mapping(address signer => uint32 validatorId) owners;
    uint32[32] seats; // validator ids, 0 for empty
    uint32[32] weights; // of the current set, whole bond tokens
    uint32[] standbys;
    uint32 count;
    uint32 setId;
    uint64 epoch;
    uint40 epochStartedAt;
    uint40 stallDeclaredAt;
    uint40 refilledAt;
    uint32 checkedIn; // seats
    uint32 mask; // seats whose occupant is not active any more
    uint8 members; // of the current set
    bool dirty; // members, bonds or keys changed since the set was built
    uint128 minimumBond;
    uint128 setWeight;
    uint256 nominal; // NominalWeight
    uint256 promoted; // RollingDay, permille of nominal
    uint256 exited; // RollingDay, permille of nominal
    uint256 lost; // RollingDay, permille of nominal: slashed or leaving
}

uint8 constant NO_SEAT = 255;
uint256 constant MAXIMUM_STANDBYS = 32;
