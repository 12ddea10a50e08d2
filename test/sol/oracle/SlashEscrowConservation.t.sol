// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { EscrowBench } from "./EscrowBench.sol";

/// @notice Slashes, pushes and pays in any order, with insurers that are blocked and unblocked.
contract EscrowHandler is EscrowBench {
    uint256 private constant _DAYS = 4;
    address[] private _insurers;
    uint256 public slashed;

    constructor() {
        _deploy();
        for (uint160 i = 1; i <= 3; ++i) _insurers.push(address(0xa000 + i));
        _expose(_insurers, uint64(START - 2 days));
    }

    function slash(uint64 amount, uint32 ago) external {
        slashed += amount;
        _slash(amount, clock - (ago % (_DAYS * 1 days)));
    }

    function push(uint256 day) external {
        escrow.push(clock / 1 days - (day % _DAYS));
    }

    function pay(uint256 insurer) external {
        escrow.pay(_insurers[insurer % 3]);
    }

    function payBounty() external {
        escrow.payBounty(REPORTER);
    }

    function setBlocked(uint256 insurer, bool isBlocked) external {
        token.setBlocked(_insurers[insurer % 3], isBlocked);
    }

    function warp(uint32 time) external {
        _pass(time % 12 hours);
    }

    function check() external view {
        uint256 owed = escrow.bountyOf(REPORTER);
        uint256 paid = token.balanceOf(REPORTER);
        for (uint256 i = 0; i < _insurers.length; ++i) {
            owed += escrow.creditOf(_insurers[i]);
            paid += token.balanceOf(_insurers[i]);
        }
        for (uint256 day = START / 1 days - _DAYS; day <= clock / 1 days; ++day) owed += escrow.batchOf(day);
        require(token.balanceOf(address(escrow)) == owed, "the escrow holds what it owes");
        require(owed + paid == slashed, "and nothing was lost");
    }
}

/// @notice The escrow's balance is bounties, batches and credits, exactly.
contract SlashEscrowConservationTest {
    EscrowHandler private _handler;

    function setUp() external {
        _handler = new EscrowHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_EscrowHoldsWhatItOwes() external view {
        _handler.check();
    }
}
