// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry } from "../../interfaces/IValidatorRegistry.sol";

/// @notice One validator. Amounts in bond token units, times in unix seconds (32 bits: until 2106). The first word holds
/// all that a slash, a mask and the next set need of a member, so that each of them touches one word a validator.
struct Record {
    uint96 bond;
    uint96 frozen; // saturates: 18 freezes of the largest bond there can be
    uint32 exitableAt;
    IValidatorRegistry.State state;
    uint8 seat; // NO_SEAT when in no set
    bool seated; // has ever been in a set: if so, eviction from the standbys does not free its bond at once
    bool rotates; // nextSigner takes over with the next set
    address withdrawal;
    uint16 domain;
    uint40 jailedUntil;
    uint32 lastStrikeAt;
    uint8 strikes; // downtime strikes within STRIKE_SECONDS of each other
    address signer;
    uint40 lastJailedAt;
    uint40 earlierJailedAt; // the jailing before the last
    address nextSigner; // counts only while `rotates`
}

/// @notice All storage of the registry but its tokens.
struct RegistryState {
    mapping(uint32 validatorId => Record) records;
    mapping(address signer => uint32 validatorId) owners;
    uint32[32] seats; // validator ids, 0 for empty
    uint32[32] weights; // of the current set, whole bond tokens
    uint32[] standbys;
    address slasher;
    uint32 setId;
    uint32 mask; // seats whose occupant is not active any more
    uint8 members; // of the current set
    bool dirty; // members, bonds or keys changed since the set was built
    uint32 count;
    uint40 setWeight; // of the current set
    uint64 epoch;
    uint40 epochStartedAt;
    uint40 stallDeclaredAt;
    uint40 refilledAt;
    uint128 minimumBond;
    uint32 checkedIn; // seats
    uint256 nominal; // NominalWeight
    uint256 promoted; // RollingDay, permille of nominal
    uint256 exited; // RollingDay, permille of nominal
    uint256 lost; // RollingDay, permille of nominal: slashed or leaving
}

uint8 constant NO_SEAT = 255;
uint256 constant MAXIMUM_STANDBYS = 32;

/// @title Registry words
/// @notice Whole words of the registry's packed storage, where reading field by field would cost a load for each.
library RegistryWords {
    /// @notice What the first word of a record says about a place in the set.
    function standing(
        Record storage record
    ) internal view returns (uint256 bond, IValidatorRegistry.State state, bool rotates) {
        uint256 word;
        // The Solidity it replaces: (bond, state, rotates) = (record.bond, record.state, record.rotates);
        assembly ("memory-safe") {
            word := sload(record.slot)
        }
        return (uint96(word), IValidatorRegistry.State(uint8(word >> 224)), word >> 248 != 0);
    }

    /// @notice Numbers 8 · index to 8 · index + 7, the first in the lowest 32 bits.
    function eightAt(uint32[32] storage numbers, uint256 index) internal view returns (uint256 word) {
        // The Solidity it replaces: for (i = 0; i < 8; ++i) word |= uint256(numbers[8 * index + i]) << (32 * i);
        assembly ("memory-safe") {
            word := sload(add(numbers.slot, index))
        }
    }

    /// @notice Writes what {eightAt} reads.
    function setEight(uint32[32] storage numbers, uint256 index, uint256 word) internal {
        // The Solidity it replaces: for (i = 0; i < 8; ++i) numbers[8 * index + i] = uint32(word >> (32 * i));
        assembly ("memory-safe") {
            sstore(add(numbers.slot, index), word)
        }
    }
}
