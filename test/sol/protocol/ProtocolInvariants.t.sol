// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { World, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolBench } from "./ProtocolBench.sol";
import { ProtocolHandler } from "./ProtocolHandler.sol";
import { FAULTS, Rooms, numbered } from "./ProtocolWorld.sol";

/// @dev Here, so that its artifact is one of this file and the fuzzer knows what it calls.
contract Everybody is ProtocolHandler {
    constructor(World memory world, Rooms memory rooms) ProtocolHandler(world, rooms) {}
}

/// @notice The whole protocol under everything people, validators, relayers, keepers, a stolen guardian and a fault injector
/// can do.
contract ProtocolInvariantsTest is ProtocolBench {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    uint256 private constant _ATTEMPTS = 48;

    Everybody private _handler;

    function setUp() external {
        (World memory world, Rooms memory rooms) = _deploy();
        _handler = new Everybody(world, rooms);
        _handler.warmUp();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _handler.actions());
    }

    function invariant_EveryPromiseIsKeptWhateverFails() external view {
        _check();
    }

    function afterInvariant() external {
        _handler.finish();
    }

    /// Nothing above is vacuous: every act, every fault and what follows from them happens within a few dozen tries.
    function test_EveryActAndEveryFaultOccurs() external {
        bytes4[] memory acts = _handler.actions();
        for (uint256 i; i < acts.length; ++i) {
            bool isDone;
            for (uint256 attempt; attempt < _ATTEMPTS && !isDone; ++attempt) isDone = _act(acts[i], attempt);
            require(isDone || _isRare(acts[i]), string.concat("always refused: act ", _digits(i)));
        }
        for (uint256 fault; fault < FAULTS; ++fault) {
            for (uint256 attempt; _handler.counts(numbered("fault ", fault)) == 0; ++attempt) {
                require(attempt < 8 * FAULTS, "a fault that never happens");
                _act(_handler.inject.selector, attempt);
            }
        }
        bytes32[10] memory names = [
            bytes32("relay"),
            "range",
            "look",
            "epoch",
            "opening",
            "lending",
            "funded book",
            "guard",
            "frame",
            "dust"
        ];
        for (uint256 i; i < names.length; ++i) require(_handler.counts(names[i]) != 0, "something never happens");
        _check();
    }

    /// @dev What needs a market in trouble, or a day that is not reached here.
    function _isRare(bytes4 act) private view returns (bool) {
        return
            act == _handler.settle.selector ||
            act == _handler.redeem.selector ||
            act == _handler.challenge.selector ||
            act == _handler.signPrice.selector ||
            act == _handler.proveWitness.selector ||
            act == _handler.flag.selector ||
            act == _handler.unflag.selector ||
            act == _handler.bid.selector ||
            act == _handler.absorb.selector;
    }

    function _digits(uint256 number) private pure returns (string memory) {
        return string(abi.encodePacked(bytes1(uint8(48 + number / 10)), bytes1(uint8(48 + (number % 10)))));
    }

    function _act(bytes4 act, uint256 attempt) private returns (bool ok) {
        uint256 random = uint256(keccak256(abi.encode(act, attempt)));
        (ok, ) = address(_handler).call(abi.encodeWithSelector(act, random, random >> 80, random >> 160));
    }

    function _check() private view {
        _handler.checkActions();
        _handler.s1_everyTokenIsThere();
        _handler.s2_longsAreShorts();
        _handler.s6_onePricePerRound();
        _handler.s7_s11_s13_potsAndReserves();
        _handler.s8_honestStakeIsWhole();
    }
}
