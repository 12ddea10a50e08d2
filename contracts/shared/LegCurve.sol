// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Legs, Terms } from "./ClearingTypes.sol";
import { BPS } from "./OracleTypes.sol";
import { STRIKE_TO_PRICE } from "./Payoff.sol";

/// @title Curves of legs
/// @notice What the legs of a book cost together at a price, shorts less longs, and where that is worst: the sums behind
/// {Margin}, whose words these are.
///
/// 1. One formula. With κ = 1+c−TV for shorts and 1+c/3 for longs, every leg is, times its size,
///      short  U·(top − (1−TV)·min(z, 1)),   long  −0.98·U·(top − min(z, 1)),   top = min(z, κ) up, 1 down.
///    (A down leg never reaches its cap, since TV ≤ 1.) A pure payoff is the long with κ = 1+c and 1 for 0.98. So a book is a
///    constant and at most sixteen terms weight·U·min(z, κ): its *curve*.
/// 2. Both kinds. A price is a ratio u : v, s = u/(T·v) in quote markets and T·v/u in coin markets, where T is 1 in κ. Then
///    U·min(z, κ) = min(n·u, m·v)/(T·v) with whole numbers (n, m) = (1, κ·T·K) and (K, κ·T), and a constant U is
///    T·K and T over T. The curve knows no kind any more, and its value is a whole number over ONE·T·v: T = 3·ONE holds TV, a
///    third of c and 0.98 exactly.
/// 3. Exact points. Every term is piecewise linear in u/v, and the slope of the sum falls only where n·u = m·v in a term of
///    positive weight: at strikes of longs, and where short up legs reach their cap. The maximum over an interval lies at an
///    end or at such a peak u : v = m : n inside it; no other price is looked at. Where all legs cost more as u/v rises
///    (short up, long down), or all as it falls, it lies at that end.
/// 4. One walk. Between two bends the sum is level·v + slope·u: terms that have bent are in the level with weight·m, the others
///    in the slope with weight·n. So a walk from the low end to the high one, bend by bend, knows the sum at each without
///    adding it up again, and needs it only where the slope turns from rising to falling.
/// 5. Nothing overflows, which is why the sums are unchecked. Sizes are those of `LegWord` (below 2^86), strikes below 2^54 at
///    price scale, prices below 2^65 after widening. A weight is below 2^(86 + 30). In quote markets v = 1, u < 2^97, and a
///    term, at most m, is below 2^(33 + 54); in coin markets u < 2^33, v < 2^65, a term at most m·v < 2^(33 + 65). Sixteen
///    terms and the constant are below 2^219. For maximum loss u may be 2^96, but a term is still at most m·v, and no term is
///    left in the slope there.
library LegCurve {
    /// @dev 1 in weights and time values.
    uint256 internal constant ONE = 1e9;
    /// @dev T: 1 in z. Three times ONE holds a third of c, and all in steps finer than a basis point.
    uint256 internal constant T = 3e9;
    /// @dev What a long counts for.
    int256 private constant _CREDIT = int256((ONE * 98) / 100);
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
    /// @param first Where its terms lie in memory, three words each: weight, n, m.
    /// @param end Where they end.
    struct Curve {
        int256 constantTerm;
        uint256 first;
        uint256 end;
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

    /// @notice Sum of the sizes of shorts, and whether some leg costs more as u/v rises, and some as it falls (note 3).
    /// @dev The Solidity it replaces, unchecked: for each leg `if (size < 0) shorts -= size`, then
    /// `if (isUp == (size < 0)) rises = true`, else `falls = true`.
    function shapeOf(Legs memory legs, bool isCoin) internal pure returns (uint256 shorts, bool rises, bool falls) {
        uint256 ways = 0;
        assembly ("memory-safe") {
            let at := mload(add(legs, 0x20))
            for {
                let end := add(at, shl(5, mload(legs)))
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                let leg := mload(at)
                let size := sar(169, shl(169, leg)) // the sign is bit 86
                let isShort := slt(size, 0)
                shorts := sub(shorts, mul(size, isShort))
                ways := or(ways, shl(eq(and(shr(87, leg), 1), isShort), 1))
            }
        }
        // Of calls and puts; up legs are calls in quote markets, puts in coin markets.
        (rises, falls) = (ways & 2 != 0, ways & 1 != 0);
        if (isCoin) (rises, falls) = (falls, rises);
    }

    /// @notice Shorts less longs at u : v, over ONE·T·v; exact (notes 1 and 2).
    /// @dev The Solidity it replaces, unchecked:
    /// for each leg, `side` the shorts' or longs' three of the weights and the strike at price scale,
    ///   (z, one) = isCoin ? (strike * u, v) : (u, strike * v)
    ///   top = isUp ? min(z, side.cap * one) : T * one
    ///   loss -= size * (side.top * top - side.bend * min(z, T * one))
    function lossAt(
        Legs memory legs,
        bool isCoin,
        Weights memory weights,
        uint256 u,
        uint256 v
    ) internal pure returns (int256 loss) {
        assembly ("memory-safe") {
            let at := mload(add(legs, 0x20))
            for {
                let end := add(at, shl(5, mload(legs)))
            } lt(at, end) {
                at := add(at, 0x20)
            } {
                let leg := mload(at)
                let z := u
                let one := v
                switch isCoin
                case 0 {
                    one := mul(mul(shr(88, leg), STRIKE_TO_PRICE), v)
                }
                default {
                    z := mul(mul(shr(88, leg), STRIKE_TO_PRICE), u)
                }
                let size := sar(169, shl(169, leg)) // the sign is bit 86
                let side := add(weights, mul(0x60, sgt(size, 0)))
                let top := mul(T, one)
                let bend := xor(top, mul(xor(z, top), lt(z, top)))
                if xor(and(shr(87, leg), 1), isCoin) {
                    top := mul(mload(add(side, 0x40)), one)
                    top := xor(top, mul(xor(z, top), lt(z, top)))
                }
                loss := sub(loss, mul(size, sub(mul(mload(side), top), mul(mload(add(side, 0x20)), bend))))
            }
        }
    }

    /// @notice The curve of a book (notes 1 and 2): of each leg the bend at the strike, of an up leg also the end at the cap.
    /// Sizes are signed.
    /// @dev The Solidity it replaces, unchecked, with an array of terms, whose checked access would cost twice everything else:
    /// for each leg, in coin markets from the last on (strikes mostly rise, so the walk of note 4 finds its bends in order),
    /// `side` the shorts' or longs' three of the weights and the strike at price scale,
    ///   (n, unit) = isCoin ? (strike, 1) : (1, strike)
    ///   append Term(size * side.bend, n, T * unit)
    ///   if (isUp) append Term(-size * side.top, n, side.cap * unit), else constantTerm -= size * side.top * T * unit
    function curveOf(Legs memory legs, bool isCoin, Weights memory weights) internal pure returns (Curve memory curve) {
        int256 constantTerm = 0;
        uint256 first;
        uint256 term;
        assembly ("memory-safe") {
            first := mload(0x40)
            term := first
            let at := mload(add(legs, 0x20))
            let end := add(at, shl(5, mload(legs)))
            let step := 0x20
            if isCoin {
                let last := sub(end, step)
                end := sub(at, step)
                at := last
                step := sub(0, step)
            }
            for {} iszero(eq(at, end)) {
                at := add(at, step)
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
                let side := add(weights, mul(0x60, sgt(size, 0)))
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
            mstore(0x40, term)
        }
        (curve.constantTerm, curve.first, curve.end) = (constantTerm, first, term);
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

    /// @notice Level and slope at the low end, and the terms that bend inside the interval in the order of their m : n (note 4).
    /// @dev The Solidity it replaces, unchecked, with `bends` an array of terms:
    ///   level = constantTerm
    ///   for each term: if (m * lowV <= n * lowU) level += weight * m
    ///     else { slope += weight * n; if (m * highV < n * highU) insert the term in `bends` behind those of no larger m / n }
    /// @param bend Where the first lies in memory. @param end Behind the last.
    function walkOf(
        Curve memory curve,
        uint256 lowU,
        uint256 lowV,
        uint256 highU,
        uint256 highV
    ) internal pure returns (int256 level, int256 slope, uint256 bend, uint256 end) {
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

    /// @notice The term at a place of the walk.
    /// @dev The Solidity it replaces: the term at `bends[i]`.
    function bendAt(uint256 bend) internal pure returns (int256 weight, uint256 n, uint256 m) {
        uint256 term;
        assembly ("memory-safe") {
            term := mload(bend)
        }
        return termAt(term);
    }
}
