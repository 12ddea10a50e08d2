// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";

import { BlackScholes } from "../../shared/BlackScholes.sol";
import { LogNormal } from "../../shared/LogNormal.sol";

/// @title Implied volatility
/// @notice The volatility at which an option has a given price. Units as in BlackScholes.
library ImpliedVolatility {
    using FixedPointMathLib for uint256;

    /// @dev Steps of Newton in a bracket: six as a rule, rarely above ten; some 54, by halves, at the very ends of the range.
    uint256 private constant _STEPS = 64;
    /// @dev A step this small, in Q64, is rounding noise; so is a price this near the largest possible (2.7e-20).
    uint256 private constant _NOISE = 8;
    uint256 private constant _SATURATED = 1 << 55;
    uint256 private constant _HALF = LogNormal.ONE / 2;
    /// @dev √(2π) in Q64.
    uint256 private constant _ROOT_OF_TWO_PI = 46239130270042206922;

    /// @notice Below the intrinsic value, or above what the largest volatility gives.
    error ImpliedVolatility_PriceOutOfRange(uint256 given, uint256 lowest, uint256 highest);

    /// @notice Volatility, wad per year, for which BlackScholes.price gives `price`; 0 for the intrinsic value. The price is
    /// met to within 5e-19 of the lower of spot and strike, what one unit of volatility is worth, and one unit. Where
    /// prices hardly depend on volatility many answers are as good; this is one of them. About 30,000 gas,
    /// several times as much at the highest price and nine deviations from the money.
    function ofPrice(
        bool isCall,
        uint256 price,
        uint256 spot,
        uint256 strike,
        uint256 tenor
    ) internal pure returns (uint256) {
        BlackScholes.checkRange(spot, strike, 0, tenor);
        (uint256 low, uint256 high) = spot < strike ? (spot, strike) : (strike, spot);
        uint256 intrinsic = isCall == (spot > strike) ? high - low : 0;
        uint256 root = tenor == 0 ? 0 : LogNormal.root(tenor);
        uint256 limit = BlackScholes.deviationOf(BlackScholes.MAX_VOLATILITY, root);
        uint256 highest = intrinsic + BlackScholes.outOfTheMoney(low, high, limit);
        require(price >= intrinsic && price <= highest, ImpliedVolatility_PriceOutOfRange(price, intrinsic, highest));

        if (price == intrinsic) return 0;
        // The middle of the prices that are rounded down to this one, as a share of `low`.
        uint256 share = ((2 * (price - intrinsic) + 1) << 119) / low;
        return BlackScholes.volatilityOf(_deviation(low, high, share.clamp(1, LogNormal.ONE), limit), root);
    }

    /// @dev Deviation v with f(v) = N(−b) − N(−a)·high/low = share, at most `limit`. f rises with slope φ(b), is convex up to
    /// v = √(2·ln(high/low)) and concave from there.
    function _deviation(uint256 low, uint256 high, uint256 share, uint256 limit) private pure returns (uint256 v) {
        uint256 bend = (2 * LogNormal.logarithm(low, high)).sqrt();
        // f(v) ≤ v/√(2π) gives a lower bound; from there or the bend, whichever is higher, Newton does not overshoot.
        v = ((share >> 56) * _ROOT_OF_TWO_PI) >> 64;
        v = (v > bend ? v : bend).min(limit);

        uint256 bottom = 0;
        uint256 top = limit;
        for (uint256 i = 0; i < _STEPS; ++i) {
            (uint256 near, uint256 far, uint256 density) = LogNormal.probabilities(low, high, v);
            uint256 value = near > far ? near - far : 0;
            bool isShort = value < share;
            uint256 miss = isShort ? share - value : value - share;
            uint256 step = (miss << 64) / (density + 1);
            if (step <= _NOISE || (share > _HALF && miss < _SATURATED)) return v;

            if (isShort) bottom = v;
            else top = v;
            uint256 next = isShort ? v + step : v.zeroFloorSub(step);
            if (isShort ? v < bend : v <= bend) {
                // Convex: ln f is nearly linear in 1/v².
                uint256 root = _logarithmicStep(v, value, share, density).sqrt();
                next = root == 0 ? 0 : (v << 64) / root;
            } else if (share > _HALF && value > _HALF) {
                // Flat: ln(1 − f) is nearly linear in v².
                uint256 rest = LogNormal.ONE.zeroFloorSub(value);
                next = (v * _logarithmicStep(v, rest, LogNormal.ONE.zeroFloorSub(share).max(1), density).sqrt()) >> 64;
            }
            v = next > bottom && next < top ? next : (bottom + top) / 2;
            if (top - bottom < 2) return v;
        }
    }

    /// @dev 1 + 2·ln(part/target)·part/(φ(b)·v) in Q128: what 1/v² or v² is multiplied by to bring the logarithm of
    /// `part` to that of `target`. 0, which leads to a step the bracket refuses, where there is no slope to follow.
    function _logarithmicStep(uint256 v, uint256 part, uint256 target, uint256 density) private pure returns (uint256) {
        if (part == 0 || density == 0) return 0;
        uint256 slope = (((part << 64) / density) << 64) / v;
        if (part < target) return uint256(1 << 128).zeroFloorSub(2 * (LogNormal.logarithm(part, target) >> 64) * slope);
        return (1 << 128) + 2 * (LogNormal.logarithm(target, part) >> 64) * slope;
    }
}
