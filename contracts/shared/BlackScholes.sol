// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";

import { LogNormal } from "./LogNormal.sol";

/// @title Black–Scholes
/// @notice Prices and greeks of European options without interest. Spot, strike and prices are wad (18 decimals) in the
/// quote currency, volatility is wad per year (1e18 is 100 %), tenor is seconds to expiry, a year has 365 days.
///
/// What holds for every input in range:
/// 1. call − put = spot − strike, exactly: the option in the money is the other one plus the intrinsic value.
/// 2. max(0, spot − strike) ≤ call ≤ spot and max(0, strike − spot) ≤ put ≤ strike.
/// 3. At expiry, and at no volatility, call and put are their intrinsic values.
/// 4. Prices are within 5e-19 of the higher of spot and strike, plus one unit, of the formula's.
/// 5. Monotone in spot, strike, volatility and tenor to within 2e-19 of the higher of spot and strike, plus one unit: between
///    inputs that are nearly the same, rounding may order prices the wrong way by that much, never by more.
library BlackScholes {
    using FixedPointMathLib for uint256;

    /// @notice Spot and strike are 1 to this.
    uint256 internal constant MAX_AMOUNT = 2 ** 128;
    /// @notice Largest volatility, wad: 7,378 %.
    uint256 internal constant MAX_VOLATILITY = 2 ** 66 - 1;
    /// @notice Longest tenor in seconds: 17 years.
    uint256 internal constant MAX_TENOR = 2 ** 29 - 1;

    uint256 private constant _YEAR = 365 days;
    /// @dev √(365 days) in wad and in Q96.
    uint256 private constant _ROOT_OF_YEAR = 5615692299262843336293;
    uint256 private constant _ROOT_OF_YEAR_Q96 = 444920982116099312838033793615080;

    /// @notice Spot or strike is zero or above MAX_AMOUNT, or volatility or tenor above its maximum.
    error BlackScholes_OutOfRange(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor);

    /// @notice Call and put, wad. About 1,900 gas, 1,000 where the outcome is certain.
    function price(
        uint256 spot,
        uint256 strike,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256 call, uint256 put) {
        checkRange(spot, strike, volatility, tenor);

        unchecked {
            uint256 deviation = volatility * tenor == 0 ? 0 : deviationOf(volatility, LogNormal.root(tenor));
            if (spot < strike) {
                call = outOfTheMoney(spot, strike, deviation);
                put = call + (strike - spot);
            } else {
                put = outOfTheMoney(strike, spot, deviation);
                call = put + (spot - strike);
            }
        }
    }

    /// @notice Call and put with their greeks. Where the price has a kink (expiry or no volatility, spot at strike) delta
    /// is a half. Errors: delta 1e-17, the others a unit and 1e-18 of their scale (theta, which grows without bound toward
    /// expiry, 5e-16 of spot per year).
    /// @return call Wad.
    /// @return put Wad.
    /// @return delta Change of the call per change of spot, wad, 0 to 1e18; the put's is delta − 1e18.
    /// @return gamma Change of either delta per 1e18 of spot, wad.
    /// @return vega Change of either price per 1e18 (100 %) of volatility, wad.
    /// @return theta Change of either price per year that passes, wad, never positive.
    function greeks(
        uint256 spot,
        uint256 strike,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256 call, uint256 put, uint256 delta, uint256 gamma, uint256 vega, int256 theta) {
        checkRange(spot, strike, volatility, tenor);

        unchecked {
            uint256 root = LogNormal.root(tenor);
            uint256 deviation = deviationOf(volatility, root);
            if (tenor == 0 || deviation == 0) return _kink(spot, strike);

            uint256 slope = 0; // spot·φ(d1) = low·φ(b), at most 2¹²⁸·0.4·2¹²⁰
            if (spot < strike) {
                (uint256 near, uint256 far, uint256 density) = LogNormal.probabilities(spot, strike, deviation);
                call = _value(spot, near, far);
                put = call + (strike - spot);
                delta = (near * 1e18) >> 120;
                slope = spot * density;
            } else {
                (uint256 near, uint256 far, uint256 density) = LogNormal.probabilities(strike, spot, deviation);
                put = _value(strike, near, far);
                call = put + (spot - strike);
                delta = ((LogNormal.ONE - (strike * far).rawDiv(spot)) * 1e18) >> 120; // 1 − N(−d1)
                slope = strike * density;
            }
            gamma = (slope.rawDiv(spot) * 1e36).rawDiv(spot * deviation) >> 56;
            vega = ((slope >> 88) * root) / _ROOT_OF_YEAR_Q96;
            theta = -int256(((slope >> 96) * deviation * (_YEAR / 2)).rawDiv(tenor) >> 88);
        }
    }

    /// @notice Reverts unless `price` takes these inputs.
    function checkRange(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) internal pure {
        unchecked {
            // One test for all four; zero wraps to the top.
            uint256 excess = (((spot - 1) | (strike - 1)) >> 128) | (volatility >> 66) | (tenor >> 29);
            require(excess == 0, BlackScholes_OutOfRange(spot, strike, volatility, tenor));
        }
    }

    /// @notice σ√τ in Q64 from √τ in Q64, rounded down.
    function deviationOf(uint256 volatility, uint256 root) internal pure returns (uint256) {
        unchecked {
            return (volatility * root) / _ROOT_OF_YEAR; // 2⁶⁶·2⁷⁹
        }
    }

    /// @notice Volatility, wad, of a deviation: the inverse of `deviationOf`, rounded up so that it returns the deviation.
    function volatilityOf(uint256 deviation, uint256 root) internal pure returns (uint256) {
        return (deviation * _ROOT_OF_YEAR + root - 1) / root;
    }

    /// @notice Value of the option out of the money: `low`·(near − far), rounded down.
    function outOfTheMoney(uint256 low, uint256 high, uint256 deviation) internal pure returns (uint256) {
        (uint256 near, uint256 far, ) = LogNormal.probabilities(low, high, deviation);
        return _value(low, near, far);
    }

    function _value(uint256 low, uint256 near, uint256 far) private pure returns (uint256) {
        unchecked {
            return near > far ? (low * (near - far)) >> 120 : 0;
        }
    }

    /// @dev Greeks where the price is the intrinsic value.
    function _kink(
        uint256 spot,
        uint256 strike
    ) private pure returns (uint256, uint256, uint256, uint256, uint256, int256) {
        if (spot < strike) return (0, strike - spot, 0, 0, 0, 0);
        return (spot - strike, 0, spot == strike ? 5e17 : 1e18, 0, 0, 0);
    }
}
