// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IRiskManager } from "../../../contracts/interfaces/IRiskManager.sol";
import { ISlasher } from "../../../contracts/interfaces/ISlasher.sol";
import { IValidatorRegistry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { IWitnessRouter } from "../../../contracts/interfaces/IWitnessRouter.sol";
import { MockAggregator } from "../../../contracts/mocks/MockAggregator.sol";
import { START } from "../clearing/ClearingWorld.sol";

uint256 constant VALIDATORS = 7;
uint256 constant EVERY_VALIDATOR = (1 << VALIDATORS) - 1;
uint128 constant BOND = 100_000e6;
/// @dev As on mainnet: a relay in five minutes keeps a price fresh.
uint256 constant HEARTBEAT = 300;
uint256 constant ROUND = 15;
uint256 constant FIRST_EXPIRY = START + 2 days;
/// @dev Seconds of honest rounds before people come: a new feed is listed, closed for a while, and ramps for six hours.
uint256 constant WARM_UP = 120 * HEARTBEAT;
/// @dev Between the openings before the first act.
uint256 constant PAUSE = 24 * HEARTBEAT;
uint256 constant BEGIN = FIRST_EXPIRY - 6 hours - WARM_UP - PAUSE;
/// @dev Kinds the injector knows.
uint256 constant FAULTS = 12;
/// @dev USD thousands of open notional that governance allows at most.
uint256 constant CEILING = 500;
address constant GUARDIAN = address(0x9da7d);
address constant RELAYER = address(0x7e1a);

/// @notice Deployed contracts below the Clearinghouse. Validator i has key `keyOf(i)`, id i + 1 and an owner of its own.
struct Rooms {
    IPriceOracle oracle;
    IValidatorRegistry registry;
    IWitnessRouter router;
    ISlasher slasher;
    IRiskManager risk;
    address pot;
    address escrow;
    MockAggregator[2] witnesses;
}

function keyOf(uint256 validator) pure returns (uint256) {
    return 0x5e1f + validator;
}

function withdrawalOf(uint256 validator) pure returns (address) {
    return address(uint160(0xa11d0000 + validator));
}

function reporterOf(uint256 which) pure returns (address) {
    return address(uint160(0x5e47100 + which));
}

/// @dev Bits set.
function countOf(uint256 bits) pure returns (uint256 count) {
    for (; bits != 0; bits &= bits - 1) ++count;
}

function least(uint256 left, uint256 right) pure returns (uint256) {
    return left < right ? left : right;
}

/// @dev A counter's name with a letter for its number: "mode a" for the first.
function numbered(string memory name, uint256 number) pure returns (bytes32) {
    return bytes32(abi.encodePacked(name, bytes1(uint8(0x61 + number))));
}
