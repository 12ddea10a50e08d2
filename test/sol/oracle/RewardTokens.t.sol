// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IRewardPot } from "../../../contracts/interfaces/IRewardPot.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OddToken } from "../../../contracts/mocks/OddToken.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice Fees that reach the reward pot by plain transfers, in the bond token and in others.
contract RewardTokensTest is RegistryBench {
    MockToken private _coin;

    uint256 private constant _IN_BAND = 30 | (10 << 8);
    uint256 private constant _POINTS = 40 * 100_000;

    function setUp() external {
        _deploy(7);
        _joinMany(7, BOND);
        registry.closeEpoch();
        _coin = new MockToken("Coin", "WETH", 18);
    }

    function _allot(uint256 inBand, uint256 points) private {
        vm.prank(address(registry));
        pot.allotEpoch(1, inBand, points);
    }

    function _one(uint64 epoch) private pure returns (uint64[] memory list) {
        list = new uint64[](1);
        list[0] = epoch;
    }

    function _free(IERC20 reward) private view returns (uint256 free) {
        (free, , ) = pot.rewardsIn(reward);
    }

    function _requireAllAccounted(IERC20 reward, uint256 tips) private view {
        (uint256 free, uint256 allotted, ) = pot.rewardsIn(reward);
        require(free + allotted + tips == reward.balanceOf(address(pot)), "held = free + allotted + tips");
    }

    function testFuzz_WhatArrivedIsCountedOnceAndSplitTwoToOne(uint64 first, uint64 second) external {
        token.mint(address(pot), first);
        require(pot.collect(IERC20(address(token))) == first, "all that came");
        require(pot.collect(IERC20(address(token))) == 0, "once");
        token.mint(address(pot), second);
        pot.fundRewards(30);
        require(pot.tipBalance() == uint256(first) / 3 + (uint256(second) + 30) / 3, "a third for tips");
        _requireAllAccounted(IERC20(address(token)), pot.tipBalance());
    }

    function test_WhatWasAllottedOrSetAsideForTipsIsNotCountedAgain() external {
        pot.fundRewards(12_000);
        _allot(_IN_BAND, _POINTS);
        require(pot.collect(IERC20(address(token))) == 0, "allotted and tips are owed");
        require(pot.payRewards(1, _one(1)) == 750, "three quarters");
        pot.credit(STRANGER, 90);
        require(pot.payTips(STRANGER) == 90 && pot.collect(IERC20(address(token))) == 0, "paid is gone");
        _requireAllAccounted(IERC20(address(token)), pot.tipBalance());
    }

    function test_AnotherTokenIsPaidByTheSameEntitlements_Once() external {
        IERC20 coin = IERC20(address(_coin));
        _allot(_IN_BAND, _POINTS);
        _coin.mint(address(pot), 8_000);
        require(pot.allotLatest(coin) == 1_000 && _free(coin) == 7_000, "an eighth");
        require(pot.payRewardsIn(coin, 1, _one(1)) == 750 && pot.payRewardsIn(coin, 1, _one(1)) == 0, "once");
        require(pot.payRewardsIn(coin, 2, _one(1)) == 250 && pot.payRewardsIn(coin, 3, _one(1)) == 0, "the rest");
        require(_coin.balanceOf(address(this)) == 1_000, "received by the withdrawal address");
        require(pot.tipBalance() == 0, "no tips in another token");
        _requireAllAccounted(coin, 0);
    }

    function test_AnotherTokenIsPaidWhoeverFetchedTheBondTokenBefore() external {
        pot.fundRewards(12_000);
        _allot(_IN_BAND, _POINTS);
        require(pot.payRewards(1, _one(1)) == 750, "bond token first");
        _coin.mint(address(pot), 8_000);
        pot.allotLatest(IERC20(address(_coin)));
        require(pot.payRewardsIn(IERC20(address(_coin)), 1, _one(1)) == 750, "its full share all the same");
        require(pot.payRewards(2, _one(1)) == 250, "and the other way round");
    }

    function test_RevertWhen_AnEpochIsAllottedTwiceOrThereIsNone() external {
        IERC20 coin = IERC20(address(_coin));
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_AlreadyAllotted.selector, address(coin), 0));
        pot.allotLatest(coin);
        _allot(_IN_BAND, _POINTS);
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_AlreadyAllotted.selector, address(token), 1));
        pot.allotLatest(IERC20(address(token)));
        pot.allotLatest(coin);
        vm.expectRevert(abi.encodeWithSelector(IRewardPot.RewardPot_AlreadyAllotted.selector, address(coin), 1));
        pot.allotLatest(coin);
    }

    function test_WhatNobodyFetchedOfAnotherTokenReturnsAfter512Epochs() external {
        IERC20 coin = IERC20(address(_coin));
        _allot(_IN_BAND, _POINTS);
        _coin.mint(address(pot), 8_000);
        pot.allotLatest(coin);
        for (uint256 i = 0; i < 512; ++i) {
            _allot(_IN_BAND, _POINTS);
        }
        require(pot.payRewardsIn(coin, 1, _one(1)) == 0, "too late: the rounds are no longer known");
        require(pot.allotLatest(coin) == 1_000 && _free(coin) == 7_000, "an eighth of all 8,000 again");
        require(pot.payRewardsIn(coin, 1, _one(513)) == 750, "for the new epoch");
        _requireAllAccounted(coin, 0);
    }

    function testFuzz_NoOrderOfCallsPaysMoreThanArrived(uint256 seed) external {
        IERC20 coin = IERC20(address(_coin));
        uint256 arrived;
        for (uint256 i = 0; i < 48; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 act = seed % 5;
            uint256 amount = (seed >> 8) % 1e12;
            if (act == 0) {
                _coin.mint(address(pot), amount);
                arrived += amount;
            } else if (act == 1) {
                pot.collect(coin);
            } else if (act == 2) {
                _allot(_IN_BAND, (seed >> 64) % 4 == 0 ? 0 : _POINTS);
            } else if (act == 3) {
                try pot.allotLatest(coin) {} catch {}
            } else {
                pot.payRewardsIn(coin, uint32(1 + ((seed >> 72) % 3)), _one(uint64((seed >> 80) % (pot.epochs() + 1))));
            }
            (uint256 free, uint256 allotted, ) = pot.rewardsIn(coin);
            require(free + allotted <= _coin.balanceOf(address(pot)), "owes no more than it holds");
        }
        pot.collect(coin);
        _requireAllAccounted(coin, 0);
        require(_coin.balanceOf(address(pot)) + _coin.balanceOf(address(this)) == arrived, "nothing vanished");
    }

    function test_APoolTakesNoMoreThanItsWordHolds() external {
        IERC20 coin = IERC20(address(_coin));
        _coin.mint(address(pot), uint256(type(uint96).max) + 5);
        require(pot.collect(coin) == type(uint96).max && pot.collect(coin) == 0, "the rest waits");
        _allot(_IN_BAND, _POINTS);
        pot.allotLatest(coin);
        pot.payRewardsIn(coin, 1, _one(1));
        require(pot.collect(coin) == 5, "until there is room");
    }

    function test_ATokenThatShrinksOrCallsBackSpoilsItsOwnPoolOnly() external {
        OddToken odd = new OddToken(6);
        IERC20 reward = IERC20(address(odd));
        pot.fundRewards(12_000);
        odd.mint(address(pot), 8_000);
        _allot(_IN_BAND, _POINTS);
        pot.allotLatest(reward);
        odd.setCall(address(pot), abi.encodeCall(IRewardPot.collect, (reward)));
        require(pot.payRewardsIn(reward, 1, _one(1)) == 750, "paid once");
        require(!odd.callSucceeded(), "no second way in while tokens move");
        odd.setCall(address(0), "");
        odd.shrinkTo(1);
        require(pot.collect(reward) == 0, "a loss is not counted");
        vm.expectRevert(abi.encodeWithSelector(OddToken.TooLittle.selector, 250, 0));
        pot.payRewardsIn(reward, 2, _one(1));
        require(pot.payRewards(1, _one(1)) == 750, "the bond token does not notice");
        odd.shrinkTo(10_000);
        require(pot.payRewardsIn(reward, 2, _one(1)) == 250, "owed until it is back");
    }
}
