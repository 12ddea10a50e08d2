// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { World } from "../clearing/ClearingWorld.sol";

/// @dev 0 writes calls in a coin of 18 decimals, 1 puts in a dollar of 6 and takes fees, 2 puts with leverage and a low cap.
uint256 constant VAULTS = 3;
uint256 constant CALLS = 0;
uint256 constant WITH_FEES = 1;
uint256 constant LEVERAGED = 2;

/// @dev Who holds shares; the last of them also gets the fees.
uint256 constant HOLDERS = 4;
uint256 constant WEEK = 7 days;

// Terms of all three; bps, seconds, ledger units.
uint256 constant FLOOR_BPS = 5_000;
uint256 constant HIGH_BPS = 15_000;
uint256 constant RESERVE_BPS = 10_500;
uint256 constant AUCTION = 2 hours;
uint256 constant FUNDING_BPS = 13_000;
uint256 constant MANAGEMENT_BPS = 200;
uint256 constant PERFORMANCE_BPS = 1_000;
uint256 constant LOW_CAP = 241_000e6;
uint256 constant CAP = 5e15;

/// @notice The real Clearinghouse, three vaults on it, and the scripts of what surrounds them.
struct Street {
    World world;
    IOptionsVault[VAULTS] vaults;
    ScriptedRisk risk;
    ScriptedMarks marks;
}
