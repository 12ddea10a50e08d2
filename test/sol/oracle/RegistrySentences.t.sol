// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice What the slasher asks of the registry and what it makes it do, seven validators seated.
contract RegistrySentencesTest is RegistryBench {
    function setUp() external {
        _deploy(7);
        _joinMany(7, BOND);
        registry.closeEpoch();
    }

    function _sentence(uint32 id, uint64 jailSeconds, uint256 amount, uint256 frozen) private returns (uint256 taken) {
        return registry.punish(Registry.Sentence(id, jailSeconds, uint64(clock), STRANGER, amount, frozen));
    }

    function test_ASentenceTombstonesTakesAndFreezes_AndIsLostStakeOnce() external {
        require(_sentence(1, type(uint64).max, BOND / 20, BOND - BOND / 20) == BOND / 20, "taken");
        Registry.Validator memory punished = registry.validator(1);
        require(punished.state == Registry.State.Tombstoned, "tombstoned");
        require(punished.bond == BOND - BOND / 20 && punished.frozen == punished.bond, "the rest is frozen");
        require(oracle.mask() == 1, "stopped counting");
        uint256 seventh = registry.stakeLossBps();
        require(seventh >= 1_428 && seventh <= 1_440, "its weight, and not what was slashed of it besides");
        require(escrow.bountyOf(STRANGER) == BOND / 200, "bounty");
    }

    function test_ASentenceOfJailFreezesNothingWhenToldSo_AndTakesNoMoreThanThereIs() external {
        require(_sentence(2, 1 days, BOND * 2, 0) == BOND, "all there was");
        Registry.Validator memory punished = registry.validator(2);
        require(punished.state == Registry.State.Jailed && punished.jailedUntil == clock + 1 days, "jailed");
        require(punished.frozen == 0 && _sentence(2, 0, 1, 5) == 0, "nothing left to take");
        require(registry.validator(2).frozen == 5, "what is frozen needs not be there");
    }

    function test_RevertWhen_AStrangerPunishes() external {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_Unauthorized.selector, STRANGER, uint32(0)));
        _sentence(1, 0, 1, 1);
    }

    function test_ASuspectIsWhatTheRegistryAndItsSetSay() external view {
        Registry.Suspect memory suspect = registry.suspectOf(registry.validator(3).signer);
        require(suspect.validatorId == 3 && suspect.state == Registry.State.Active && suspect.seat == 2, "who");
        require(suspect.setId == registry.currentSet() && suspect.bond == BOND, "where, with what");
        require(suspect.setWeight == oracle.setWeight(suspect.setId), "sum of the set");
        (, uint64 weight, uint32 occupant) = oracle.seatAt(suspect.setId, suspect.seat);
        require(occupant == 3 && suspect.weight == weight, "weight of the seat");
        require(registry.suspectOf(STRANGER).validatorId == 0, "nobody");
        require(registry.suspectOf(STRANGER).weight == 0, "weighs nothing");
    }
}
