// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice Ways to turn the set over faster than a third a day, and sets that could not find back.
contract RegistryAttacksTest is RegistryBench {
    uint128 private constant SMALL = MINIMUM;

    function _weightOf(uint32 id) private view returns (uint256 weight) {
        uint8 seat = registry.validator(id).seat;
        if (seat < 32) (, weight, ) = oracle.seatAt(registry.currentSet(), seat);
    }

    function _notDue(uint256 rounds, uint256 age) private {
        vm.expectRevert(abi.encodeWithSelector(Registry.ValidatorRegistry_EpochNotDue.selector, rounds, age));
        registry.closeEpoch();
    }

    // ---- Growth of bonds

    function _smallGuests() private returns (uint256 total) {
        _deploy(21);
        _joinMany(14, 10 * BOND);
        registry.closeEpoch();
        _joinMany(7, SMALL);
        _close(0);
        total = oracle.setWeight(registry.currentSet());
        require(total == 14_000_000 + 350_000, "promoted for next to nothing");
    }

    function test_Attack_PromotedSmallThenToppedUp_TakesNoMoreThanAThirdInADay() external {
        uint256 nominal = _smallGuests();
        for (uint32 id = 15; id <= 21; ++id) {
            registry.topUp(id, 30 * BOND);
        }
        _close(0);
        uint256 guests = 0;
        for (uint32 id = 15; id <= 21; ++id) {
            guests += _weightOf(id);
        }
        require(guests * 1000 <= 334 * nominal, "a third of nominal at most");
        require(3 * guests < oracle.setWeight(registry.currentSet()), "less than a third of the set");
        _close(0);
        uint256 later = 0;
        for (uint32 id = 15; id <= 21; ++id) {
            later += _weightOf(id);
        }
        require(later == guests, "nothing more on the same day");
    }

    function test_GrowthThatHadToWaitComesOnAnotherDay() external {
        _smallGuests();
        for (uint32 id = 15; id <= 21; ++id) {
            registry.topUp(id, 30 * BOND);
        }
        _close(0);
        uint256 before = _weightOf(18);
        _pass(26 hours);
        _close(0);
        require(_weightOf(18) > before, "without another call of its owner");
    }

    function test_GrowthOfAMemberIsGrantedAtOnceWithinTheBound() external {
        _deploy(7);
        _joinMany(7, BOND);
        registry.closeEpoch();
        registry.topUp(1, BOND / 10);
        _close(0);
        require(_weightOf(1) == 110_000, "a tenth of a seventh");
    }

    function test_DustOnOtherPeoplesBondsDoesNotUseUpTheDay() external {
        _deploy(7);
        _joinMany(6, BOND);
        registry.closeEpoch();
        for (uint256 i = 0; i < 400; ++i) {
            registry.topUp(1, 1);
        }
        _close(0);
        _join(BOND);
        _close(0);
        require(registry.validator(7).seat < 32, "promoted all the same");
    }

    // ---- Sets below half of nominal

    function _oneWhaleGone() private {
        _deploy(7);
        _joinMany(4, SMALL);
        _joinMany(3, 20 * BOND);
        registry.closeEpoch();
        for (uint32 id = 5; id <= 7; ++id) {
            registry.jail(id, 1 days);
        }
    }

    function test_FourMembersBelowHalfOfNominalAreRefilledAtOnce() external {
        _oneWhaleGone();
        _joinMany(3, 20 * BOND);
        registry.closeEpoch(); // no round can be accepted, so none is asked for
        require(registry.validator(8).seat < 32 && registry.validator(10).seat < 32, "without bound");
        require(oracle.witnessUntil() == block.timestamp + 24 hours, "with a witness for a day");
        require(2 * oracle.setWeight(registry.currentSet()) >= oracle.nominalWeight(), "prices are possible again");
    }

    function test_FourMembersBelowHalfOfNominalFindBackAloneWhenADayHasPassed() external {
        _oneWhaleGone();
        registry.closeEpoch(); // the set of the four who are left
        require(oracle.setWeight(registry.currentSet()) < oracle.nominalWeight() / 2, "still below half");
        _notDue(0, 0);
        _pass(29 hours);
        registry.closeEpoch();
        require(
            oracle.setWeight(registry.currentSet()) * 2 >= oracle.nominalWeight(),
            "yesterday's whales are forgotten"
        );
        _notDue(0, 0);
    }

    function test_AStallThatLeavesTooFewIsOverWhenADayHasPassed() external {
        _deploy(9);
        _joinMany(9, BOND);
        registry.closeEpoch();
        oracle.setLastSignedAt(block.timestamp);
        _pass(24 hours + 1);
        registry.declareStalled();
        for (uint32 id = 1; id <= 4; ++id) {
            registry.checkIn(id);
        }
        _pass(24 hours + 1);
        registry.enforceStall();
        require(oracle.setWeight(registry.currentSet()) == 400_000, "the four");
        _pass(29 hours);
        registry.closeEpoch();
        require(oracle.nominalWeight() < 450_000, "no deadlock");
    }

    function test_Attack_ABrokenSetPaysNobodyForDust() external {
        _oneWhaleGone();
        registry.closeEpoch();
        uint256 before = pot.tipsOwed(address(this));
        registry.topUp(1, 1);
        _notDue(0, 0);
        require(pot.tipsOwed(address(this)) == before, "no pay");
    }

    // ---- Governance

    function test_Attack_AMinimumBondThatEmptiesTheSetIsRefused() external {
        _deploy(7);
        _joinMany(4, BOND);
        _joinMany(3, 2 * BOND);
        registry.closeEpoch();
        vm.expectRevert(
            abi.encodeWithSelector(
                Registry.ValidatorRegistry_TooManyBelow.selector,
                uint256(BOND) + 1,
                600_000,
                1_000_000
            )
        );
        registry.setMinimumBond(BOND + 1);
        registry.setMinimumBond(BOND);
    }
}
