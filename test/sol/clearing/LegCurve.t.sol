// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Band, CollateralKind, Legs, Scenario, Terms } from "../../../contracts/shared/ClearingTypes.sol";
import { LegCurve } from "../../../contracts/shared/LegCurve.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";
import { Margin } from "../../../contracts/shared/Margin.sol";
import { BookDraw } from "./BookDraw.sol";

/// @notice Sums and walks in assembly against the formula they stand for, leg by leg in checked arithmetic.
contract LegCurveTest is BookDraw {
    uint256 private constant _ONE = 1e9;
    /// @dev 1 in z.
    uint256 private constant _T = 3e9;
    uint256 private constant _STRIKE_TO_PRICE = 1e4;
    uint256 private constant _BPS = 10_000;
    /// @dev A price so high that every option has ended.
    uint256 private constant _FAR = 1 << 96;

    /// @notice How legs are counted, as the rules say it. Nine decimals but for caps, which are over T.
    struct Rules {
        uint256 shortTime;
        uint256 shortCap;
        uint256 longShare;
        uint256 longCap;
    }

    /// @notice A price as a ratio.
    struct Point {
        uint256 u;
        uint256 v;
    }

    function testFuzz_TheLossIsWhatTheLegsCost(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        uint256 timeValue = _next(_ONE + 1);
        Point memory at = _pointAt(terms, 1 + _next(band.price));
        int256 loss = LegCurve.lossAt(legs, _isCoin(terms), LegCurve.stressWeights(terms, timeValue), at.u, at.v);
        require(loss == _lossAt(legs, terms, _stress(terms, timeValue), at), "stress");
        loss = LegCurve.lossAt(legs, _isCoin(terms), LegCurve.payoffWeights(terms), at.u, at.v);
        require(loss == _lossAt(legs, terms, _payoff(terms), at), "payoff");
    }

    function testFuzz_TheCurveHasTheLossAtEveryPrice(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, ) = _randomBook();
        LegCurve.Weights memory weights = LegCurve.stressWeights(terms, _next(_ONE + 1));
        LegCurve.Curve memory curve = LegCurve.curveOf(legs, _isCoin(terms), weights);
        for (uint256 i = 0; i < 4; ++i) {
            Point memory at = _pointAt(terms, _randomPrice());
            int256 sum = curve.constantTerm * int256(at.v);
            for (uint256 term = curve.first; term < curve.end; term += LegCurve.TERM_BYTES) {
                (int256 weight, uint256 n, uint256 m) = LegCurve.termAt(term);
                sum += weight * int256(_smaller(n * at.u, m * at.v));
            }
            require(sum == LegCurve.lossAt(legs, _isCoin(terms), weights, at.u, at.v), "constant and terms");
        }
    }

    function testFuzz_TheWalkKnowsTheLowEndAndEveryBendInside(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (Scenario memory scenario, ) = _scenarios(band);
        LegCurve.Weights memory weights = LegCurve.stressWeights(terms, scenario.timeValue);
        LegCurve.Curve memory curve = LegCurve.curveOf(legs, _isCoin(terms), weights);
        (Point memory low, Point memory high) = _ends(terms, scenario);
        (int256 level, int256 slope, uint256 bend, uint256 end) = LegCurve.walkOf(curve, low.u, low.v, high.u, high.v);
        int256 loss = level * int256(low.v) + slope * int256(low.u);
        require(loss == LegCurve.lossAt(legs, _isCoin(terms), weights, low.u, low.v), "low end");
        uint256 inside = 0;
        for (uint256 term = curve.first; term < curve.end; term += LegCurve.TERM_BYTES) {
            (, uint256 n, uint256 m) = LegCurve.termAt(term);
            if (m * low.v > n * low.u && m * high.v < n * high.u) ++inside;
        }
        require((end - bend) / 0x20 == inside, "every bend between the ends, and no other");
        (uint256 lastN, uint256 lastM) = (1, 0);
        for (; bend < end; bend += 0x20) {
            (, uint256 n, uint256 m) = LegCurve.bendAt(bend);
            require(m * lastN >= lastM * n, "in the order of their prices");
            (lastN, lastM) = (n, m);
        }
    }

    function testFuzz_TheShapeSaysWhichWayTheLegsCost(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, ) = _randomBook();
        (uint256 expected, bool rising, bool falling) = (0, false, false);
        for (uint256 i = 0; i < legs.count; ++i) {
            (, bool isUp, int256 size) = _legOf(legs, terms, i);
            if (size < 0) expected += uint256(-size);
            if (isUp == (size < 0)) rising = true;
            else falling = true;
        }
        (uint256 shorts, bool rises, bool falls) = LegCurve.shapeOf(legs, _isCoin(terms));
        require(shorts == expected, "shorts");
        require(rises == rising && falls == falling, "ways");
    }

    /// @notice Worst of both ends, every strike and every cap between them: nowhere else may a book cost most.
    function testFuzz_ARequirementIsTheWorstOfAllPoints(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (Scenario memory scenario, ) = _scenarios(band);
        uint256 shorts = _shortsOf(legs, terms);
        if (shorts == 0) require(Margin.costUp(legs, terms, scenario) == 0, "longs need nothing");
        else {
            (Point memory low, Point memory high) = _ends(terms, scenario);
            Rules memory rules = _stress(terms, scenario.timeValue);
            uint256 worst = _worst(legs, terms, rules, Margin.scaleOf(terms, scenario, shorts), low, high);
            require(Margin.costUp(legs, terms, scenario) == worst, "cost");
        }
    }

    function testFuzz_MaximumLossIsTheWorstOfAllPoints(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, ) = _randomBook();
        Scenario memory neutral;
        neutral.multiplierBps = _BPS;
        Margin.Scale memory scale = Margin.scaleOf(terms, neutral, 0);
        uint256 worst = _worst(legs, terms, _payoff(terms), scale, Point(0, 1), Point(_FAR, 1));
        require(Margin.maximumLossUp(legs, terms) == worst, "maximum loss");
    }

    function _worst(
        Legs memory legs,
        Terms memory terms,
        Rules memory rules,
        Margin.Scale memory scale,
        Point memory low,
        Point memory high
    ) private pure returns (uint256 worst) {
        worst = _larger(
            _unitsUp(scale, _lossAt(legs, terms, rules, low), low.v),
            _unitsUp(scale, _lossAt(legs, terms, rules, high), high.v)
        );
        for (uint256 i = 0; i < legs.count; ++i) {
            (uint256 strike, , int256 size) = _legOf(legs, terms, i);
            uint256 cap = size < 0 ? rules.shortCap : rules.longCap;
            for (uint256 end = 0; end < 2; ++end) {
                uint256 kappa = end == 0 ? _T : cap;
                Point memory at = _isCoin(terms) ? Point(kappa, strike) : Point(kappa * strike, 1);
                if (low.u * at.v > at.u * low.v || at.u * high.v > high.u * at.v) continue;
                worst = _larger(worst, _unitsUp(scale, _lossAt(legs, terms, rules, at), at.v));
            }
        }
    }

    /// @dev Shorts less longs over ONE·T·v: size · (top − (1 − TV)·min(z, 1)) of shorts, less a share of top − min(z, 1) of longs.
    function _lossAt(
        Legs memory legs,
        Terms memory terms,
        Rules memory rules,
        Point memory at
    ) private pure returns (int256 loss) {
        for (uint256 i = 0; i < legs.count; ++i) {
            (uint256 strike, bool isUp, int256 size) = _legOf(legs, terms, i);
            (uint256 z, uint256 one) = _isCoin(terms) ? (strike * at.u, at.v) : (at.u, strike * at.v);
            uint256 cap = size < 0 ? rules.shortCap : rules.longCap;
            int256 top = int256(isUp ? _smaller(z, cap * one) : _T * one);
            int256 bend = int256(_smaller(z, _T * one));
            if (size < 0) loss -= size * (int256(_ONE) * top - int256(_ONE - rules.shortTime) * bend);
            else loss -= size * int256(rules.longShare) * (top - bend);
        }
    }

    /// @dev ⌈(max(loss, floor) · k + add-on) / …⌉ in ledger units.
    function _unitsUp(Margin.Scale memory scale, int256 loss, uint256 v) private pure returns (uint256) {
        uint256 charged = scale.floor * v;
        if (loss > int256(charged)) charged = uint256(loss);
        uint256 numerator = (charged * scale.multiplier + scale.addOn * v) * scale.up;
        return numerator == 0 ? 0 : (numerator - 1) / (scale.down * v) + 1;
    }

    /// @dev Time value on shorts, which their cap includes; 98 % of longs, with a third of the cap.
    function _stress(Terms memory terms, uint256 timeValue) private pure returns (Rules memory) {
        uint256 c = terms.capBps;
        return Rules(timeValue, _T + (c * _T) / _BPS - 3 * timeValue, (98 * _ONE) / 100, _T + (c * _T) / (3 * _BPS));
    }

    function _payoff(Terms memory terms) private pure returns (Rules memory) {
        uint256 cap = _T + (terms.capBps * _T) / _BPS;
        return Rules(0, cap, _ONE, cap);
    }

    function _ends(Terms memory terms, Scenario memory scenario) private pure returns (Point memory, Point memory) {
        if (_isCoin(terms)) return (_pointAt(terms, scenario.high), _pointAt(terms, scenario.low));
        return (_pointAt(terms, scenario.low), _pointAt(terms, scenario.high));
    }

    /// @dev s = u / (T·v) in quote markets, T·v / u in coin markets.
    function _pointAt(Terms memory terms, uint256 price) private pure returns (Point memory) {
        return _isCoin(terms) ? Point(_T, price) : Point(price * _T, 1);
    }

    /// @return strike At price scale. @return isUp It pays when the curve's ratio rises.
    function _legOf(
        Legs memory legs,
        Terms memory terms,
        uint256 i
    ) private pure returns (uint256 strike, bool isUp, int256 size) {
        uint256 leg = legs.words[i];
        return (LegWord.strikeOf(leg) * _STRIKE_TO_PRICE, LegWord.isCallOf(leg) != _isCoin(terms), LegWord.sizeOf(leg));
    }

    function _shortsOf(Legs memory legs, Terms memory terms) private pure returns (uint256 shorts) {
        for (uint256 i = 0; i < legs.count; ++i) {
            (, , int256 size) = _legOf(legs, terms, i);
            if (size < 0) shorts += uint256(-size);
        }
    }

    function _isCoin(Terms memory terms) private pure returns (bool) {
        return terms.kind == CollateralKind.Coin;
    }

    function _smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _larger(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
