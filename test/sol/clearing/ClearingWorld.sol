// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909 } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { IClearinghouse } from "../../../contracts/interfaces/IClearinghouse.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OddToken } from "../../../contracts/mocks/OddToken.sol";

interface Vm {
    function warp(uint256 time) external;
    function roll(uint256 height) external;
    function prank(address sender) external;
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 key) external returns (address);
    function getCode(string calldata artifact) external returns (bytes memory);
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool);
    function revertToStateAndDelete(uint256 id) external returns (bool);
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

/// @notice The Clearinghouse as people see it. By its interfaces, so that what only calls it is compiled without it.
interface House is IClearinghouse, IERC6909 {
    function owed(address token) external view returns (uint256);
}

/// @notice The real Clearinghouse, its tokens, and where rewards go.
struct World {
    House house;
    OddToken dollar;
    MockToken coin;
    address rewardPot;
}
