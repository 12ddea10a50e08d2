// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice What becomes of a validator at the edges of its states, seven of them seated.
contract RegistryStatesTest is RegistryBench {
    function setUp() external {
        _deploy(7);
        _joinMany(7, BOND);
        registry.closeEpoch();
    }

    function _exitableAt(uint32 id) private view returns (uint256) {
        return registry.validator(id).exitableAt;
    }

    // ---- Standbys

    function test_AFullListLeavesWhoFallsBelowTheMinimumOutside() external {
        _joinMany(32, BOND);
        registry.slash(1, BOND - MINIMUM + 1, address(0), 1);
        _close(0);
        require(_state(1) == Registry.State.Jailed, "no place to wait");
        registry.topUp(1, 1);
        registry.rejoin(1);
        require(_state(1) == Registry.State.Standby, "its seat's successor left a place on the list");
    }

    function test_AnEvictedStandbyThatEverSatWaitsTwentyOneDays() external {
        _joinMany(31, BOND + 1);
        registry.selfJail(1);
        registry.rejoin(1);
        _join(BOND + 1);
        require(_state(1) == Registry.State.Exiting, "the smallest goes");
        require(_exitableAt(1) == clock + 21 days, "what it did in its seat may still come out");
    }

    function test_JailAndTombstoneTakeAStandbyOffTheList() external {
        uint32 first = _join(BOND);
        uint32 second = _join(BOND);
        registry.jail(first, 1 days);
        registry.tombstone(second);
        require(registry.standbys().length == 0, "nobody waits");
        require(_state(first) == Registry.State.Jailed && _state(second) == Registry.State.Tombstoned, "states");
    }

    function test_AStandbyThatLeavesIsOffTheList() external {
        registry.requestExit(_join(BOND));
        require(registry.standbys().length == 0, "nobody waits");
    }

    function test_AStandbysNewKeyCountsAtOnce() external {
        uint32 id = _join(BOND);
        registry.rotateSigner(id, vm.addr(77), _proof(77, address(this)));
        require(registry.validator(id).signer == vm.addr(77), "nobody signs with the old one");
    }

    // ---- Who leaves, and who is gone

    function test_WhoLeavesIsJailedNoMore() external {
        registry.requestExit(1);
        registry.jail(1, 7 days);
        require(_state(1) == Registry.State.Exiting && registry.validator(1).jailedUntil == 0, "leaves");
    }

    function test_WhoLeavesAndIsTombstonedKeepsItsDay() external {
        registry.requestExit(1);
        uint256 day = _exitableAt(1);
        _pass(20 days);
        registry.tombstone(1);
        require(_state(1) == Registry.State.Tombstoned && _exitableAt(1) == day, "no later");
    }

    function test_TombstonedTwiceIsTombstonedOnce() external {
        registry.tombstone(1);
        uint256 day = _exitableAt(1);
        _pass(1 days);
        registry.tombstone(1);
        registry.jail(1, 1 days);
        require(_state(1) == Registry.State.Tombstoned && _exitableAt(1) == day, "as it was");
    }

    // ---- Keys and amounts

    function test_AnAnnouncedKeyMayJailItsValidator() external {
        registry.rotateSigner(1, vm.addr(77), _proof(77, address(this)));
        vm.prank(vm.addr(77));
        registry.selfJail(1);
        require(_state(1) == Registry.State.Jailed, "the old key may be the stolen one");
    }

    function test_NothingIsSlashedOfNothing() external {
        require(registry.slash(1, BOND, STRANGER, 1) == BOND, "all");
        require(registry.slash(1, 1, STRANGER, 1) == 0, "nothing left");
        require(escrow.bountyOf(STRANGER) == BOND / 10, "nothing for nothing");
    }

    function test_NoMoreIsUnfrozenThanIsFrozen() external {
        registry.freeze(1, 5);
        registry.unfreeze(1, 3);
        require(registry.validator(1).frozen == 2, "part");
        registry.unfreeze(1, 9);
        require(registry.validator(1).frozen == 0, "all");
    }
}
