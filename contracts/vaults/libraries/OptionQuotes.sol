// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BlackScholes } from "../../shared/BlackScholes.sol";

/// @title Quotes of the vaults
/// @notice Strike and premium of the option a vault writes, by Black–Scholes without interest: a call that pays in the coin
/// itself (its value over the price), or a put that pays in the quote currency. Neither has a cap. Prices have 8 decimals, strikes
/// 4, sizes 6; volatilities are bps per year.
library OptionQuotes {
    uint256 private constant _BPS = 1e4;
    uint256 private constant _PRICE_TO_WAD = 1e10;
    uint256 private constant _STRIKE_TO_WAD = 1e14;
    uint256 private constant _STRIKE_TO_PRICE = 1e4;
    uint256 private constant _BPS_TO_WAD = 1e14;
    uint256 private constant _SIZE_ONE = 1e6;
    uint256 private constant _STRIKE_ONE = 1e4;
    /// @dev Strikes are looked for up to this factor away from the price.
    uint256 private constant _REACH = 4;

    /// @notice The strike on the grid that is nearest to the price with at most the wanted delta.
    /// @param step Distance of strikes, 4 decimals.
    /// @return strike 4 decimals, 0 when none within four times the price has it.
    function strikeOf(
        bool isCall,
        uint256 price,
        uint256 volatilityBps,
        uint256 tenor,
        uint256 deltaBps,
        uint256 step
    ) internal pure returns (uint256 strike) {
        uint256 spot = price / _STRIKE_TO_PRICE;
        // Steps away from the money: `near` has too much delta, or is not looked at; `far` little enough.
        uint256 first = isCall ? Math.ceilDiv(spot, step) : spot / step;
        uint256 near = 0;
        uint256 far = (isCall ? first * (_REACH - 1) : first - first / _REACH) + 1;
        uint256 end = far;
        while (near < far) {
            uint256 middle = (near + far) / 2;
            uint256 candidate = (isCall ? first + middle : first - Math.min(first, middle)) * step;
            uint256 delta = candidate == 0 ? 0 : _deltaOf(isCall, price, candidate, volatilityBps, tenor);
            if (delta > deltaBps * _BPS_TO_WAD) near = middle + 1;
            else far = middle;
        }
        if (far == end || (!isCall && far >= first)) return 0;
        return (isCall ? first + far : first - far) * step;
    }

    /// @notice Premium of `size` options in ledger units, rounded up.
    /// @param unitDecimals Of a ledger unit.
    function premiumUp(
        bool isCall,
        uint256 price,
        uint256 strike,
        uint256 volatilityBps,
        uint256 tenor,
        uint256 size,
        uint256 unitDecimals
    ) internal pure returns (uint256) {
        uint256 spot = price * _PRICE_TO_WAD;
        (uint256 call, uint256 put) = BlackScholes.price(
            spot,
            strike * _STRIKE_TO_WAD,
            volatilityBps * _BPS_TO_WAD,
            tenor
        );
        uint256 unit = 10 ** unitDecimals;
        return
            isCall
                ? Math.mulDiv(call, size * unit, spot * _SIZE_ONE, Math.Rounding.Ceil)
                : Math.mulDiv(put, size * unit, 1e18 * _SIZE_ONE, Math.Rounding.Ceil);
    }

    /// @notice Most that `size` options can cost, ledger units, rounded up: the strike of a put, the coin of a call.
    function maximumLossUp(
        bool isCall,
        uint256 strike,
        uint256 size,
        uint256 unitDecimals
    ) internal pure returns (uint256) {
        uint256 unit = 10 ** unitDecimals;
        return
            isCall ? Math.ceilDiv(size * unit, _SIZE_ONE) : Math.ceilDiv(size * strike * unit, _SIZE_ONE * _STRIKE_ONE);
    }

    /// @notice Volatility after `elapsed` of `duration`: falls in a straight line from high to reserve, both shares in bps of
    /// `volatilityBps`; rounded up.
    function fallingVolatility(
        uint256 volatilityBps,
        uint256 highBps,
        uint256 reserveBps,
        uint256 elapsed,
        uint256 duration
    ) internal pure returns (uint256) {
        uint256 left = duration - Math.min(elapsed, duration);
        uint256 share = reserveBps * duration + (highBps - reserveBps) * left;
        return Math.mulDiv(volatilityBps, share, _BPS * duration, Math.Rounding.Ceil);
    }

    /// @notice Realised volatility out of a variance per year (wad), rounded up.
    function volatilityOf(uint256 variancePerYearWad) internal pure returns (uint256) {
        return Math.sqrt(variancePerYearWad / _PRICE_TO_WAD, Math.Rounding.Ceil);
    }

    /// @dev Wad, without its sign.
    function _deltaOf(
        bool isCall,
        uint256 price,
        uint256 strike,
        uint256 volatilityBps,
        uint256 tenor
    ) private pure returns (uint256) {
        (, , uint256 delta, , , ) = BlackScholes.greeks(
            price * _PRICE_TO_WAD,
            strike * _STRIKE_TO_WAD,
            volatilityBps * _BPS_TO_WAD,
            tenor
        );
        return isCall ? delta : 1e18 - delta;
    }
}
