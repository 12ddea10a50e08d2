// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice Epochs, downtime, broken and stalled sets, and who gets paid for closing them.
contract RegistryEpochsTest is RegistryBench {
    function setUp() external {
        _deploy(7);
        _joinMany(7, BOND);
        registry.closeEpoch();
    }

    function _notDue(uint256 rounds, uint256 age) private {
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_EpochNotDue.selector, rounds, age));
        registry.closeEpoch();
    }

    // ---- When an epoch ends

    function test_Review22_EpochNeeds240RoundsOrADayWithTwenty() external {
        oracle.setCounters(239, type(uint256).max, 0, 0);
        _pass(24 hours - 1);
        _notDue(239, 24 hours - 1);
        _pass(1);
        oracle.setCounters(19, type(uint256).max, 0, 0);
        _notDue(19, 24 hours);
        oracle.setCounters(20, type(uint256).max, 0, 0);
        registry.closeEpoch();
        oracle.setCounters(240, type(uint256).max, 0, 0);
        registry.closeEpoch();
        require(registry.epoch() == 3, "three epochs");
    }

    function test_Attack_CloseEpochPaysNothingWhileNoSetCanBeBuilt() external {
        _deploy(7);
        _joinMany(3, BOND);
        _notDue(0, 0);
        require(pot.tipsOwed(address(this)) == 0, "no free credit");
        _join(BOND);
        registry.closeEpoch();
        require(pot.tipsOwed(address(this)) == EPOCH_REWARD, "paid for the first set");
        _notDue(0, 0);
    }

    // ---- F4

    function test_DowntimeCostsATenthOfAPercentAndJailsForSixHours() external {
        _close(1 << 2);
        require(registry.validator(3).bond == BOND - BOND / 1_000, "0.1 %");
        require(_state(3) == Registry.State.Jailed, "jailed");
        require(registry.validator(3).jailedUntil == block.timestamp + 6 hours, "six hours");
        require(registry.seats()[2] == 0, "out of the next set");
    }

    function test_LateCreditsCountAgainstDowntime_HalfIsEnough() external {
        uint256 full = type(uint256).max - 0xff; // seat 0 took part in what follows only
        oracle.setCounters(240, full | 60, 0, 60);
        registry.closeEpoch();
        require(_state(1) == Registry.State.Active, "120 of 240");
        oracle.setCounters(240, full | 60, 0, 59);
        registry.closeEpoch();
        require(_state(1) == Registry.State.Jailed, "119 of 240");
    }

    function test_NobodyIsFaultedWhileMoreThanAThirdIsAbsent() external {
        _close(7); // 3 of 7
        for (uint32 id = 1; id <= 7; ++id) {
            require(_state(id) == Registry.State.Active && registry.validator(id).bond == BOND, "an outage is honest");
        }
    }

    function test_Attack_QuorumShrinkByJailing_JailedWeightCountsAsAbsent() external {
        registry.jail(1, 1 days);
        registry.jail(2, 1 days);
        _close(7);
        require(_state(3) == Registry.State.Active && registry.validator(3).bond == BOND, "spared");
    }

    function test_StrikesDoubleAndTheThirdCostsHalfAPercent() external {
        uint256 bond = BOND;
        uint256[3] memory ppm = [uint256(1_000), 2_000, 5_000];
        for (uint256 i = 0; i < ppm.length; ++i) {
            if (i != 0) {
                _pass(26 hours); // the day's promotions are free again
                registry.rejoin(1);
                _close(0);
                require(_state(1) == Registry.State.Active, "seated again");
            }
            _close(uint32(1 << registry.validator(1).seat));
            bond -= (bond * ppm[i]) / 1e6;
            require(registry.validator(1).bond == bond, "penalty");
        }
        require(registry.validator(1).jailedUntil == clock + 7 days, "third jailing in 30 days");
        require(registry.seats()[0] == 0, "out of the set");
    }

    // ---- Broken sets

    function test_Review13_JailingIsUnboundedAndABrokenSetIsRefilledAtOnce() external {
        _joinMany(6, BOND);
        for (uint32 id = 1; id <= 5; ++id) {
            registry.jail(id, 1 days);
        }
        require(oracle.mask() == 31, "five of seven masked");
        uint256 before = pot.tipsOwed(address(this));
        registry.closeEpoch(); // no rounds at all
        require(registry.currentSet() == 2 && oracle.setWeight(2) == 700_000, "refilled beyond a third");
        require(registry.refilledAt() == block.timestamp, "time of the refill");
        require(oracle.witnessUntil() == block.timestamp + 24 hours, "witness for a day");
        require(pot.tipsOwed(address(this)) - before == EPOCH_REWARD, "paid");
        _notDue(0, 0);
    }

    function test_FourOfSevenLeftStillHaveAQuorumAndWaitForTheEpoch() external {
        _joinMany(6, BOND);
        for (uint32 id = 1; id <= 3; ++id) {
            registry.jail(id, 1 days);
        }
        _notDue(0, 0);
    }

    function test_BrokenSetWithoutStandbysIsRefusedAndChangesNothing() external {
        for (uint32 id = 1; id <= 5; ++id) {
            registry.jail(id, 1 days);
        }
        uint256 before = pot.tipsOwed(address(this));
        _notDue(0, 0);
        require(pot.tipsOwed(address(this)) == before && registry.epoch() == 1, "nothing happened");
    }

    function test_StakeLossCountsWhatWasSlashedOrLeft() external {
        registry.requestExit(1);
        uint256 loss = registry.stakeLossBps();
        require(loss >= 1_428 && loss <= 1_440, "a seventh");
        registry.slash(2, BOND / 2, address(0), 1);
        require(registry.stakeLossBps() >= loss + 714, "and half of a seventh");
        _pass(25 hours);
        require(registry.stakeLossBps() == 0, "for a day");
    }

    function test_WhoLeavesItsSeatAndComesBackToItCountsAgain() external {
        registry.selfJail(3);
        require(oracle.mask() == 1 << 2, "masked");
        registry.rejoin(3);
        _close(0);
        require(registry.seats()[2] == 3 && _state(3) == Registry.State.Active, "the same seat");
        require(oracle.mask() == 0, "not masked any more");
    }

    function test_ASetKeepsTheKeysOfWhoStaysAndTakesThoseOfWhoComes() external {
        _join(BOND);
        registry.jail(2, 1 days);
        registry.rotateSigner(5, vm.addr(78), _proof(78, address(this)));
        _close(0);
        uint32[32] memory seats = registry.seats();
        require(seats[1] == 8, "the standby has the free seat");
        for (uint256 seat = 0; seat < 7; ++seat) {
            (address signer, , uint32 id) = oracle.seatAt(2, seat);
            require(id == seats[seat] && signer == registry.validator(id).signer, "its own key");
        }
        (address rotated, , ) = oracle.seatAt(2, 4);
        require(rotated == vm.addr(78), "the announced one");
    }

    // ---- Stalled sets

    function test_StallMasksWhoDidNotCheckInAndRefillsWithoutBound() external {
        _joinMany(6, BOND);
        oracle.setLastSignedAt(block.timestamp);
        _pass(24 hours);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_NotStalled.selector, clock - 24 hours, 0));
        registry.declareStalled();
        _pass(1);
        registry.declareStalled();
        registry.checkIn(1);
        _pass(24 hours);
        vm.expectRevert(
            abi.encodeWithSelector(
                Registry.ValidatorRegistry_NotStalled.selector,
                clock - 48 hours - 1,
                clock - 24 hours
            )
        );
        registry.enforceStall();
        _pass(1);
        uint256 before = pot.tipsOwed(address(this));
        registry.enforceStall();
        require(_state(1) == Registry.State.Active, "who checked in stays");
        require(_state(2) == Registry.State.Jailed && registry.validator(2).bond == BOND, "masked, unslashed");
        require(oracle.setWeight(2) == 700_000, "six standbys came in");
        require(registry.refilledAt() == block.timestamp, "refill noted");
        require(pot.tipsOwed(address(this)) - before == EPOCH_REWARD, "paid");
        registry.rejoin(2);
    }

    function test_RevertWhen_TheSetSignedAfterTheDeclaration() external {
        oracle.setLastSignedAt(block.timestamp);
        _pass(24 hours + 1);
        registry.declareStalled();
        uint256 declaredAt = clock;
        _pass(1 hours);
        oracle.setLastSignedAt(clock);
        _pass(24 hours);
        vm.expectRevert(
            abi.encodeWithSelector(Registry.ValidatorRegistry_NotStalled.selector, declaredAt + 1 hours, declaredAt)
        );
        registry.enforceStall();
    }

    function test_WhoIsSeatedByAStallDoesNotAnswerForRoundsBefore() external {
        _joinMany(6, BOND);
        oracle.setLastSignedAt(block.timestamp);
        oracle.setCounters(200, type(uint256).max - 0xffff, 0, 0); // seat 1 was absent before the stall
        _pass(24 hours + 1);
        registry.declareStalled();
        registry.checkIn(1);
        _pass(24 hours + 1);
        registry.enforceStall();
        _notDue(0, 0); // the counters of the old set are gone
    }

    // ---- Governance

    function test_MinimumBondIsBoundedAndNotLoweredWhileATriggerIsActive() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                Registry.ValidatorRegistry_BadMinimumBond.selector,
                999 * UNIT,
                1_000 * UNIT,
                10_000_000 * uint256(UNIT)
            )
        );
        registry.setMinimumBond(999 * UNIT);
        oracle.setTrigger(true);
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_TriggerActive.selector));
        registry.setMinimumBond(MINIMUM - 1);
        registry.setMinimumBond(MINIMUM + 1);
        require(registry.minimumBond() == MINIMUM + 1, "tightening always");
    }

    function test_Review23_NewSetOnlyWhenSomethingChanged() external {
        _close(0);
        require(registry.currentSet() == 1, "no new set");
        registry.topUp(1, UNIT);
        _close(0);
        require(registry.currentSet() == 2, "a bond changed");
        registry.rotateSigner(1, vm.addr(77), _proof(77, address(this)));
        _close(0);
        require(registry.currentSet() == 3, "a key changed");
    }
}
