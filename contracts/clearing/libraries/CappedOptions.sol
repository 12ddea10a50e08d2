// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "./BlackScholes.sol";

/// @title Capped options
/// @notice Values of the options that are traded here, by Black–Scholes. Up legs (quote call, coin put) are capped and so
/// are worth the difference of two plain options; down legs (quote put, coin call) are bounded by themselves. Everything in
/// wad: spot and strike in the quote currency, quote values in it per option, coin values in coins per option, `cap` as a
/// share of the collateral unit (DESIGN: 1e18 ≤ cap ≤ 2e18). Values are rounded down and
/// lie between 0 and the most that can be paid.
library CappedOptions {
    uint256 private constant _WAD = 1e18;

    /// @notice Pays min(max(0, s − strike), cap·strike): a call less the call at (1 + cap)·strike.
    function quoteCall(
        uint256 spot,
        uint256 strike,
        uint256 cap,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256) {
        uint256 most = (strike * cap) / _WAD;
        (uint256 bought, ) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 sold, ) = BlackScholes.price(spot, strike + most, volatility, tenor);
        uint256 value = bought > sold ? bought - sold : 0;
        return value < most ? value : most;
    }

    /// @notice Pays max(0, strike − s).
    function quotePut(
        uint256 spot,
        uint256 strike,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256 put) {
        (, put) = BlackScholes.price(spot, strike, volatility, tenor);
    }

    /// @notice Pays max(0, 1 − strike/s) coins: a call over spot.
    function coinCall(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) internal pure returns (uint256) {
        (uint256 call, ) = BlackScholes.price(spot, strike, volatility, tenor);
        return (call * _WAD) / spot;
    }

    /// @notice Pays min(max(0, strike/s − 1), cap) coins: a put less 1 + cap puts at strike/(1 + cap), over spot.
    function coinPut(
        uint256 spot,
        uint256 strike,
        uint256 cap,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256) {
        (, uint256 bought) = BlackScholes.price(spot, strike, volatility, tenor);
        (, uint256 sold) = BlackScholes.price(spot, (strike * _WAD) / (_WAD + cap), volatility, tenor);
        (bought, sold) = (bought * _WAD, sold * (_WAD + cap));
        uint256 value = bought > sold ? (bought - sold) / spot : 0;
        return value < cap ? value : cap;
    }
}
