// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { Band, CollateralKind, Legs, Marks, Requirement, Scenario, Terms } from "./ClearingTypes.sol";
import { LegWord } from "./LegWord.sol";
import { BPS } from "./OracleTypes.sol";
import { STRIKE_TO_PRICE } from "./Payoff.sol";

/// @title Margin
/// @notice What a book must hold (DESIGN §5). U, z, up and down legs are those of `Payoff`. A short counts as
/// U·min(payoff/U + TV·min(1, z), cap), cap c of an up leg and 1 of a down leg; a long as 0.98·U·min((z−1)⁺, c/3) or
/// 0.98·U·(1−z)⁺. *Stress* is the largest value of shorts less longs over an interval of prices, *maximum loss* the largest
/// sum of pure payoffs at any price.
///
/// 1. One formula. With κ = 1+c−TV for shorts and 1+c/3 for longs, every leg is, times its size,
///      short  U·(top − (1−TV)·min(z, 1)),   long  −0.98·U·(top − min(z, 1)),   top = min(z, κ) up, 1 down.
///    (A down leg never reaches its cap, since TV ≤ 1.) A pure payoff is the long with κ = 1+c and 1 for 0.98. So a book is a
///    constant and at most sixteen terms weight·U·min(z, κ): its *curve*.
/// 2. Both kinds. A price is a ratio u : v, s = u/(T·v) in quote markets and T·v/u in coin markets, where T is 1 in κ. Then
///    U·min(z, κ) = min(n·u, m·v)/(T·v) with whole numbers (n, m) = (1, κ·T·K) and (K, κ·T), and a constant U is
///    T·K and T over T. The curve knows no kind any more, and its value is a whole number over ONE·T·v.
/// 3. Exact points. Every term is piecewise linear in u/v, and the slope of the sum falls only where n·u = m·v in a term of
///    positive weight: at strikes of longs, and where short up legs reach their cap. The maximum over an interval lies at an
///    end or at such a peak u : v = m : n inside it; no other price is looked at.
/// 4. Exact sums. T = 3·ONE holds TV, a third of c and 0.98 exactly. What is divided is whole, and only ledger units are
///    rounded, once, up; rounding up before or after taking a maximum is the same.
/// 5. Nothing overflows, which is why the sums are unchecked. Sizes are those of `LegWord` (below 2^86), strikes below 2^54 at
///    price scale, prices below 2^65 after widening. A weight is below 2^(86 + 30). In quote markets v = 1, u < 2^97, and a
///    term, at most m, is below 2^(33 + 54); in coin markets u < 2^33, v < 2^65, a term at most m·v < 2^(33 + 65). Sixteen
///    terms and the constant are below 2^219; times k < 2^16, plus floor and add-on, 2^237; times 10^3 for nine decimals
///    2^247. For maximum loss u may be 2^96, but a term is still at most m·v.
/// 6. Order. For x_m ≤ x_i ≤ 90 %, φ_m ≤ φ_i, σ_m ≤ σ_i and k ≥ 1 the scenarios of M₀, M, MM and IM are nested, so
///    0 ≤ M₀ ≤ M ≤ MM ≤ IM ≤ maximum loss.
library Margin {
    /// @dev 1 in time values.
    uint256 internal constant ONE = 1e9;
    /// @dev T: 1 in z. Three times ONE holds a third of c, and all in steps finer than a basis point.
    uint256 internal constant T = 3 * ONE;
    /// @dev 1 in numerators.
    uint256 private constant _WHOLE = ONE * T;
    /// @dev What a long counts for.
    uint256 private constant _CREDIT = (ONE * 98) / 100;
    /// @dev The interval reaches at most this far from the price, in bps.
    uint256 private constant _WIDEST = 9000;
    uint256 private constant _YEAR = 365 days;
    /// @dev Size and price have 14 decimals together, size alone 6.
    uint256 private constant _QUOTE_DECIMALS = 14;
    uint256 private constant _COIN_DECIMALS = 6;

    /// @dev u of a price so far out, at v = 1, that every term stands at its m.
    uint256 internal constant FAR = 1 << 96;
    uint256 internal constant TERM_BYTES = 96;

    /// @notice How legs are counted: weights and ends of the formula of note 1.
    struct Weights {
        int256 held; // 1 − TV of shorts, ONE is 1
        int256 credit; // 0.98 of longs, or 1 for pure payoffs; ONE is 1
        uint256 shortCap; // κ·T of short up legs
        uint256 longCap; // κ·T of long up legs
    }

    /// @notice Shorts less longs as constant·v + Σ weight·min(n·u, m·v), over ONE·T·v (note 2).
    /// @param shorts Sum of the sizes of shorts.
    /// @param first Where its terms lie in memory, three words each: weight, n, m.
    /// @param end Where they end.
    struct Curve {
        int256 constantTerm;
        uint256 shorts;
        uint256 first;
        uint256 end;
    }

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
        // (0.4·σ·√τ)² = 0.16·σ²·τ. The root of a fraction rounded up is the root, rounded up, of the fraction rounded up.
        uint256 square = FixedPointMathLib.divUp(
            ((16 * ONE * ONE) / (100 * BPS * BPS)) * volatilityBps * volatilityBps * secondsLeft,
            _YEAR
        );
        timeValue = FixedPointMathLib.sqrt(square);
        if (timeValue * timeValue < square) ++timeValue;
        if (timeValue > ONE) timeValue = ONE;
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
    ) internal pure returns (Scenario memory) {
        uint256 price = band.price;
        uint256 shock = (price * shockBps) / BPS;
        uint256 below = FixedPointMathLib.zeroFloorSub(shock, price - band.low);
        uint256 above = FixedPointMathLib.zeroFloorSub(shock, band.high - price);
        return Scenario(price, price - below, price + above, timeValue, floorBps, BPS, 0, false);
    }

    /// @notice The price itself, no floor: what the marks look at.
    function markScenario(uint256 price, uint256 timeValue) internal pure returns (Scenario memory) {
        return Scenario(price, price, price, timeValue, 0, BPS, 0, false);
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

    /// @notice How stress counts legs: time value on shorts, 0.98 and a third of the cap of longs.
    function stressWeights(Terms memory terms, uint256 timeValue) internal pure returns (Weights memory weights) {
        uint256 capBps = terms.capBps;
        unchecked {
            weights.held = int256(ONE - timeValue);
            weights.credit = int256(_CREDIT);
            weights.shortCap = T + capBps * (T / BPS) - 3 * timeValue;
            weights.longCap = T + capBps * (ONE / BPS);
        }
    }

    /// @notice How maximum loss counts legs: what they pay.
    function payoffWeights(Terms memory terms) internal pure returns (Weights memory) {
        uint256 cap = T + terms.capBps * (T / BPS);
        return Weights(int256(ONE), int256(ONE), cap, cap);
    }

    /// @dev The cost, or the first one found above `limit`.
    function _cost(
        Legs memory legs,
        Terms memory terms,
        Scenario memory scenario,
        uint256 limit
    ) private pure returns (uint256) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        Curve memory curve = curveOf(legs, isCoin, stressWeights(terms, scenario.timeValue));
        if (curve.shorts == 0) return 0;
        if (scenario.isStale) return type(uint256).max;

        Scale memory scale = scaleOf(terms, scenario, curve.shorts);
        (uint256 low, uint256 high) = (scenario.low, scenario.high);
        if (isCoin) return _worstBetween(curve, scale, T, high, T, low, limit);
        unchecked {
            return _worstBetween(curve, scale, low * T, 1, high * T, 1, limit);
        }
    }

    /// @dev Maximum loss, or the first loss found above `limit`.
    function _maximumLoss(Legs memory legs, Terms memory terms, uint256 limit) private pure returns (uint256) {
        Scenario memory neutral;
        neutral.multiplierBps = BPS;
        Curve memory curve = curveOf(legs, terms.kind == CollateralKind.Coin, payoffWeights(terms));
        return _worstBetween(curve, scaleOf(terms, neutral, 0), 0, 1, FAR, 1, limit);
    }

    /// @dev The worst of both ends and the peaks inside, in ledger units, or the first one found above `limit`.
    function _worstBetween(
        Curve memory curve,
        Scale memory scale,
        uint256 lowU,
        uint256 lowV,
        uint256 highU,
        uint256 highV,
        uint256 limit
    ) private pure returns (uint256 worst) {
        worst = _unitsAt(curve, scale, lowU, lowV);
        if (worst > limit || (lowU == highU && lowV == highV)) return worst;
        worst = FixedPointMathLib.max(worst, _unitsAt(curve, scale, highU, highV));

        uint256 end = curve.end;
        unchecked {
            for (uint256 term = curve.first; term < end && worst <= limit; term += TERM_BYTES) {
                (int256 weight, uint256 v, uint256 u) = termAt(term);
                if (weight <= 0 || lowU * v >= u * lowV || u * highV >= highU * v) continue;
                worst = FixedPointMathLib.max(worst, _unitsAt(curve, scale, u, v));
            }
        }
    }

    /// @dev k · max(loss, floor) + add-on at u : v, in ledger units, rounded up.
    function _unitsAt(Curve memory curve, Scale memory scale, uint256 u, uint256 v) private pure returns (uint256) {
        int256 loss = lossAt(curve, u, v);
        unchecked {
            uint256 cost = scale.floor * v;
            if (loss > int256(cost)) cost = uint256(loss);
            cost = (cost * scale.multiplier + scale.addOn * v) * scale.up;
            return FixedPointMathLib.divUp(cost, scale.down * v);
        }
    }

    /// @notice Shorts less longs at u : v, over ONE·T·v; exact.
    /// @dev The Solidity it replaces, unchecked (note 5): `loss = constantTerm * v`, and for each term `loss += weight * min(n *
    /// u, m * v)`. Two at a time; a weight of 0 follows the last.
    function lossAt(Curve memory curve, uint256 u, uint256 v) internal pure returns (int256 loss) {
        (int256 constantTerm, uint256 term, uint256 end) = (curve.constantTerm, curve.first, curve.end);
        assembly ("memory-safe") {
            loss := mul(constantTerm, v)
            for {} lt(term, end) {
                term := add(term, 0xc0)
            } {
                let nu := mul(mload(add(term, 0x20)), u)
                let mv := mul(mload(add(term, 0x40)), v)
                loss := add(loss, mul(mload(term), xor(mv, mul(xor(nu, mv), lt(nu, mv)))))
                nu := mul(mload(add(term, 0x80)), u)
                mv := mul(mload(add(term, 0xa0)), v)
                loss := add(loss, mul(mload(add(term, 0x60)), xor(mv, mul(xor(nu, mv), lt(nu, mv)))))
            }
        }
    }

    /// @notice The curve of a book (notes 1 and 2).
    function curveOf(Legs memory legs, bool isCoin, Weights memory weights) internal pure returns (Curve memory curve) {
        uint256 term = _termSpace();
        curve.first = term;
        int256 shorts = 0;
        int256 constantTerm = 0;
        uint256 count = legs.count;
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                uint256 leg = LegWord.at(legs, i);
                uint256 n = 1;
                uint256 unit = LegWord.strikeOf(leg) * STRIKE_TO_PRICE;
                if (isCoin) (n, unit) = (unit, n);

                // Signed sizes: the bend at the strike weighs less for a short, more for a long.
                int256 size = LegWord.sizeOf(leg);
                int256 top = size * weights.credit;
                if (size < 0) {
                    shorts -= size;
                    top = size * int256(ONE);
                    _writeTerms(term, n, size * weights.held, T * unit, -top, weights.shortCap * unit);
                } else {
                    _writeTerms(term, n, top, T * unit, -top, weights.longCap * unit);
                }
                if (LegWord.isCallOf(leg) != isCoin) {
                    term += 2 * TERM_BYTES;
                } else {
                    // A down leg: the next leg overwrites the second term.
                    constantTerm -= top * int256(T * unit);
                    term += TERM_BYTES;
                }
            }
        }
        _writeTerms(term, 0, 0, 0, 0, 0);
        curve.end = term;
        curve.shorts = uint256(shorts);
        curve.constantTerm = constantTerm;
    }

    // Terms are read some hundred times for a book of eight legs. In Solidity they would be `uint256[54] memory terms`, read as
    // `(int256(terms[i]), terms[i + 1], terms[i + 2])` and written alike: checked accesses, which cost twice everything else.

    /// @dev Room for the terms of nine legs, the last empty; not cleared, since what is read has been written.
    function _termSpace() private pure returns (uint256 first) {
        assembly ("memory-safe") {
            first := mload(0x40)
            mstore(0x40, add(first, 0x6c0)) // 54 words
        }
    }

    /// @dev `terms[i .. i + 5] = [bend, n, atStrike, top, n, atCap]`.
    function _writeTerms(
        uint256 term,
        uint256 n,
        int256 bend,
        uint256 atStrike,
        int256 top,
        uint256 atCap
    ) private pure {
        assembly ("memory-safe") {
            mstore(term, bend)
            mstore(add(term, 0x20), n)
            mstore(add(term, 0x40), atStrike)
            mstore(add(term, 0x60), top)
            mstore(add(term, 0x80), n)
            mstore(add(term, 0xa0), atCap)
        }
    }

    /// @notice One term of a curve; with a weight above 0 its peak is at u : v = m : n.
    /// @dev `term` lies between `first` and `end` of a curve.
    function termAt(uint256 term) internal pure returns (int256 weight, uint256 n, uint256 m) {
        assembly ("memory-safe") {
            weight := mload(term)
            n := mload(add(term, 0x20))
            m := mload(add(term, 0x40))
        }
    }

    /// @param shorts Sum of the sizes of shorts.
    function scaleOf(
        Terms memory terms,
        Scenario memory scenario,
        uint256 shorts
    ) internal pure returns (Scale memory scale) {
        unchecked {
            bool isCoin = terms.kind == CollateralKind.Coin;
            uint256 notional = isCoin ? shorts : shorts * scenario.price; // n · shorts
            scale.floor = notional * scenario.floorBps * (_WHOLE / BPS);
            scale.addOn = notional * scenario.addOnBps * _WHOLE;
            scale.multiplier = scenario.multiplierBps;
            uint256 decimals = isCoin ? _COIN_DECIMALS : _QUOTE_DECIMALS;
            bool isFiner = terms.unitDecimals > decimals;
            scale.up = isFiner ? 10 ** (terms.unitDecimals - decimals) : 1;
            scale.down = BPS * _WHOLE * (isFiner ? 1 : 10 ** (decimals - terms.unitDecimals));
        }
    }
}
