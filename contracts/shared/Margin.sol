// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { Band, CollateralKind, Legs, Marks, Requirement, Scenario, Terms } from "./ClearingTypes.sol";
import { LegCurve } from "./LegCurve.sol";
import { BPS } from "./OracleTypes.sol";

/// @title Margin
/// @notice What a book must hold (DESIGN §5). U, z, up and down legs are those of `Payoff`. A short counts as
/// U·min(payoff/U + TV·min(1, z), cap), cap c of an up leg and 1 of a down leg; a long as 0.98·U·min((z−1)⁺, c/3) or
/// 0.98·U·(1−z)⁺. *Stress* is the largest value of shorts less longs over an interval of prices, *maximum loss* the largest
/// sum of pure payoffs at any price.
///
/// What is added up, and where the worst price lies, is told in {LegCurve}. Beyond its notes:
///
/// 1. Exact sums. What is divided is whole, and only ledger units are rounded, once, up; rounding up before or after taking a
///    maximum is the same.
/// 2. Nothing overflows, which is why the sums are unchecked. Losses are below 2^219, see {LegCurve}; times k < 2^16, plus
///    floor and add-on, 2^237; times 10^3 for nine decimals 2^247.
/// 3. Order. For x_m ≤ x_i ≤ 90 %, φ_m ≤ φ_i, σ_m ≤ σ_i and k ≥ 1 the scenarios of M₀, M, MM and IM are nested, so
///    0 ≤ M₀ ≤ M ≤ MM ≤ IM ≤ maximum loss.
library Margin {
    /// @dev 1 in time values.
    uint256 private constant _ONE = LegCurve.ONE;
    /// @dev 1 in z.
    uint256 private constant _T = LegCurve.T;
    /// @dev 1 in numerators.
    uint256 private constant _WHOLE = _ONE * _T;
    /// @dev The interval reaches at most this far from the price, in bps.
    uint256 private constant _WIDEST = 9000;
    uint256 private constant _YEAR = 365 days;
    /// @dev Size and price have 14 decimals together, size alone 6.
    uint256 private constant _QUOTE_DECIMALS = 14;
    uint256 private constant _COIN_DECIMALS = 6;

    /// @notice How values of a curve become ledger units; floor and add-on are values at v = 1.
    struct Scale {
        uint256 floor;
        uint256 addOn;
        uint256 multiplier;
        uint256 up;
        uint256 down;
    }

    /// @notice TV = min(0.4·σ·√τ, 1), 9 decimals, rounded up. An upper bound of what an option is worth beyond its payoff,
    /// as a share of U·min(1, z): 2N(v/2) − 1 ≤ 0.4·v.
    /// @param volatilityBps σ per year, at most 32 bits.
    /// @param secondsLeft To the expiry, at most 40 bits; 0 at and after it.
    function timeValueUp(uint256 volatilityBps, uint256 secondsLeft) internal pure returns (uint256 timeValue) {
        unchecked {
            // (0.4·σ·√τ)² = 0.16·σ²·τ, below 2^136. The root of a fraction rounded up is the root, rounded up, of the fraction
            // rounded up.
            uint256 square = FixedPointMathLib.divUp(
                ((16 * _ONE * _ONE) / (100 * BPS * BPS)) * volatilityBps * volatilityBps * secondsLeft,
                _YEAR
            );
            timeValue = FixedPointMathLib.sqrt(square);
            if (timeValue * timeValue < square) ++timeValue;
            if (timeValue > _ONE) timeValue = _ONE;
        }
    }

    /// @notice What initial margin looks at: the band widened by the shock, at the worst edge. The interval is rounded outwards.
    /// @param shockBps x_i, at most 9,000.
    /// @param floorBps φ_i.
    /// @param timeValue At the larger of 120 % and realised volatility; 9 decimals.
    /// @param multiplierBps k.
    /// @param addOnBps Sentinel add-on.
    function initialScenario(
        Band memory band,
        uint256 shockBps,
        uint256 floorBps,
        uint256 timeValue,
        uint256 multiplierBps,
        uint256 addOnBps
    ) internal pure returns (Scenario memory scenario) {
        uint256 price = band.price;
        unchecked {
            // Prices are below 2^64, low ≤ price ≤ high.
            uint256 shock = FixedPointMathLib.divUp(price * shockBps, BPS);
            uint256 widest = (price * _WIDEST) / BPS;
            scenario.low = price - FixedPointMathLib.min(price - band.low + shock, widest);
            scenario.high = price + FixedPointMathLib.min(band.high - price + shock, widest);
        }
        scenario.price = price;
        scenario.timeValue = timeValue;
        scenario.floorBps = floorBps;
        scenario.multiplierBps = multiplierBps;
        scenario.addOnBps = addOnBps;
    }

    /// @notice What maintenance margin looks at: the shock less what uncertainty takes of it on either side, the best edge for
    /// whoever is to be liquidated. The interval is rounded inwards; neither mode nor add-on enter.
    /// @param shockBps x_m, at most x_i.
    /// @param floorBps φ_m, at most φ_i.
    /// @param timeValue At 100 % volatility; 9 decimals.
    function maintenanceScenario(
        Band memory band,
        uint256 shockBps,
        uint256 floorBps,
        uint256 timeValue
    ) internal pure returns (Scenario memory scenario) {
        uint256 price = band.price;
        unchecked {
            // Prices are below 2^64, low ≤ price ≤ high, a shock is below the price.
            uint256 shock = (price * shockBps) / BPS;
            scenario.low = price - FixedPointMathLib.zeroFloorSub(shock, price - band.low);
            scenario.high = price + FixedPointMathLib.zeroFloorSub(shock, band.high - price);
        }
        scenario.price = price;
        scenario.timeValue = timeValue;
        scenario.floorBps = floorBps;
        scenario.multiplierBps = BPS;
    }

    /// @notice The price itself, no floor: what the marks look at.
    function markScenario(uint256 price, uint256 timeValue) internal pure returns (Scenario memory scenario) {
        (scenario.price, scenario.low, scenario.high) = (price, price, price);
        scenario.timeValue = timeValue;
        scenario.multiplierBps = BPS;
    }

    /// @notice The requirement of a scenario and what it came from. To test a book, `isCovered` is cheaper.
    function calculateRequirement(
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario
    ) internal pure returns (Requirement memory) {
        uint256 cost = costUp(legs, terms, scenario);
        uint256 maximumLoss = maximumLossUp(legs, terms);
        return Requirement(cost, maximumLoss, FixedPointMathLib.min(cost, maximumLoss));
    }

    /// @notice M and M₀.
    /// @param price S, 8 decimals, above 0.
    /// @param timeValue At 100 % volatility; M₀ takes half of it, rounded up.
    function calculateMarks(
        Legs memory legs,
        Terms memory terms,
        uint256 price,
        uint256 timeValue
    ) internal pure returns (Marks memory) {
        uint256 maximumLoss = maximumLossUp(legs, terms);
        uint256 full = costUp(legs, terms, markScenario(price, timeValue));
        uint256 half = costUp(legs, terms, markScenario(price, (timeValue + 1) / 2));
        return Marks(FixedPointMathLib.min(full, maximumLoss), FixedPointMathLib.min(half, maximumLoss));
    }

    /// @notice Whether `cash` (ledger units) meets the requirement of a scenario: the same as `cash >= amount` of
    /// `calculateRequirement`, but maximum loss is looked at only when the scenario costs more than the cash, and either
    /// search ends at the first price that costs more.
    function isCovered(
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario,
        uint256 cash
    ) internal pure returns (bool) {
        return _cost(legs, terms, scenario, cash) <= cash || isFunded(legs, terms, cash);
    }

    /// @notice Whether a scenario costs more than `cash`, maximum loss aside; ends at the first price that does.
    function exceeds(
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario,
        uint256 cash
    ) internal pure returns (bool) {
        return _cost(legs, terms, scenario, cash) > cash;
    }

    /// @notice Whether `cash` is maximum loss at least; ends at the first price that costs more.
    function isFunded(Legs memory legs, Terms memory terms, uint256 cash) internal pure returns (bool) {
        return _maximumLoss(legs, terms, cash) <= cash;
    }

    /// @notice k · max(stress, φ·n·shorts) + add-on, in ledger units, rounded up; 0 without shorts.
    function costUp(Legs memory legs, Terms memory terms, Scenario memory scenario) internal pure returns (uint256) {
        return _cost(legs, terms, scenario, type(uint256).max);
    }

    /// @notice Most that the legs can ever cost, in ledger units, rounded up. No price.
    function maximumLossUp(Legs memory legs, Terms memory terms) internal pure returns (uint256) {
        return _maximumLoss(legs, terms, type(uint256).max);
    }

    /// @dev The cost, or the first one found above `limit`.
    function _cost(
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario,
        uint256 limit
    ) private pure returns (uint256) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        (uint256 shorts, bool rises, bool falls) = LegCurve.shapeOf(legs, isCoin);
        if (shorts == 0) return 0;
        if (scenario.isStale) return type(uint256).max;

        LegCurve.Weights memory weights = LegCurve.stressWeights(terms, scenario.timeValue);
        Scale memory scale = scaleOf(terms, scenario, shorts);
        (uint256 lowU, uint256 lowV, uint256 highU, uint256 highV) = (_T, scenario.high, _T, scenario.low);
        unchecked {
            if (!isCoin) (lowU, lowV, highU, highV) = (scenario.low * _T, 1, scenario.high * _T, 1);
        }
        if (!falls) return _unitsUp(scale, LegCurve.lossAt(legs, isCoin, weights, highU, highV), highV);
        bool isPoint = scenario.low == scenario.high;
        if (!rises || isPoint) return _unitsUp(scale, LegCurve.lossAt(legs, isCoin, weights, lowU, lowV), lowV);
        return _worstOnWalk(LegCurve.curveOf(legs, isCoin, weights), scale, lowU, lowV, highU, highV, limit);
    }

    /// @dev Maximum loss, or the first loss found above `limit`.
    function _maximumLoss(Legs memory legs, Terms memory terms, uint256 limit) private pure returns (uint256) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        (, bool rises, bool falls) = LegCurve.shapeOf(legs, isCoin);
        LegCurve.Weights memory weights = LegCurve.payoffWeights(terms);
        Scenario memory neutral;
        neutral.multiplierBps = BPS;
        Scale memory scale = scaleOf(terms, neutral, 0);
        if (!falls) return _unitsUp(scale, LegCurve.lossAt(legs, isCoin, weights, LegCurve.FAR, 1), 1);
        if (!rises) return _unitsUp(scale, LegCurve.lossAt(legs, isCoin, weights, 0, 1), 1);
        return _worstOnWalk(LegCurve.curveOf(legs, isCoin, weights), scale, 0, 1, LegCurve.FAR, 1, limit);
    }

    /// @dev The worst of both ends and the peaks inside ({LegCurve}, note 4), in ledger units, or the first one found above `limit`.
    function _worstOnWalk(
        LegCurve.Curve memory curve,
        Scale memory scale,
        uint256 lowU,
        uint256 lowV,
        uint256 highU,
        uint256 highV,
        uint256 limit
    ) private pure returns (uint256 worst) {
        (int256 level, int256 slope, uint256 bend, uint256 end) = LegCurve.walkOf(curve, lowU, lowV, highU, highV);
        unchecked {
            worst = _unitsUp(scale, level * int256(lowV) + slope * int256(lowU), lowV);
            for (; bend < end && worst <= limit; bend += 0x20) {
                (int256 weight, uint256 v, uint256 u) = LegCurve.bendAt(bend);
                int256 next = slope - weight * int256(v);
                if (slope > 0 && next <= 0) {
                    worst = FixedPointMathLib.max(worst, _unitsUp(scale, level * int256(v) + slope * int256(u), v));
                }
                level += weight * int256(u);
                slope = next;
            }
            if (worst > limit) return worst;
            return FixedPointMathLib.max(worst, _unitsUp(scale, level * int256(highV) + slope * int256(highU), highV));
        }
    }

    /// @dev k · max(loss, floor) + add-on at a price with this v, in ledger units, rounded up.
    function _unitsUp(Scale memory scale, int256 loss, uint256 v) private pure returns (uint256) {
        unchecked {
            uint256 cost = scale.floor * v;
            if (loss > int256(cost)) cost = uint256(loss);
            cost = (cost * scale.multiplier + scale.addOn * v) * scale.up;
            return FixedPointMathLib.divUp(cost, scale.down * v);
        }
    }

    /// @param shorts Sum of the sizes of shorts.
    function scaleOf(
        Terms memory terms,
        Scenario memory scenario,
        uint256 shorts
    ) internal pure returns (Scale memory scale) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        uint256 unitDecimals = terms.unitDecimals;
        uint256 decimals = isCoin ? _COIN_DECIMALS : _QUOTE_DECIMALS;
        unchecked {
            uint256 notional = isCoin ? shorts : shorts * scenario.price; // n · shorts
            scale.floor = notional * scenario.floorBps * (_WHOLE / BPS);
            scale.addOn = notional * scenario.addOnBps * _WHOLE;
            scale.multiplier = scenario.multiplierBps;
            bool isFiner = unitDecimals > decimals;
            scale.up = isFiner ? 10 ** (unitDecimals - decimals) : 1;
            scale.down = BPS * _WHOLE * (isFiner ? 1 : 10 ** (decimals - unitDecimals));
        }
    }
}
