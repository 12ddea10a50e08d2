// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {
    Band,
    CollateralKind,
    Legs,
    Marks,
    Requirement,
    Scenario,
    Terms
} from "../../../contracts/shared/ClearingTypes.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";
import { Margin } from "../../../contracts/shared/Margin.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { BookDraw } from "./BookDraw.sol";

/// @notice What must hold of margin and payoff for every book; their values are checked against a model in TypeScript.
contract MarginTest is BookDraw {
    uint256 private constant _SPOT = 3000e8;
    uint256 private constant _OPTION = 1e6;

    /// @notice 0 ≤ M₀ ≤ M ≤ MM ≤ IM ≤ maximum loss, whatever band, mode and add-on.
    function testFuzz_RequirementsAreOrdered(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (Scenario memory initial, Scenario memory maintenance) = _scenarios(band);
        Requirement memory atOpening = Margin.calculateRequirement(legs, terms, initial);
        Requirement memory toKeep = Margin.calculateRequirement(legs, terms, maintenance);
        Marks memory marks = Margin.calculateMarks(legs, terms, band.price, maintenance.timeValue);
        require(marks.half <= marks.full, "M0 <= M");
        require(marks.full <= toKeep.amount, "M <= MM");
        require(toKeep.amount <= atOpening.amount, "MM <= IM");
        require(atOpening.amount <= atOpening.maximumLoss, "IM <= maximum loss");
        require(toKeep.maximumLoss == atOpening.maximumLoss, "maximum loss knows no price");
    }

    /// @notice An add-on of a percent is a percent of the price for each short, up to the maximum loss.
    function test_TheAddOnIsAShareOfTheNotional() external pure {
        Terms memory terms = Terms(CollateralKind.Quote, 6, 20_000);
        Legs memory legs;
        legs.count = 2;
        legs.words[0] = LegWord.pack(3_000e4, true, -int256(2 * _OPTION));
        legs.words[1] = LegWord.pack(3_500e4, true, int256(_OPTION));
        Band memory band = Band(_SPOT, _SPOT, _SPOT);
        uint256 without = Margin
            .calculateRequirement(legs, terms, Margin.initialScenario(band, 1_000, 0, 0, 10_000, 0))
            .amount;
        uint256 withIt = Margin
            .calculateRequirement(legs, terms, Margin.initialScenario(band, 1_000, 0, 0, 10_000, 100))
            .amount;
        require(without == 600e6, "two calls 300 in the money at the shock");
        require(withIt == without + 60e6, "30 for each of the two sold");
    }

    /// @notice A long added or a short closed, in whole or in part, raises neither requirement nor maximum loss.
    function testFuzz_LongsAndClosedShortsRaiseNothing(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (Scenario memory initial, Scenario memory maintenance) = _scenarios(band);
        Legs memory better = _copy(legs);
        uint256 position = _next(legs.count);
        uint256 leg = legs.words[position];
        int256 size = LegWord.sizeOf(leg);
        int256 bought = int256(1 + _next(size < 0 ? uint256(-size) : uint256(LegWord.LARGEST_SIZE - size)));
        better.words[position] = LegWord.pack(LegWord.strikeOf(leg), LegWord.isCallOf(leg), size + bought);
        _requireNotAbove(better, legs, terms, initial);
        _requireNotAbove(better, legs, terms, maintenance);

        if (legs.count == 8) return;
        better.words[legs.count] = LegWord.pack(_strikeNear(band.price), _next(2) == 0, bought);
        better.count = legs.count + 1;
        _requireNotAbove(better, legs, terms, initial);
        _requireNotAbove(better, legs, terms, maintenance);
    }

    /// @notice The exact maximum is at least the value at any price between the ends.
    function testFuzz_NoPriceInsideCostsMore(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (Scenario memory scenario, ) = _scenarios(band);
        scenario.floorBps = 0;
        scenario.multiplierBps = 10_000;
        scenario.addOnBps = 0;
        uint256 worst = Margin.costUp(legs, terms, scenario);
        for (uint256 i = 0; i < 16; ++i) {
            uint256 price = scenario.low + _next(scenario.high - scenario.low + 1);
            uint256 cost = Margin.costUp(legs, terms, Margin.markScenario(price, scenario.timeValue));
            require(cost <= worst, "a price inside costs more than the maximum");
        }
    }

    /// @notice What is owed, less what the same book is due, never exceeds maximum loss by so much as a unit.
    function testFuzz_NoPriceOwesMoreThanMaximumLoss(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        uint256 maximumLoss = Margin.maximumLossUp(legs, terms);
        for (uint256 i = 0; i < 8; ++i) _requireOwesAtMost(legs, terms, _randomPrice(), maximumLoss);
        for (uint256 i = 0; i < legs.count; ++i) {
            uint256 strike = LegWord.strikeOf(legs.words[i]) * 1e4;
            _requireOwesAtMost(legs, terms, strike, maximumLoss);
            _requireOwesAtMost(legs, terms, (strike * (10_000 + terms.capBps)) / 10_000, maximumLoss);
            _requireOwesAtMost(legs, terms, (strike * 10_000) / (10_000 + terms.capBps) + 1, maximumLoss);
        }
        _requireOwesAtMost(legs, terms, 1, maximumLoss);
        _requireOwesAtMost(legs, terms, type(uint64).max, maximumLoss);
        _requireOwesAtMost(legs, terms, band.price, maximumLoss);
    }

    /// @notice `count` times the book needs `count` times as much, up to the one rounding.
    function testFuzz_RequirementsScaleWithSize(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (Scenario memory initial, ) = _scenarios(band);
        uint256 times = 2 + _next(1000);
        Legs memory larger = _copy(legs);
        for (uint256 i = 0; i < legs.count; ++i) {
            uint256 leg = legs.words[i];
            int256 size = LegWord.sizeOf(leg) / int256(times);
            legs.words[i] = LegWord.pack(LegWord.strikeOf(leg), LegWord.isCallOf(leg), size);
            larger.words[i] = LegWord.pack(LegWord.strikeOf(leg), LegWord.isCallOf(leg), size * int256(times));
        }
        Requirement memory once = Margin.calculateRequirement(legs, terms, initial);
        Requirement memory many = Margin.calculateRequirement(larger, terms, initial);
        _requireScaled(many.cost, once.cost, times);
        _requireScaled(many.maximumLoss, once.maximumLoss, times);
        _requireScaled(many.amount, once.amount, times);
    }

    /// @notice Two books that together hold the legs of one owe and are due exactly what it does, at any price.
    function testFuzz_SplittingChangesNoPayoff(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, ) = _randomBook();
        Legs memory part = _copy(legs);
        Legs memory rest = _copy(legs);
        for (uint256 i = 0; i < legs.count; ++i) {
            uint256 leg = legs.words[i];
            int256 size = LegWord.sizeOf(leg);
            int256 moved = (size * int256(_next(1001))) / 1000;
            part.words[i] = LegWord.pack(LegWord.strikeOf(leg), LegWord.isCallOf(leg), moved);
            rest.words[i] = LegWord.pack(LegWord.strikeOf(leg), LegWord.isCallOf(leg), size - moved);
        }
        uint256 price = _randomPrice();
        (uint256 owed, uint256 due) = Payoff.numerators(legs, terms, price);
        (uint256 partOwed, uint256 partDue) = Payoff.numerators(part, terms, price);
        (uint256 restOwed, uint256 restDue) = Payoff.numerators(rest, terms, price);
        require(owed == partOwed + restOwed, "owed");
        require(due == partDue + restDue, "due");
        uint256 maximumLoss = Margin.maximumLossUp(legs, terms);
        uint256 split = Margin.maximumLossUp(part, terms) + Margin.maximumLossUp(rest, terms);
        require(split >= maximumLoss, "splitting must not lower maximum loss");
    }

    /// @notice Finding 1: worst far above every strike, where no strike and no cap lies.
    function test_NakedCoinCallCanLoseAWholeCoin() external pure {
        Terms memory terms = Terms(CollateralKind.Coin, 8, 10_000);
        Legs memory legs = _single(3000e4, true, -int256(_OPTION));
        require(Margin.maximumLossUp(legs, terms) == 1e8, "one coin");
        require(!Margin.isCovered(legs, terms, _plain(_SPOT, 100e6), 0), "not for nothing");
    }

    /// @notice A quote call and a coin put can lose c, a put its strike; nothing else bounds them.
    function test_NakedShortsCanLoseTheirCap() external pure {
        int256 size = -int256(_OPTION);
        Terms memory quote = Terms(CollateralKind.Quote, 6, 15_000);
        require(Margin.maximumLossUp(_single(3000e4, true, size), quote) == 4500e6, "c times the strike");
        require(Margin.maximumLossUp(_single(3000e4, false, size), quote) == 3000e6, "the strike");
        Terms memory coin = Terms(CollateralKind.Coin, 8, 15_000);
        require(Margin.maximumLossUp(_single(3000e4, false, size), coin) == 1.5e8, "c coins");
    }

    /// @notice Finding 25: legs rounded one by one would owe a unit more than maximum loss between strikes.
    function test_BoxOfEightLegsNeverOwesMoreThanMaximumLoss() external pure {
        for (uint256 kind = 0; kind < 2; ++kind) {
            Terms memory terms = Terms(CollateralKind(kind), 6, 13_333);
            Legs memory legs = _boxes();
            uint256 maximumLoss = Margin.maximumLossUp(legs, terms);
            if (kind == 0) require(maximumLoss == 234_692, "the widths of both boxes, rounded up once");
            for (uint256 price = 1500e8; price < 5500e8; price += 7_777_777_777) {
                _requireOwesAtMost(legs, terms, price, maximumLoss);
            }
        }
    }

    /// @notice Without a price that measures anything only full collateral covers, and it always does.
    function test_StalePriceMeansMaximumLoss() external pure {
        Terms memory terms = Terms(CollateralKind.Quote, 6, 10_000);
        Legs memory legs = _single(3000e4, false, -int256(_OPTION));
        Scenario memory scenario = _plain(_SPOT, 1e8);
        scenario.isStale = true;
        require(Margin.calculateRequirement(legs, terms, scenario).amount == 3000e6, "the strike");
        require(Margin.isCovered(legs, terms, scenario, 3000e6), "full collateral");
        require(!Margin.isCovered(legs, terms, scenario, 3000e6 - 1), "a unit less");
        require(Margin.isCovered(_single(3000e4, true, int256(_OPTION)), terms, scenario, 0), "longs need nothing");
    }

    /// @notice Finding 9: k and the add-on stay inside the minimum, so no mode asks for more than can be lost.
    function test_ModeNeverAsksForMoreThanMaximumLoss() external pure {
        Terms memory terms = Terms(CollateralKind.Quote, 6, 10_000);
        Legs memory legs = _single(3000e4, false, -int256(_OPTION));
        legs.count = 2;
        legs.words[1] = LegWord.pack(2700e4, false, int256(_OPTION));
        Scenario memory scenario = _plain(_SPOT, 4e8);
        scenario.multiplierBps = 12_500;
        scenario.addOnBps = 1000;
        require(Margin.calculateRequirement(legs, terms, scenario).amount == 300e6, "the width of the spread");
    }

    function _requireNotAbove(
        Legs memory better,
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario
    ) private pure {
        Requirement memory less = Margin.calculateRequirement(better, terms, scenario);
        Requirement memory more = Margin.calculateRequirement(legs, terms, scenario);
        require(less.amount <= more.amount, "requirement rose");
        require(less.cost <= more.cost, "cost rose");
        require(less.maximumLoss <= more.maximumLoss, "maximum loss rose");
    }

    function _requireOwesAtMost(Legs memory legs, Terms memory terms, uint256 price, uint256 maximumLoss) private pure {
        (uint256 owed, uint256 due) = Payoff.numerators(legs, terms, price);
        if (owed <= due) return;
        require(Payoff.toUnitsUp(owed - due, terms, price) <= maximumLoss, "owes more than maximum loss");
    }

    function _requireScaled(uint256 many, uint256 once, uint256 times) private pure {
        require(many <= once * times, "more than in proportion");
        require(once == 0 || many > (once - 1) * times, "less than in proportion");
    }

    function _single(uint256 strike, bool isCall, int256 size) private pure returns (Legs memory legs) {
        legs.count = 1;
        legs.words[0] = LegWord.pack(strike, isCall, size);
    }

    /// @dev Two short boxes of awkward strikes and sizes: worth their width at every price.
    function _boxes() private pure returns (Legs memory legs) {
        legs.count = 8;
        for (uint256 i = 0; i < 2; ++i) {
            (uint256 low, uint256 high) = (2222_3333 + i * 111, 2222_3333 + 333_3333 + i * 777);
            int256 size = i == 0 ? int256(333) : int256(371);
            legs.words[4 * i] = LegWord.pack(low, true, -size);
            legs.words[4 * i + 1] = LegWord.pack(high, true, size);
            legs.words[4 * i + 2] = LegWord.pack(high, false, -size);
            legs.words[4 * i + 3] = LegWord.pack(low, false, size);
        }
    }

    function _plain(uint256 price, uint256 timeValue) private pure returns (Scenario memory) {
        return Margin.initialScenario(Band(price, price, price), 2500, 1200, timeValue, 10_000, 0);
    }

    function _copy(Legs memory legs) private pure returns (Legs memory copied) {
        copied.count = legs.count;
        for (uint256 i = 0; i < legs.count; ++i) copied.words[i] = legs.words[i];
    }
}
