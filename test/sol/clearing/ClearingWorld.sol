// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Clearinghouse } from "../../../contracts/clearing/Clearinghouse.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OddToken } from "../../../contracts/mocks/OddToken.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";

interface Vm {
    function warp(uint256 time) external;
    function prank(address sender) external;
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 key) external returns (address);
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
}

Vm constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

/// @dev 08:00 UTC of a day, two days before the first expiry.
uint256 constant START = 1_800_000_000 - (1_800_000_000 % 1 days) + 8 hours;
/// @dev Two markets: 1 is quote in dollars with 6 decimals, 2 is coin in coins with 18.
uint256 constant MARKETS = 2;
uint256 constant EXPIRIES = 2;
uint256 constant ACTORS = 4;
/// @dev Shared by both markets; two of them are one pair of the open-interest list.
uint256 constant STRIKES = 4;

/// @notice The real Clearinghouse between a scripted risk contract and a scripted oracle.
struct World {
    Clearinghouse house;
    ScriptedRisk risk;
    ScriptedMarks marks;
    OddToken dollar;
    MockToken coin;
    address rewardPot;
}
