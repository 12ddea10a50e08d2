// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IInsurerDirectory } from "../../../contracts/interfaces/IInsurerDirectory.sol";
import { IRewardPot } from "../../../contracts/interfaces/IRewardPot.sol";
import { ISlashEscrow } from "../../../contracts/interfaces/ISlashEscrow.sol";
import { RewardPot } from "../../../contracts/oracle/RewardPot.sol";
import { SlashEscrow } from "../../../contracts/oracle/SlashEscrow.sol";
import { RegistryBench } from "./RegistryBench.sol";

contract ScriptedDirectory is IInsurerDirectory {
    address[] private _insurers;
    uint256[] private _exposure;

    function set(address[] calldata insurers, uint256[] calldata exposure) external {
        (_insurers, _exposure) = (insurers, exposure);
    }

    function exposureAt(uint64) external view returns (address[] memory, uint256[] memory) {
        return (_insurers, _exposure);
    }
}

/// @notice Reward pot and slash escrow: paid by anyone's call, never more than held, every unit accounted for.
contract PayoutsTest is RegistryBench {
    ScriptedDirectory private _directory;

    function setUp() external {
        _deploy(7);
        _joinMany(7, BOND);
        registry.closeEpoch();
        _directory = new ScriptedDirectory();
    }

    function _epochs(uint256 count) private pure returns (uint64[] memory list) {
        list = new uint64[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = 1;
        }
    }

    function _allot(uint256 inBand, uint256 points) private {
        vm.prank(address(registry));
        pot.allotEpoch(1, inBand, points);
    }

    // ---- Reward pot

    function testFuzz_FundingSplitsTwoToOneAndLosesNothing(uint64 amount) external {
        pot.fundRewards(amount);
        require(pot.tipBalance() == amount / 3, "a third for tips");
        require(pot.rewardBalance() + pot.tipBalance() == amount, "all of it");
    }

    function test_TipsAreOwedUntilThereIsMoney() external {
        pot.credit(STRANGER, 90);
        oracle.setTipsEarned(STRANGER, 30);
        require(pot.tipsOwed(STRANGER) == 120 && pot.payTips(STRANGER) == 0, "empty pot");
        pot.fundRewards(300);
        require(pot.payTips(STRANGER) == 100 && pot.tipsOwed(STRANGER) == 20, "what is there");
        pot.fundRewards(300);
        require(pot.payTips(STRANGER) == 20 && pot.payTips(STRANGER) == 0, "the rest, once");
        require(token.balanceOf(STRANGER) == 120, "received");
    }

    function test_EpochPaysByInBandRoundsAndWeight_Once() external {
        pot.fundRewards(12_000);
        oracle.setCounters(240, type(uint256).max, 30 | (10 << 8), 0);
        registry.closeEpoch();
        require(pot.rewardBalance() == 7_000, "an eighth set aside");
        uint64[] memory list = _epochs(2);
        require(pot.payRewards(1, list) == 750 && pot.payRewards(1, list) == 0, "three quarters, once");
        require(pot.payRewards(2, list) == 250 && pot.payRewards(3, list) == 0, "a quarter, and nothing");
        require(token.balanceOf(address(pot)) == pot.rewardBalance() + pot.tipBalance(), "nothing else is held");
    }

    function test_WhatNobodyFetchedReturnsToTheRewardsAfter512Epochs() external {
        pot.fundRewards(12_000);
        uint256 inBand = 30 | (10 << 8);
        uint256 points = 30 * 100_000 + 10 * 100_000;
        _allot(inBand, points);
        require(pot.rewardBalance() == 7_000, "1,000 set aside");
        require(pot.payRewards(1, _epochs(1)) == 750, "three quarters fetched");
        for (uint256 i = 0; i < 511; ++i) {
            _allot(inBand, 0);
        }
        require(pot.rewardBalance() == 7_000, "511 empty epochs change nothing");
        require(pot.payRewards(2, _epochs(1)) == 250, "the oldest of 512 is still paid, to the last unit");
        _allot(inBand, points);
        require(pot.rewardBalance() == 7_000 - 875, "nothing was left in it");
        for (uint256 i = 0; i < 512; ++i) {
            _allot(inBand, 0);
        }
        require(pot.rewardBalance() == 7_000, "what nobody fetched is back");
        uint64[] memory list = new uint64[](1);
        list[0] = 513;
        require(pot.payRewards(1, list) == 0 && pot.payRewards(1, _epochs(1)) == 0, "too late");
        require(token.balanceOf(address(pot)) == pot.rewardBalance() + pot.tipBalance(), "every unit is accounted for");
    }

    function testFuzz_AnEpochIsPaidToTheLastUnitInAnyOrder(
        uint64 funded,
        uint8[7] calldata rounds,
        uint8 first
    ) external {
        pot.fundRewards(funded);
        uint256 inBand = 0;
        uint256 points = 0;
        for (uint256 seat = 0; seat < 7; ++seat) {
            uint256 counted = rounds[seat] % 241;
            inBand |= counted << (8 * seat);
            points += counted * 100_000;
        }
        uint256 amount = points == 0 ? 0 : pot.rewardBalance() / 8;
        _allot(inBand, points);
        uint256 paid = 0;
        for (uint256 i = 0; i < 7; ++i) {
            uint256 seat = ((first % 7) + i) % 7;
            uint256 share = pot.payRewards(uint32(seat + 1), _epochs(1));
            uint256 exact = points == 0 ? 0 : (amount * (rounds[seat] % 241) * 100_000) / points;
            require(share >= exact && share < exact + 7, "its share, and what rounding left of others");
            paid += share;
        }
        require(paid == amount, "all of it");
    }

    function test_RevertWhen_TooManyEpochs() external {
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_TooManyEpochs.selector, 65, 64));
        pot.payRewards(1, _epochs(65));
    }

    function test_RevertWhen_ValidatorIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_UnknownValidator.selector, uint32(99)));
        pot.payRewards(99, _epochs(1));
    }

    function test_RevertWhen_AStrangerCreditsOrAllotsOrWires() external {
        bytes memory refusal = abi.encodeWithSelector(IRewardPot.RewardPot_Unauthorized.selector, STRANGER);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        pot.credit(STRANGER, 1);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        pot.allotEpoch(1, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_Unauthorized.selector, address(this)));
        pot.wire(STRANGER, STRANGER, STRANGER);
    }

    // ---- Slash escrow

    function testFuzz_BatchIsSharedByExposureToTheLastUnit(uint64 amount, uint64 first, uint64 second) external {
        uint256 taken = registry.slash(1, uint256(amount) + 10, STRANGER, 5);
        uint256 bounty = taken / 10;
        require(escrow.bountyOf(STRANGER) == bounty, "a tenth to the reporter");
        address[] memory insurers = new address[](2);
        uint256[] memory exposure = new uint256[](2);
        (insurers[0], insurers[1]) = (address(0xa1), address(0xa2));
        (exposure[0], exposure[1]) = (first, uint256(second) + 1);
        _directory.set(insurers, exposure);
        escrow.setDirectory(_directory);
        escrow.push(0);
        uint256 share = ((taken - bounty) * first) / (uint256(first) + second + 1);
        require(escrow.creditOf(insurers[0]) == share, "in proportion");
        require(escrow.creditOf(insurers[1]) == taken - bounty - share, "rounding to the last");
        require(token.balanceOf(address(escrow)) == taken, "no token moved yet");
        require(escrow.pay(insurers[0]) == share && escrow.pay(insurers[1]) == taken - bounty - share, "paid");
        require(token.balanceOf(insurers[0]) == share, "received");
        require(escrow.payBounty(STRANGER) == bounty && token.balanceOf(address(escrow)) == 0, "nothing stays");
        vm.expectRevert(abi.encodeWithSelector(ISlashEscrow.SlashEscrow_NothingToPush.selector, 0));
        escrow.push(0);
    }

    function test_BatchWaitsForAnInsurer() external {
        registry.slash(1, 1_000, STRANGER, 5);
        bytes memory refusal = abi.encodeWithSelector(ISlashEscrow.SlashEscrow_NoInsurer.selector, 0);
        vm.expectRevert(refusal);
        escrow.push(0);
        escrow.setDirectory(_directory);
        vm.expectRevert(refusal);
        escrow.push(0);
        require(escrow.batchOf(0) == 900, "still there");
    }

    function test_RevertWhen_ExposureListsDiffer() external {
        registry.slash(1, 1_000, STRANGER, 5);
        _directory.set(new address[](2), new uint256[](1));
        escrow.setDirectory(_directory);
        vm.expectRevert(abi.encodeWithSelector(ISlashEscrow.SlashEscrow_BadExposure.selector, 2, 1));
        escrow.push(0);
    }

    function test_DirectoryIsFixedOnceSet() external {
        escrow.setDirectory(_directory);
        vm.expectRevert(abi.encodeWithSelector(ISlashEscrow.SlashEscrow_DirectoryFixed.selector, address(_directory)));
        escrow.setDirectory(_directory);
    }

    function test_RevertWhen_AStrangerRecordsASlash() external {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(ISlashEscrow.SlashEscrow_Unauthorized.selector, STRANGER));
        escrow.record(1, 1, STRANGER, 1);
    }

    function test_RevertWhen_PotOrEscrowAreWiredTwiceOrByAStranger() external {
        bytes memory ours = abi.encodeWithSelector(ISlashEscrow.SlashEscrow_Unauthorized.selector, address(this));
        vm.expectRevert(ours);
        escrow.wire(STRANGER);
        SlashEscrow newEscrow = new SlashEscrow(escrow.token(), address(this));
        vm.expectRevert(abi.encodeWithSelector(ISlashEscrow.SlashEscrow_Unauthorized.selector, STRANGER));
        vm.prank(STRANGER);
        newEscrow.wire(STRANGER);
        RewardPot newPot = new RewardPot(pot.token(), pot.oracle());
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_Unauthorized.selector, STRANGER));
        vm.prank(STRANGER);
        newPot.wire(STRANGER, STRANGER, STRANGER);
    }
}
