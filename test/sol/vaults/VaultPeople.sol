// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { VaultPromises } from "./VaultPromises.sol";
import { VaultScript } from "./VaultScript.sol";
import { HOLDERS, Street, VAULTS } from "./VaultWorld.sol";

/// @notice Who acts on the vaults, and what every act is measured by.
abstract contract VaultPeople is VaultScript, VaultPromises {
    /// @dev Vaults whose worth an act may change; what it may change is checked by the act.
    uint256 private _moved;

    /// @dev What is not moved stays to the unit: cash, options and shares of every vault.
    modifier acting() {
        vm.warp(clock);
        _moved = 0;
        Worth[VAULTS] memory before;
        for (uint256 v; v < VAULTS; ++v) before[v] = _worth(v);
        _;
        for (uint256 v; v < VAULTS; ++v) {
            if ((_moved >> v) & 1 != 0) continue;
            Worth memory now_ = _worth(v);
            _require(
                now_.cash == before[v].cash && now_.written == before[v].written && now_.supply == before[v].supply,
                "V6: asking, claiming and handing over move nothing behind a share"
            );
        }
    }

    constructor(Street memory street) VaultScript(street.risk, street.marks) {
        world = street.world;
        vaults = street.vaults;
        for (uint256 v; v < VAULTS; ++v) (ghosts[v].highest, ghosts[v].chargedAt) = (1e12, block.timestamp);
        for (uint256 h; h < HOLDERS; ++h) {
            people[h] = address(uint160(0xa11ce + h));
            world.dollar.mint(people[h], 1e13);
            world.coin.mint(people[h], 1e23);
            for (uint256 v; v < VAULTS; ++v) _allow(people[h], v);
        }
    }

    function _allow(address owner, uint256 v) private {
        address token = _token(v);
        address[2] memory spenders = [address(vaults[v]), address(world.house)];
        for (uint256 i; i < 2; ++i) {
            vm.prank(owner);
            // By hand: the dollar returns nothing.
            (bool ok, ) = token.call(abi.encodeCall(IERC20.approve, (spenders[i], type(uint256).max)));
            require(ok, "approve");
        }
        vm.prank(owner);
        world.house.setManager(address(vaults[v]), 4);
    }

    function _move(uint256 v) internal {
        _moved |= 1 << v;
    }

    function _call(uint256 v, address caller, bytes memory data) internal returns (bool ok, uint256 answer) {
        bytes memory answered;
        vm.prank(caller);
        (ok, answered) = address(vaults[v]).call(data);
        if (ok && answered.length >= 32) answer = abi.decode(answered, (uint256));
    }

    /// @dev Mostly he himself; else his neighbour or anybody.
    function _callerFor(uint256 seed, uint256 h) internal view returns (address) {
        if (seed % 3 != 0) return people[h];
        return (seed >> 4) % 2 == 0 ? people[(h + 1) % HOLDERS] : _anybody(seed >> 8);
    }

    function _anybody(uint256 seed) internal view returns (address) {
        uint256 h = seed % (HOLDERS + 1);
        return h == HOLDERS ? STRANGER : people[h];
    }

    function _may(uint256 v, address caller, uint256 h) internal view returns (bool) {
        return caller == people[h] || operators[v][people[h]][caller];
    }

    /// @dev From one unit to a million dollars or a thousand coins; every size as likely.
    function _amount(uint256 seed) internal pure returns (uint256) {
        return seed % (10 ** (1 + ((seed >> 128) % 13)));
    }

    /// @dev Some of what there is: all of it, one too many, or anything.
    function _some(uint256 seed, uint256 most) internal pure returns (uint256) {
        uint256 kind = (seed >> 248) % 8;
        if (kind < 2) return most;
        if (kind == 2) return most + 1;
        return kind == 3 ? seed % 1_000 : seed % (most + 1);
    }

    /// @dev Puts units of a person's tokens into his free balance.
    function _bank(uint256 v, address owner, uint256 units) internal {
        address token = _token(v);
        vm.prank(owner);
        world.house.deposit(token, units, owner);
    }
}
