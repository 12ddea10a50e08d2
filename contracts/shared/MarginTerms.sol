// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { CollateralKind, Legs, Scenario, Terms } from "./ClearingTypes.sol";
import { LegCurve } from "./LegCurve.sol";
import { LegWord } from "./LegWord.sol";
import { Margin } from "./Margin.sol";
import { CostTerms, LegTerms, PointKind, Rule, WorstPoint } from "./MarginTypes.sol";
import { BPS } from "./OracleTypes.sol";

/// @title Terms of margin
/// @notice Takes a requirement apart: at which price it arises and what every leg adds to it there. Values come from the
/// sums of {LegCurve}, one leg at a time; since those are sums over the legs, the parts add up exactly. For people who ask
/// why: nothing that moves money uses it.
library MarginTerms {
    /// @notice Prices between which the worst is sought, as u : v (note 2 of {LegCurve}), and what the ends are called.
    struct Span {
        uint256 lowU;
        uint256 lowV;
        uint256 highU;
        uint256 highV;
        PointKind low;
        PointKind high;
    }

    /// @notice One price that was looked at.
    struct Found {
        PointKind kind;
        uint256 leg;
        uint256 u;
        uint256 v;
        int256 loss;
    }

    /// @notice The terms of the requirement of a scenario.
    /// @param maximumLoss Of the legs, ledger units, rounded up.
    function explainCost(
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario,
        uint256 maximumLoss
    ) internal pure returns (CostTerms memory told) {
        uint256 shorts = _shortsOf(legs);
        if (shorts == 0) return told;
        if (scenario.isStale) {
            told.cost = type(uint256).max;
            told.amount = maximumLoss;
            told.rule = maximumLoss == 0 ? Rule.Nothing : Rule.MaximumLoss;
            return told;
        }
        bool isCoin = terms.kind == CollateralKind.Coin;
        LegCurve.Weights memory weights = LegCurve.stressWeights(terms, scenario.timeValue);
        Margin.Scale memory scale = Margin.scaleOf(terms, scenario, shorts);
        Found memory found = _search(legs, isCoin, weights, _spanOf(scenario, isCoin));
        told.worst = _tell(found, legs, terms, weights, scale);
        _addCost(told, scale, found.v);
        told.notionalUp = _notionalUp(terms, scenario, shorts);
        told.amount = Math.min(told.cost, maximumLoss);
        told.rule = _ruleOf(told, maximumLoss);
    }

    /// @notice Where maximum loss lies.
    function explainMaximumLoss(Legs memory legs, Terms memory terms) internal pure returns (WorstPoint memory) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        Span memory span = Span(0, 1, LegCurve.FAR, 1, PointKind.Zero, PointKind.Unbounded);
        if (isCoin) (span.low, span.high) = (span.high, span.low);
        LegCurve.Weights memory weights = LegCurve.payoffWeights(terms);
        Scenario memory none;
        return _tell(_search(legs, isCoin, weights, span), legs, terms, weights, Margin.scaleOf(terms, none, 0));
    }

    /// @dev In coin markets the ratio falls when the price rises.
    function _spanOf(Scenario memory scenario, bool isCoin) private pure returns (Span memory) {
        (uint256 low, uint256 high) = (scenario.low, scenario.high);
        if (isCoin) return Span(LegCurve.T, high, LegCurve.T, low, PointKind.High, PointKind.Low);
        return Span(low * LegCurve.T, 1, high * LegCurve.T, 1, PointKind.Low, PointKind.High);
    }

    /// @dev Both ends and the peaks inside, leg by leg; the first of several that are equally bad.
    function _search(
        Legs memory legs,
        bool isCoin,
        LegCurve.Weights memory weights,
        Span memory span
    ) private pure returns (Found memory worst) {
        int256 loss = LegCurve.lossAt(legs, isCoin, weights, span.lowU, span.lowV);
        worst = Found(span.low, 0, span.lowU, span.lowV, loss);
        loss = LegCurve.lossAt(legs, isCoin, weights, span.highU, span.highV);
        worst = _worse(worst, Found(span.high, 0, span.highU, span.highV, loss));
        for (uint256 i; i < legs.count; ++i) {
            LegCurve.Curve memory leg = LegCurve.curveOf(_only(legs, i), isCoin, weights);
            PointKind kind = LegWord.isShort(legs.words[i]) ? PointKind.Cap : PointKind.Strike;
            for (uint256 term = leg.first; term < leg.end; term += LegCurve.TERM_BYTES) {
                (int256 weight, uint256 v, uint256 u) = LegCurve.termAt(term);
                if (weight <= 0 || span.lowU * v >= u * span.lowV || u * span.highV >= span.highU * v) continue;
                worst = _worse(worst, Found(kind, i, u, v, LegCurve.lossAt(legs, isCoin, weights, u, v)));
            }
        }
    }

    /// @dev `b` if its loss over its v is larger: exactly, for rounding would hide what the factor k shows.
    function _worse(Found memory a, Found memory b) private pure returns (Found memory) {
        bool isGain = b.loss < 0;
        if ((a.loss < 0) != isGain) return isGain ? a : b;
        (uint256 highA, uint256 lowA) = Math.mul512(_absolute(a.loss), b.v);
        (uint256 highB, uint256 lowB) = Math.mul512(_absolute(b.loss), a.v);
        if (highA == highB && lowA == lowB) return a;
        bool isLarger = highB > highA || (highB == highA && lowB > lowA);
        return isLarger == isGain ? a : b;
    }

    /// @dev The price and every leg's part of the loss there.
    function _tell(
        Found memory found,
        Legs memory legs,
        Terms memory terms,
        LegCurve.Weights memory weights,
        Margin.Scale memory scale
    ) private pure returns (WorstPoint memory told) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        (uint256 u, uint256 v) = (found.u, found.v);
        told.kind = found.kind;
        told.leg = found.leg;
        if (found.kind == PointKind.Unbounded) told.price = type(uint256).max;
        else if (found.kind != PointKind.Zero) told.price = isCoin ? (LegCurve.T * v) / u : u / (LegCurve.T * v);
        int256 up = int256(scale.up);
        told.denominator = (scale.down / BPS) * v;
        told.loss = found.loss * up;
        told.lossUp = _ceil(told.loss, told.denominator);

        LegCurve.Weights memory pay = LegCurve.payoffWeights(terms);
        LegCurve.Weights memory timeless = LegCurve.Weights({
            shortTop: weights.shortTop,
            shortBend: weights.shortTop,
            shortCap: weights.shortCap,
            longTop: weights.longTop,
            longBend: weights.longBend,
            longCap: weights.longCap
        });
        told.legs = new LegTerms[](legs.count);
        for (uint256 i; i < legs.count; ++i) {
            Legs memory leg = _only(legs, i);
            int256 total = up * LegCurve.lossAt(leg, isCoin, weights, u, v);
            int256 payoff = up * LegCurve.lossAt(leg, isCoin, pay, u, v);
            int256 timeValue = total - up * LegCurve.lossAt(leg, isCoin, timeless, u, v);
            told.legs[i] = LegTerms({
                payoff: payoff,
                timeValue: timeValue,
                cut: total - payoff - timeValue,
                total: total,
                totalUp: _ceil(total, told.denominator)
            });
        }
    }

    /// @dev Floor and add-on of a scale are values at v = 1, over BPS times the denominator at v = 1.
    function _addCost(CostTerms memory told, Margin.Scale memory scale, uint256 v) private pure {
        uint256 denominator = told.worst.denominator;
        told.floor = scale.floor * v * scale.up;
        told.addOn = (scale.addOn / BPS) * v * scale.up;
        told.floorUp = Math.ceilDiv(told.floor, denominator);
        told.addOnUp = Math.ceilDiv(told.addOn, denominator);
        int256 loss = told.worst.loss;
        uint256 charged = loss > int256(told.floor) ? uint256(loss) : told.floor;
        told.cost = Math.ceilDiv(charged * scale.multiplier + told.addOn * BPS, denominator * BPS);
    }

    /// @dev A floor of the whole.
    function _notionalUp(Terms memory terms, Scenario memory scenario, uint256 shorts) private pure returns (uint256) {
        Scenario memory whole;
        whole.price = scenario.price;
        whole.floorBps = BPS;
        Margin.Scale memory scale = Margin.scaleOf(terms, whole, shorts);
        return Math.ceilDiv(scale.floor * scale.up, scale.down / BPS);
    }

    function _ruleOf(CostTerms memory told, uint256 maximumLoss) private pure returns (Rule) {
        if (told.amount == 0) return Rule.Nothing;
        if (told.amount == maximumLoss) return Rule.MaximumLoss;
        return told.worst.loss > int256(told.floor) ? Rule.Stress : Rule.Floor;
    }

    function _shortsOf(Legs memory legs) private pure returns (uint256 shorts) {
        for (uint256 i; i < legs.count; ++i) {
            int256 size = LegWord.sizeOf(legs.words[i]);
            if (size < 0) shorts += uint256(-size);
        }
    }

    function _only(Legs memory legs, uint256 i) private pure returns (Legs memory leg) {
        leg.count = 1;
        leg.words[0] = legs.words[i];
    }

    /// @dev Rounds towards plus infinity.
    function _ceil(int256 numerator, uint256 denominator) private pure returns (int256) {
        if (numerator <= 0) return -int256(_absolute(numerator) / denominator);
        return int256(Math.ceilDiv(uint256(numerator), denominator));
    }

    function _absolute(int256 value) private pure returns (uint256) {
        return value < 0 ? uint256(-value) : uint256(value);
    }
}
