// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Band, Legs, Marks, Requirement, Scenario, Terms } from "../shared/ClearingTypes.sol";
import { LegWord } from "../shared/LegWord.sol";
import { Margin } from "../shared/Margin.sol";
import { Payoff } from "../shared/Payoff.sol";

/// @title Margin harness
/// @notice Payoff and margin libraries for tests, many books to a call.
contract MarginHarness {
    struct Leg {
        uint40 strike;
        bool isCall;
        int96 size;
    }

    struct Case {
        Leg[] legs;
        Terms terms;
        Band band;
        uint256 initialShockBps;
        uint256 maintenanceShockBps;
        uint256 initialFloorBps;
        uint256 maintenanceFloorBps;
        uint256 volatilityBps;
        uint256 secondsLeft;
        uint256 multiplierBps;
        uint256 addOnBps;
    }

    struct Answer {
        Scenario initialScenario;
        Scenario maintenanceScenario;
        Requirement initial;
        Requirement maintenance;
        Marks marks;
        uint256 owed;
        uint256 due;
        uint256 owedUp;
        uint256 dueDown;
    }

    error MarginHarness_Inconsistent(uint256 position, uint256 amount);

    /// @notice Everything the libraries say about each book; `isCovered` must agree with the requirements around each amount.
    function answers(Case[] calldata cases) external pure returns (Answer[] memory result) {
        result = new Answer[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Case calldata given = cases[i];
            Legs memory legs = legsOf(given.legs);
            Answer memory answer = result[i];
            answer.initialScenario = initialOf(given);
            answer.maintenanceScenario = maintenanceOf(given);
            answer.initial = Margin.calculateRequirement(legs, given.terms, answer.initialScenario);
            answer.maintenance = Margin.calculateRequirement(legs, given.terms, answer.maintenanceScenario);
            answer.marks = Margin.calculateMarks(
                legs,
                given.terms,
                given.band.price,
                answer.maintenanceScenario.timeValue
            );
            (answer.owed, answer.due) = Payoff.numerators(legs, given.terms, given.band.price);
            answer.owedUp = Payoff.toUnitsUp(answer.owed, given.terms, given.band.price);
            answer.dueDown = Payoff.toUnitsDown(answer.due, given.terms, given.band.price);
            _requireConsistent(i, legs, given.terms, answer.initialScenario, answer.initial.amount);
            _requireConsistent(i, legs, given.terms, answer.maintenanceScenario, answer.maintenance.amount);
        }
    }

    /// @notice Compute gas of the check of initial margin with this cash, legs and scenario in memory.
    function gasOfCheck(Case calldata given, uint256 cash) external view returns (bool isCovered, uint256 used) {
        Legs memory legs = legsOf(given.legs);
        Terms memory terms = given.terms;
        Scenario memory initial = initialOf(given);
        uint256 before = gasleft();
        isCovered = Margin.isCovered(legs, terms, initial, cash);
        used = before - gasleft();
    }

    function timeValues(
        uint256[] calldata volatilities,
        uint256[] calldata times
    ) external pure returns (uint256[] memory result) {
        result = new uint256[](volatilities.length);
        for (uint256 i = 0; i < volatilities.length; ++i) result[i] = Margin.timeValueUp(volatilities[i], times[i]);
    }

    function legsOf(Leg[] calldata given) public pure returns (Legs memory legs) {
        legs.count = given.length;
        for (uint256 i = 0; i < given.length; ++i) {
            legs.words[i] = LegWord.pack(given[i].strike, given[i].isCall, given[i].size);
        }
    }

    function initialOf(Case calldata given) public pure returns (Scenario memory) {
        return
            Margin.initialScenario(
                given.band,
                given.initialShockBps,
                given.initialFloorBps,
                Margin.timeValueUp(given.volatilityBps, given.secondsLeft),
                given.multiplierBps,
                given.addOnBps
            );
    }

    function maintenanceOf(Case calldata given) public pure returns (Scenario memory) {
        return
            Margin.maintenanceScenario(
                given.band,
                given.maintenanceShockBps,
                given.maintenanceFloorBps,
                Margin.timeValueUp(10_000, given.secondsLeft)
            );
    }

    function _requireConsistent(
        uint256 position,
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario,
        uint256 amount
    ) private pure {
        require(Margin.isCovered(legs, terms, scenario, amount), MarginHarness_Inconsistent(position, amount));
        require(
            amount == 0 || !Margin.isCovered(legs, terms, scenario, amount - 1),
            MarginHarness_Inconsistent(position, amount)
        );
    }
}
