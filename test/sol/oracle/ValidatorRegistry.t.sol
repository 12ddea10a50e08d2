// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice The registry function by function: states, refusals with their values, and what becomes of bonds and keys.
contract ValidatorRegistryTest is RegistryBench {
    function setUp() external {
        _deploy(7);
    }

    // ---- Joining

    function test_RegisterTakesTheBondAndWaitsAsStandby() external {
        uint32 id = _join(BOND, 3);
        Registry.Validator memory validator = registry.validator(id);
        require(validator.state == Registry.State.Standby, "state");
        require(validator.bond == BOND && validator.domain == 3 && validator.seat == 255, "record");
        require(token.balanceOf(address(registry)) == BOND, "bond held");
        require(registry.validatorOf(validator.signer) == id, "key owned");
        require(registry.standbys().length == 1, "standby");
    }

    function test_RevertWhen_BondIsBelowTheMinimum() external {
        bytes memory proof = _proof(1, address(this));
        address signer = vm.addr(1);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_BondTooSmall.selector, MINIMUM - 1, MINIMUM));
        registry.register(address(this), signer, MINIMUM - 1, 0, proof);
    }

    function test_RevertWhen_WithdrawalIsZero() external {
        bytes memory proof = _proof(1, address(0));
        address signer = vm.addr(1);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_ZeroAddress.selector));
        registry.register(address(0), signer, BOND, 0, proof);
    }

    function test_RevertWhen_BondDoesNotFitAWeight() external {
        uint256 maximum = uint256(type(uint32).max) * UNIT;
        bytes memory proof = _proof(1, address(this));
        address signer = vm.addr(1);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_BondTooLarge.selector, maximum + 1, maximum));
        registry.register(address(this), signer, uint128(maximum + 1), 0, proof);
    }

    function test_RevertWhen_ProofIsForAnotherWithdrawal() external {
        bytes memory proof = _proof(1, STRANGER);
        address signer = vm.addr(1);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_BadProof.selector, signer));
        registry.register(address(this), signer, BOND, 0, proof);
    }

    function test_Review17_KeyIsUniqueForEver_EvenAfterRotationAndExit() external {
        uint32 id = _join(BOND);
        address first = registry.validator(id).signer;
        registry.rotateSigner(id, vm.addr(77), _proof(77, address(this)));
        bytes memory proof = _proof(1_001, address(this));
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_KeyUsed.selector, first, id));
        registry.register(address(this), first, BOND, 0, proof);
        registry.requestExit(id);
        _pass(21 days);
        registry.withdraw(id);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_KeyUsed.selector, first, id));
        registry.register(address(this), first, BOND, 0, proof);
        require(
            registry.validatorOf(first) == id && registry.validatorOf(vm.addr(77)) == id,
            "both keys answer for it"
        );
    }

    function test_RevertWhen_ValidatorIsUnknown() external {
        vm.expectRevert(
            abi.encodeWithSelector(Registry.ValidatorRegistry_UnknownValidator.selector, uint32(9), uint32(0))
        );
        registry.topUp(9, 1);
    }

    function test_StrangerMayTopUpButNothingElse() external {
        uint32 id = _join(BOND);
        bytes memory refusal = abi.encodeWithSelector(Registry.ValidatorRegistry_Unauthorized.selector, STRANGER, id);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        registry.requestExit(id);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        registry.selfJail(id);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        registry.checkIn(id);
        refusal = abi.encodeWithSelector(Registry.ValidatorRegistry_Unauthorized.selector, STRANGER, uint32(0));
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        registry.slash(id, 1, STRANGER, 0);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        registry.tombstone(id);
    }

    // ---- The standby list

    function test_LargerBondEvictsTheNewestOfTheSmallest_WhoseBondIsFreeAtOnce() external {
        _joinMany(32, BOND);
        _join(BOND + 1);
        require(_state(32) == Registry.State.Exiting && _state(1) == Registry.State.Standby, "newest of equals goes");
        uint256 before = token.balanceOf(address(this));
        registry.withdraw(32);
        require(token.balanceOf(address(this)) - before == BOND, "evicted bond");
        _join(BOND + 1);
        require(_state(31) == Registry.State.Exiting, "then the next newest");
    }

    function test_RevertWhen_StandbyListIsFullOfEqualBonds() external {
        _joinMany(32, BOND);
        bytes memory proof = _proof(1, address(this));
        address signer = vm.addr(1);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_StandbyFull.selector, BOND, BOND));
        registry.register(address(this), signer, BOND, 0, proof);
    }

    function test_Attack_BorrowedBondsCannotEvictStandbysAndLeaveAtOnce() external {
        _joinMany(32, BOND);
        uint32 evictor = _join(BOND + 1);
        registry.requestExit(evictor);
        vm.expectRevert(
            abi.encodeWithSelector(Registry.ValidatorRegistry_NotExitable.selector, evictor, block.timestamp + 21 days)
        );
        registry.withdraw(evictor);
    }

    // ---- Sets

    function test_FirstSetIsUnboundedAndWeighsTheBonds() external {
        _joinMany(9, BOND);
        registry.closeEpoch();
        require(registry.currentSet() == 1 && oracle.setWeight(1) == 700_000, "seven of 100,000");
        require(oracle.nominalWeight() >= 700_000, "nominal");
        require(registry.standbys().length == 2, "two wait");
        require(registry.refilledAt() == 0 && oracle.witnessUntil() == 0, "a first set is no refill");
        require(registry.slashableStake() == 7 * uint256(BOND), "slashable");
    }

    function test_PromotesByBondThenSpreadsDomainsThenByAge() external {
        _deploy(4);
        _join(BOND, 1); // 1
        _join(BOND, 1); // 2
        _join(2 * BOND, 1); // 3: largest first
        _join(BOND, 2); // 4
        _join(BOND, 3); // 5
        _join(BOND, 1); // 6
        registry.closeEpoch();
        uint32[32] memory seats = registry.seats();
        require(seats[0] == 3 && seats[1] == 4 && seats[2] == 5 && seats[3] == 1, "order");
    }

    function test_EpochWithoutChangeInstallsNothing() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        _close(0);
        require(registry.currentSet() == 1 && registry.epoch() == 2, "same set");
    }

    function test_Review13_PromotionsStayWithinAThirdOfNominalInADay() external {
        _joinMany(4, BOND);
        registry.closeEpoch();
        _joinMany(3, BOND);
        _close(0); // one more is 250 permille of 400,000, a second would pass a third
        require(registry.standbys().length == 2, "one promoted");
        _pass(12 hours);
        _close(0);
        require(registry.standbys().length == 2, "not again within the day");
        _pass(14 hours);
        _close(0);
        require(registry.standbys().length == 1, "next one on the next day");
    }

    function test_PartialSlashBelowTheMinimumSendsBackToStandby() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        registry.slash(1, BOND - MINIMUM + 1, address(0), 1);
        require(_state(1) == Registry.State.Active, "until the epoch ends");
        _close(0);
        require(_state(1) == Registry.State.Standby && registry.seats()[0] == 0, "standby");
        require(registry.currentSet() == 2, "new set");
    }

    function test_SetThatCannotBeReplacedIsLeftUntouched() external {
        _joinMany(4, BOND);
        registry.closeEpoch();
        registry.slash(1, BOND - MINIMUM + 1, address(0), 1);
        _close(0);
        require(registry.currentSet() == 1 && registry.seats()[0] == 1, "same set");
        require(_state(1) == Registry.State.Active && registry.validator(1).seat == 0, "still seated");
    }

    // ---- Keys

    function test_RotationOfASeatedKeyWaitsForTheNextSet() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        address old = registry.validator(1).signer;
        registry.rotateSigner(1, vm.addr(77), _proof(77, address(this)));
        require(registry.validator(1).signer == old, "old key signs this epoch");
        _close(0);
        (address signer, , ) = oracle.seatAt(2, 0);
        require(signer == vm.addr(77) && registry.validator(1).signer == signer, "new key");
        (signer, , ) = oracle.seatAt(1, 0);
        require(signer == old && registry.validatorOf(old) == 1, "old key stays slashable");
    }

    function test_KeyAnnouncedBeforeTheSeatWasLostNeverComesBack() external {
        _joinMany(8, BOND);
        registry.closeEpoch();
        registry.rotateSigner(1, vm.addr(77), _proof(77, address(this)));
        registry.selfJail(1);
        _close(0);
        registry.rotateSigner(1, vm.addr(78), _proof(78, address(this)));
        registry.rejoin(1);
        registry.jail(2, 1 hours);
        _pass(25 hours);
        _close(0);
        uint8 seat = registry.validator(1).seat;
        require(seat < 32, "seated again");
        (address signer, , ) = oracle.seatAt(registry.currentSet(), seat);
        require(signer == vm.addr(78), "the latest key signs");
    }

    // ---- Leaving

    function test_ExitMasksAtOnceAndPaysAfterTwentyOneDays() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        registry.requestExit(3);
        require(oracle.mask() == 1 << 2, "masked");
        uint256 exitableAt = block.timestamp + 21 days;
        _pass(21 days - 1);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_NotExitable.selector, uint32(3), exitableAt));
        registry.withdraw(3);
        _pass(1);
        uint256 before = token.balanceOf(address(this));
        require(registry.withdraw(3) == BOND && token.balanceOf(address(this)) - before == BOND, "paid");
        require(registry.withdraw(3) == 0, "once");
    }

    function test_Attack_UnbondingBondIsSlashableAndFrozenBondsStay() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        registry.requestExit(3);
        _pass(20 days);
        require(registry.slash(3, 10 * UNIT, STRANGER, 1) == 10 * UNIT, "slashed while leaving");
        registry.freeze(3, 5);
        registry.freeze(3, 7);
        _pass(2 days);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_Frozen.selector, uint32(3), 12));
        registry.withdraw(3);
        registry.unfreeze(3, 12);
        require(registry.withdraw(3) == BOND - 10 * UNIT, "rest paid");
    }

    function test_Attack_ExitsBeyondAThirdAreRefused_AlsoByWayOfSelfJail() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        registry.requestExit(1);
        registry.requestExit(2);
        bytes memory refusal = abi.encodeWithSelector(
            Registry.ValidatorRegistry_ExitsExhausted.selector,
            286,
            143,
            333
        );
        vm.expectRevert(refusal);
        registry.requestExit(3);
        registry.selfJail(3);
        vm.expectRevert(refusal);
        registry.requestExit(3);
        _pass(25 hours);
        registry.requestExit(3);
        require(_state(3) == Registry.State.Exiting, "the next day");
    }

    function test_SlashTakesNoMoreThanThereIs() external {
        uint32 id = _join(BOND);
        require(registry.slash(id, 2 * uint256(BOND), STRANGER, 1) == BOND, "all of it");
        require(registry.slash(id, 1, STRANGER, 1) == 0, "nothing left");
        require(token.balanceOf(address(escrow)) == BOND && escrow.bountyOf(STRANGER) == BOND / 10, "in escrow");
    }

    function test_TombstoneIsFinal() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        registry.tombstone(1);
        require(oracle.mask() == 1, "masked");
        bytes memory refusal = abi.encodeWithSelector(
            Registry.ValidatorRegistry_WrongState.selector,
            uint32(1),
            Registry.State.Tombstoned
        );
        vm.expectRevert(refusal);
        registry.rejoin(1);
        vm.expectRevert(refusal);
        registry.topUp(1, 1);
        vm.expectRevert(refusal);
        registry.requestExit(1);
        _pass(21 days);
        require(registry.withdraw(1) == BOND, "what is left is paid");
    }

    // ---- Jail

    function test_SelfJailIsInstantFreeAndEndsWhenTheOwnerSays() external {
        _joinMany(7, BOND);
        registry.closeEpoch();
        vm.prank(registry.validator(4).signer);
        registry.selfJail(4);
        require(oracle.mask() == 1 << 3 && registry.validator(4).bond == BOND, "masked, unpunished");
        registry.rejoin(4);
        require(oracle.mask() == 1 << 3 && _state(4) == Registry.State.Standby, "back with the next set");
        _close(0);
        require(_state(4) == Registry.State.Active && oracle.mask() == 0, "active again");
    }

    function test_RevertWhen_RejoiningBeforeTheTerm() external {
        uint32 id = _join(BOND);
        registry.jail(id, 6 hours);
        uint256 until = block.timestamp + 6 hours;
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_StillJailed.selector, id, until));
        registry.rejoin(id);
        _pass(6 hours);
        registry.rejoin(id);
    }

    function test_ThirdJailingInAnyThirtyDaysLastsAWeek() external {
        uint32 id = _join(BOND);
        for (uint256 i = 0; i < 4; ++i) {
            registry.jail(id, 1 hours);
            // Days 0, 20, 40 and 45: the first three span 40 days, the last three 25.
            uint256 term = registry.validator(id).jailedUntil - block.timestamp;
            require(term == (i == 3 ? 7 days : 1 hours), "term");
            _pass(i == 2 ? 5 days : 20 days);
            if (i < 3) registry.rejoin(id);
        }
    }
}
