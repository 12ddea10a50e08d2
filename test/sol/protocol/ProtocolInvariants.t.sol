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

    function _check() private view {
        _handler.checkActions();
        _handler.s1_everyTokenIsThere();
        _handler.s2_longsAreShorts();
        _handler.s6_onePricePerRound();
        _handler.s7_s11_s13_potsAndReserves();
        _handler.s8_honestStakeIsWhole();
    }
}

/// @notice No promise is vacuous: every act, every fault and what follows from them happens, in worlds that are the same every
/// time.
contract ProtocolOccurrencesTest is ProtocolBench {
    uint256 private constant _ATTEMPTS = 48;
    uint256 private constant _WORLDS = 32;
    uint256 private constant _DEPTH = 12;

    Everybody private _handler;
    /// @dev What the injector is asked for, FAULTS for anything.
    uint256 private _fault = FAULTS;

    function setUp() external {
        (World memory world, Rooms memory rooms) = _deploy();
        _handler = new Everybody(world, rooms);
        _handler.warmUp();
    }

    function test_EveryActAndEveryFaultOccurs() external {
        bytes4[] memory acts = _handler.actions();
        for (uint256 i; i < acts.length; ++i) {
            bool isDone;
            for (uint256 attempt; attempt < _ATTEMPTS && !isDone; ++attempt) isDone = _act(acts[i], attempt);
            require(isDone || _hasItsOwnTest(acts[i]), string.concat("always refused: act ", _digits(i)));
        }
        for (uint256 fault; fault < FAULTS; ++fault) {
            for (uint256 attempt; _handler.counts(numbered("fault ", fault)) == 0; ++attempt) {
                require(attempt < 8 * FAULTS, "a fault that never happens");
                _act(_handler.inject.selector, attempt);
            }
        }
        require(bytes(_handler.broken()).length == 0, _handler.broken());
    }

    function test_WhatHonestDaysBringOccurs() external {
        bytes4[] memory menu = _menu(_handler.rounds.selector, _handler.hours_.selector, _handler.keep.selector);
        bytes32[5] memory names = [bytes32("relay"), "range", "look", "epoch", "superset"];
        for (uint256 i; i < names.length; ++i) _reach(names[i], menu);
        menu = _menu(_handler.write.selector, _handler.fund.selector, _handler.defund.selector);
        _reach("opening", menu);
        _reach("fresh book", menu);
        _reach("lending", menu);
        menu[0] = _handler.dust.selector;
        _reach("dust", menu);
        _reach("funded book", menu);
        menu[0] = _handler.thin.selector;
        _reach("thin", menu);
    }

    function test_LiquidationsOccur() external {
        bytes4[] memory menu = _menu(_handler.crash.selector, _handler.flag.selector, _handler.bid.selector);
        bytes32[4] memory names = [bytes32("flag"), "rightful", "bid", "bid draw"];
        for (uint256 i; i < names.length; ++i) _reach(names[i], menu);
        menu[2] = _handler.unflag.selector;
        _reach("unflag", menu);
        menu[2] = _handler.absorb.selector;
        _reach("absorb", menu);
    }

    function test_EveryLevelAndEveryModeOccurs() external {
        bytes4[] memory menu = _menu(_handler.inject.selector, _handler.rounds.selector, _handler.crash.selector);
        for (uint256 i; i < 5; ++i) {
            _reach(numbered("mode ", i), menu);
            _reach(numbered("level ", i), menu);
        }
        menu = _menu(_handler.guard.selector, _handler.sunset.selector, _handler.sentinel.selector);
        _reach("guard", menu);
        _reach("sunset", menu);
    }

    function test_FaultsAreProvedAndHonestReportsAreNone() external {
        bytes4[] memory menu = _menu(_handler.inject.selector, _handler.rounds.selector, _handler.accuse.selector);
        _fault = 1; // a minority lies
        _reach("deviation", menu);
        _fault = 11; // somebody signs twice
        _reach("accuse", menu);
        _fault = 4; // a relayer leaves some out
        menu[2] = _handler.keep.selector;
        _reach("late credit", menu);
        menu = _menu(_handler.frame.selector, _handler.rounds.selector, _handler.tick.selector);
        _reach("frame", menu);
        _reach("deviation tried", menu);
    }

    function test_TheRungsThatNeedNoWitnessOccur() external {
        bytes4[] memory menu = _menu(
            _handler.workOverExpiry.selector,
            _handler.settle.selector,
            _handler.settleBook.selector
        );
        _reach(numbered("rung ", 1), menu);
        _reach("settled book", menu);
        menu[2] = _handler.redeem.selector;
        _reach("redeem", menu);
        menu[0] = _handler.darkExpiry.selector;
        menu[2] = _handler.waitForRung.selector;
        _reach(numbered("rung ", 2), menu);
        _reach(numbered("rung ", 5), menu);
        menu[1] = _handler.signPrice.selector;
        _reach("signed price", menu);
        _reach(numbered("rung ", 3), menu);
        menu[2] = _handler.challenge.selector;
        _reach("challenge", menu);
        menu[2] = _handler.waitForRung.selector;
        menu[1] = _handler.proveWitness.selector;
        _reach("witness proof", menu);
    }

    /// @dev Worlds made of these acts until something happened; then everything is as before.
    function _reach(bytes32 name, bytes4[] memory acts) private {
        bool isReached;
        for (uint256 w; w < _WORLDS && !isReached; ++w) {
            uint256 snapshot = vm.snapshotState();
            uint256 before = _handler.counts(name);
            for (uint256 d; d < _DEPTH && !isReached; ++d) {
                uint256 random = uint256(keccak256(abi.encode(name, w, d)));
                _act(acts[random % acts.length], random);
                isReached = _handler.counts(name) > before;
            }
            require(bytes(_handler.broken()).length == 0, _handler.broken());
            vm.revertToStateAndDelete(snapshot);
        }
        require(isReached, string.concat("never happens: ", string(abi.encodePacked(name))));
    }

    /// @dev What needs a market in trouble, in peace, or a day that is not reached at once.
    function _hasItsOwnTest(bytes4 act) private view returns (bool) {
        return
            act == _handler.dust.selector ||
            act == _handler.crash.selector ||
            act == _handler.settle.selector ||
            act == _handler.challenge.selector ||
            act == _handler.signPrice.selector ||
            act == _handler.proveWitness.selector ||
            act == _handler.flag.selector ||
            act == _handler.unflag.selector ||
            act == _handler.bid.selector ||
            act == _handler.absorb.selector;
    }

    function _menu(bytes4 first, bytes4 second, bytes4 third) private pure returns (bytes4[] memory acts) {
        acts = new bytes4[](3);
        (acts[0], acts[1], acts[2]) = (first, second, third);
    }

    function _digits(uint256 number) private pure returns (string memory) {
        return string(abi.encodePacked(bytes1(uint8(48 + number / 10)), bytes1(uint8(48 + (number % 10)))));
    }

    function _act(bytes4 act, uint256 attempt) private returns (bool ok) {
        uint256 random = uint256(keccak256(abi.encode(act, attempt)));
        // Until the injector draws what is wanted.
        while (act == _handler.inject.selector && _fault != FAULTS && _handler.faultOf(random) != _fault) ++random;
        (ok, ) = address(_handler).call(abi.encodeWithSelector(act, random, random >> 80, random >> 160));
    }
}
