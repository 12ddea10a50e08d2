// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { World } from "./ClearingWorld.sol";
import { ScriptedBench } from "./ScriptedBench.sol";
import { ScriptedClearing } from "./ScriptedClearing.sol";

/// @dev Here, so that its artifact is one of this file and the fuzzer knows what it calls.
contract Anybody is ScriptedClearing {
    constructor(World memory world, ScriptedRisk risk, ScriptedMarks marks) ScriptedClearing(world, risk, marks) {}
}

/// @notice The promises of the clearing room under everything four people, a keeper, a breaker and an oracle can do.
contract ClearingInvariantsTest is ScriptedBench {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Anybody private _handler;

    function setUp() external {
        ScriptedRisk risk = new ScriptedRisk();
        ScriptedMarks marks = new ScriptedMarks();
        World memory world = _deploy(risk, marks);
        _handler = new Anybody(world, risk, marks);
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _handler.actions());
    }

    function invariant_EveryPromiseIsKept() external view {
        _handler.checkActions();
        _handler.checkConservation();
        _handler.checkSolvency();
        _handler.checkInterest();
        _handler.checkNotional();
        _handler.checkPots();
        _handler.checkReserves();
    }

    function afterInvariant() external {
        _handler.finish();
    }
}
