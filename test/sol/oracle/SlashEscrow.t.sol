// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ISlashEscrow } from "../../../contracts/interfaces/ISlashEscrow.sol";
import { EscrowBench, HostileInsurer } from "./EscrowBench.sol";

/// @notice Insurers that cannot or will not be paid, and batches by day.
contract SlashEscrowTest is EscrowBench {
    address private constant _HONEST = address(0xa1);
    uint256 private constant _AMOUNT = 1_000_000;
    uint256 private constant _DAY = START / 1 days;

    function setUp() external {
        _deploy();
    }

    function _insurers(address first, address second) private pure returns (address[] memory insurers) {
        insurers = new address[](2);
        (insurers[0], insurers[1]) = (first, second);
    }

    function _attack(address hostile) private {
        _expose(_insurers(hostile, _HONEST), 0);
        _slash(_AMOUNT, START);

        escrow.push(_DAY);
        require(escrow.pay(_HONEST) == 600_000 && token.balanceOf(_HONEST) == 600_000, "the honest one has its money");
        require(escrow.payBounty(REPORTER) == 100_000, "so has the reporter");

        try escrow.pay(hostile) {
            revert("the hostile one cannot be paid");
        } catch {
            require(escrow.creditOf(hostile) == 300_000, "it stays owed");
            require(token.balanceOf(address(escrow)) == 300_000, "and held");
        }
    }

    function test_Attack_AnInsurerThatRevertsOnTransferBlocksNobody() external {
        HostileInsurer hostile = new HostileInsurer(escrow, false);
        token.setListens(address(hostile));
        _attack(address(hostile));
    }

    function test_Attack_AnInsurerThatReentersIsNotPaidTwice() external {
        HostileInsurer hostile = new HostileInsurer(escrow, true);
        token.setListens(address(hostile));
        _attack(address(hostile));
    }

    function test_Attack_ABlockedInsurerWaitsAloneAndIsPaidOnceItIsUnblocked() external {
        address hostile = address(0xb1);
        token.setBlocked(hostile, true);
        _attack(hostile);
        token.setBlocked(hostile, false);
        require(escrow.pay(hostile) == 300_000 && token.balanceOf(hostile) == 300_000, "paid in the end");
        require(escrow.pay(hostile) == 0, "once");
    }

    function test_SlashesOfADayShareABatch_AnotherDayHasItsOwn() external {
        _expose(_insurers(_HONEST, address(0xa2)), 0);
        _slash(_AMOUNT, START);
        _slash(_AMOUNT, START + 1);
        _slash(_AMOUNT, START - 1 days);
        _slash(_AMOUNT, START + 2);
        require(escrow.batchOf(_DAY) == 2_700_000, "three of the day, whatever came between");
        require(escrow.batchOf(_DAY - 1) == 900_000, "one of the day before");

        escrow.push(_DAY);
        require(escrow.batchOf(_DAY) == 0 && escrow.batchOf(_DAY - 1) == 900_000, "pushed alone");
        require(escrow.creditOf(_HONEST) == 900_000, "a third of it");
        _slash(_AMOUNT, START);
        require(escrow.batchOf(_DAY) == 900_000, "a later slash of the day waits for the next push");
        escrow.push(_DAY - 1);
        escrow.push(_DAY);
        require(escrow.creditOf(_HONEST) == 1_500_000, "all of it");
    }

    function test_ADayWhoseMarketsOpenedLaterIsSharedByItsEnd_NotBefore() external {
        _expose(_insurers(_HONEST, address(0xa2)), uint64(START));
        require(START % 1 days != 0, "the day had begun");
        _slash(_AMOUNT, START);
        try escrow.push(_DAY) {
            revert("the day is not over");
        } catch (bytes memory reason) {
            bytes memory expected = abi.encodeWithSelector(ISlashEscrow.SlashEscrow_NoInsurer.selector, _DAY);
            require(keccak256(reason) == keccak256(expected), "no insurer");
        }
        _pass((_DAY + 1) * 1 days - START);
        escrow.push(_DAY);
        require(escrow.creditOf(_HONEST) == 300_000, "a third");
    }

    function testFuzz_EveryUnitSlashedIsABountyABatchOrACredit(
        uint64[6] calldata amounts,
        uint32[6] calldata times
    ) external {
        _expose(_insurers(_HONEST, address(0xa2)), 0);
        uint256 total = 0;
        for (uint256 i = 0; i < amounts.length; ++i) {
            uint256 faultAt = START - (times[i] % 3 days);
            total += amounts[i];
            _slash(amounts[i], faultAt);
            uint256 day = faultAt / 1 days;
            if (times[i] % 2 == 0 && escrow.batchOf(day) != 0) escrow.push(day);
        }
        uint256 owed = escrow.bountyOf(REPORTER) + escrow.creditOf(_HONEST) + escrow.creditOf(address(0xa2));
        for (uint256 day = _DAY - 3; day <= _DAY; ++day) owed += escrow.batchOf(day);
        require(owed == total && token.balanceOf(address(escrow)) == total, "exactly");
    }

    function test_RevertWhen_MoreThanSixtyFourInsurers() external {
        _expose(new address[](65), 0);
        _slash(_AMOUNT, START);
        try escrow.push(_DAY) {
            revert("accepted");
        } catch (bytes memory reason) {
            bytes memory expected = abi.encodeWithSelector(ISlashEscrow.SlashEscrow_BadExposure.selector, 65, 65);
            require(keccak256(reason) == keccak256(expected), "too many to be paid in one call");
        }
    }
}
