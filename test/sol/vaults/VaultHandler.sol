// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { vm } from "../clearing/ClearingWorld.sol";
import { VaultEnding } from "./VaultEnding.sol";
import { VaultPeople } from "./VaultPeople.sol";
import { CALLS, Street, VAULTS } from "./VaultWorld.sol";

/// @notice Everything that holders, buyers, keepers, donors, liquidators, breaker and oracle do to three vaults.
abstract contract VaultHandler is VaultEnding {
    constructor(Street memory street) VaultPeople(street) {}

    function actions() external pure returns (bytes4[] memory all) {
        all = new bytes4[](22);
        uint256 n;
        all[n++] = this.askDeposit.selector;
        all[n++] = this.askRedeem.selector;
        all[n++] = this.takeBack.selector;
        all[n++] = this.claimBack.selector;
        all[n++] = this.claim.selector;
        all[n++] = this.sendShares.selector;
        all[n++] = this.allow.selector;
        all[n++] = this.start.selector;
        all[n++] = this.buy.selector;
        all[n++] = this.sync.selector;
        all[n++] = this.close.selector;
        all[n++] = this.leaveInKind.selector;
        all[n++] = this.give.selector;
        all[n++] = this.settleBook.selector;
        all[n++] = this.tryExits.selector;
        all[n++] = this.passTime.selector;
        all[n++] = this.changeRisk.selector;
        all[n++] = this.passExpiry.selector;
        all[n++] = this.settle.selector;
        all[n++] = this.crash.selector;
        all[n++] = this.flag.selector;
        all[n++] = this.bid.selector;
    }

    /// @notice Everybody has shares of the calls and of the puts with leverage; nobody yet of the puts with fees.
    function warmUp() external {
        for (uint256 v; v < VAULTS; ++v) {
            if (v == 1) continue;
            uint256 units = v == CALLS ? 50e9 : 40_000e6;
            for (uint256 h; h < 3; ++h) {
                uint256 assets = units * (h + 1) * _scale(v);
                vm.prank(people[h]);
                vaults[v].requestDeposit(assets, people[h], people[h]);
                ghosts[v].units += units * (h + 1);
                ghosts[v].asks[DEPOSIT][h].pending += units * (h + 1);
            }
            _close(v, STRANGER);
            for (uint256 h; h < 3; ++h) {
                Ask storage ask = ghosts[v].asks[DEPOSIT][h];
                vm.prank(people[h]);
                vaults[v].deposit(ask.matured * _scale(v), people[h]);
                (ask.matured, ask.due) = (0, 0);
            }
        }
    }
}
