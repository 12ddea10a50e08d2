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
///    end or at such a peak u : v = m : n inside it; no other price is looked at. Where all legs cost more as u/v rises
///    (short up, long down), or all as it falls, it lies at that end.
/// 4. One walk. Between two bends the sum is level·v + slope·u: terms that have bent are in the level with weight·m, the others
///    in the slope with weight·n. So a walk from the low end to the high one, bend by bend, knows the sum at each without
///    adding it up again, and needs it only where the slope turns from rising to falling.
/// 5. Exact sums. T = 3·ONE holds TV, a third of c and 0.98 exactly. What is divided is whole, and only ledger units are
///    rounded, once, up; rounding up before or after taking a maximum is the same.
/// 6. Nothing overflows, which is why the sums are unchecked. Sizes are those of `LegWord` (below 2^86), strikes below 2^54 at
///    price scale, prices below 2^65 after widening. A weight is below 2^(86 + 30). In quote markets v = 1, u < 2^97, and a
///    term, at most m, is below 2^(33 + 54); in coin markets u < 2^33, v < 2^65, a term at most m·v < 2^(33 + 65). Sixteen
///    terms and the constant are below 2^219; times k < 2^16, plus floor and add-on, 2^237; times 10^3 for nine decimals
///    2^247. For maximum loss u may be 2^96, but a term is still at most m·v.
/// 7. Order. For x_m ≤ x_i ≤ 90 %, φ_m ≤ φ_i, σ_m ≤ σ_i and k ≥ 1 the scenarios of M₀, M, MM and IM are nested, so
///    0 ≤ M₀ ≤ M ≤ MM ≤ IM ≤ maximum loss.
library Margin {
    /// @dev 1 in time values.
    uint256 internal constant ONE = 1e9;
    /// @dev T: 1 in z. Three times ONE holds a third of c, and all in steps finer than a basis point.
    uint256 internal constant T = 3e9;
    /// @dev 1 in numerators.
    uint256 private constant _WHOLE = ONE * T;
    /// @dev What a long counts for.
    int256 private constant _CREDIT = int256((ONE * 98) / 100);
    /// @dev The interval reaches at most this far from the price, in bps.
    uint256 private constant _WIDEST = 9000;
    uint256 private constant _YEAR = 365 days;
    /// @dev Size and price have 14 decimals together, size alone 6.
    uint256 private constant _QUOTE_DECIMALS = 14;
    uint256 private constant _COIN_DECIMALS = 6;

    /// @dev u of a price so far out, at v = 1, that every term stands at its m.
    uint256 internal constant FAR = 1 << 96;
    uint256 internal constant TERM_BYTES = 96;

    /// @notice How legs are counted: weights and ends of the formula of note 1, shorts first.
    /// @param shortTop What `top` weighs, ONE is 1; `longTop` is 0.98, or 1 for pure payoffs.
    /// @param shortBend What min(z, 1) weighs: 1 − TV; as much as `top` for longs.
    /// @param shortCap κ·T of up legs.
    struct Weights {
        int256 shortTop;
        int256 shortBend;
        uint256 shortCap;
        int256 longTop;
        int256 longBend;
        uint256 longCap;
    }

    /// @notice Shorts less longs as constant·v + Σ weight·min(n·u, m·v), over ONE·T·v (note 2).
    /// @param shorts Sum of the sizes of shorts.
    /// @param rises Some leg costs more as u/v rises; `falls`: as it falls (note 3).
    /// @param first Where its terms lie in memory, three words each: weight, n, m.
    /// @param end Where they end.
    struct Curve {
        int256 constantTerm;
        uint256 shorts;
        bool rises;
        bool falls;
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
        unchecked {
            // (0.4·σ·√τ)² = 0.16·σ²·τ, below 2^136. The root of a fraction rounded up is the root, rounded up, of the fraction
            // rounded up.
            uint256 square = FixedPointMathLib.divUp(
                ((16 * ONE * ONE) / (100 * BPS * BPS)) * volatilityBps * volatilityBps * secondsLeft,
                _YEAR
            );
            timeValue = FixedPointMathLib.sqrt(square);
            if (timeValue * timeValue < square) ++timeValue;
            if (timeValue > ONE) timeValue = ONE;
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

    /// @notice How stress counts legs: time value on shorts, 0.98 and a third of the cap of longs.
    function stressWeights(Terms memory terms, uint256 timeValue) internal pure returns (Weights memory weights) {
        uint256 capBps = terms.capBps;
        unchecked {
            weights.shortTop = int256(ONE);
            weights.shortBend = int256(ONE - timeValue);
            weights.shortCap = T + capBps * (T / BPS) - 3 * timeValue;
            weights.longTop = _CREDIT;
            weights.longBend = _CREDIT;
            weights.longCap = T + capBps * (ONE / BPS);
        }
    }

    /// @notice How maximum loss counts legs: what they pay.
    function payoffWeights(Terms memory terms) internal pure returns (Weights memory weights) {
        uint256 cap;
        unchecked {
            cap = T + terms.capBps * (T / BPS);
        }
        (weights.shortTop, weights.shortBend, weights.shortCap) = (int256(ONE), int256(ONE), cap);
        (weights.longTop, weights.longBend, weights.longCap) = (int256(ONE), int256(ONE), cap);
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
        if (!curve.falls) return _unitsUp(scale, lossAt(curve, highU, highV), highV);
        if (!curve.rises || (lowU == highU && lowV == highV)) return _unitsUp(scale, lossAt(curve, lowU, lowV), lowV);

        (int256 level, int256 slope, uint256 bend, uint256 end) = _walkOf(curve, lowU, lowV, highU, highV);
        unchecked {
            worst = _unitsUp(scale, level * int256(lowV) + slope * int256(lowU), lowV);
            for (; bend < end && worst <= limit; bend += 0x20) {
                (int256 weight, uint256 v, uint256 u) = _bendAt(bend);
                int256 after_ = slope - weight * int256(v);
                if (slope > 0 && after_ <= 0) {
                    worst = FixedPointMathLib.max(worst, _unitsUp(scale, level * int256(v) + slope * int256(u), v));
                }
                level += weight * int256(u);
                slope = after_;
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

    /// @dev Level and slope at the low end, and the terms that bend inside the interval in the order of their m : n (note 4).
    /// The Solidity it replaces, unchecked, with `bends` an array of terms:
    ///   level = constantTerm
    ///   for each term: if (m * lowV <= n * lowU) level += weight * m
    ///     else { slope += weight * n; if (m * highV < n * highU) insert the term in `bends` behind those of no larger m / n }
    /// @param bend Where the first lies in memory. @param end Behind the last.
    function _walkOf(
        Curve memory curve,
        uint256 lowU,
        uint256 lowV,
        uint256 highU,
        uint256 highV
    ) private pure returns (int256 level, int256 slope, uint256 bend, uint256 end) {
        (uint256 term, uint256 last) = (curve.first, curve.end);
        level = curve.constantTerm;
        assembly ("memory-safe") {
            bend := mload(0x40)
            end := bend
            for {} lt(term, last) {
                term := add(term, TERM_BYTES)
            } {
                let n := mload(add(term, 0x20))
                let m := mload(add(term, 0x40))
                switch gt(mul(m, lowV), mul(n, lowU))
                case 0 {
                    level := add(level, mul(mload(term), m))
                }
                default {
                    slope := add(slope, mul(mload(term), n))
                    if lt(mul(m, highV), mul(n, highU)) {
                        let place := end
                        for {} gt(place, bend) {
                            place := sub(place, 0x20)
                        } {
                            let other := mload(sub(place, 0x20))
                            if iszero(gt(mul(mload(add(other, 0x40)), n), mul(mload(add(other, 0x20)), m))) {
                                break
                            }
                            mstore(place, other)
                        }
                        mstore(place, term)
                        end := add(end, 0x20)
                    }
                }
            }
            mstore(0x40, end)
        }
    }

    /// @dev The Solidity it replaces: the term at `bends[i]`.
    function _bendAt(uint256 bend) private pure returns (int256 weight, uint256 n, uint256 m) {
        uint256 term;
        assembly ("memory-safe") {
            term := mload(bend)
        }
        return termAt(term);
    }

    /// @notice Shorts less longs at u : v, over ONE·T·v; exact.
    /// @dev The Solidity it replaces, unchecked (note 6): `loss = constantTerm * v`, and for each term `loss += weight * min(n *
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

    /// @notice The curve of a book (notes 1 and 2): of each leg the bend at the strike, of an up leg also the end at the cap.
    /// Sizes are signed.
    /// @dev The Solidity it replaces, unchecked, with an array of terms, whose checked access would cost twice everything else:
    /// for each leg, `side` the shorts' or longs' three of the weights and the strike at price scale,
    ///   (n, unit) = isCoin ? (strike, 1) : (1, strike)
    ///   append Term(size * side.bend, n, T * unit)
    ///   if (isUp) append Term(-size * side.top, n, side.cap * unit), else constantTerm -= size * side.top * T * unit
    ///   if (size < 0) shorts -= size
    ///   ways |= isUp == (size < 0) ? 2 : 1
    function curveOf(Legs memory legs, bool isCoin, Weights memory weights) internal pure returns (Curve memory curve) {
        (int256 constantTerm, uint256 shorts, uint256 ways) = (0, 0, 0);
        uint256 first;
        uint256 term;
        assembly ("memory-safe") {
            first := mload(0x40)
            term := first
            let at := mload(add(legs, 0x20))
            for {
                let end := add(at, shl(5, mload(legs)))
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                let leg := mload(at)
                let size := sar(169, shl(169, leg)) // the sign is bit 86
                let isUp := xor(and(shr(87, leg), 1), isCoin)
                let n := 1
                let unit := mul(shr(88, leg), STRIKE_TO_PRICE)
                if isCoin {
                    n := unit
                    unit := 1
                }
                let isShort := slt(size, 0)
                shorts := sub(shorts, mul(size, isShort))
                let side := add(weights, mul(0x60, iszero(isShort)))
                ways := or(ways, shl(eq(isUp, isShort), 1))
                let top := mul(size, mload(side))
                let atStrike := mul(T, unit)
                mstore(term, mul(size, mload(add(side, 0x20))))
                mstore(add(term, 0x20), n)
                mstore(add(term, 0x40), atStrike)
                term := add(term, TERM_BYTES)
                switch isUp
                case 0 {
                    constantTerm := sub(constantTerm, mul(top, atStrike))
                }
                default {
                    mstore(term, sub(0, top))
                    mstore(add(term, 0x20), n)
                    mstore(add(term, 0x40), mul(mload(add(side, 0x40)), unit))
                    term := add(term, TERM_BYTES)
                }
            }
            // An empty one: terms are read two at a time.
            mstore(term, 0)
            mstore(0x40, add(term, TERM_BYTES))
        }
        (curve.constantTerm, curve.shorts) = (constantTerm, shorts);
        (curve.rises, curve.falls) = (ways & 2 != 0, ways & 1 != 0);
        (curve.first, curve.end) = (first, term);
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
