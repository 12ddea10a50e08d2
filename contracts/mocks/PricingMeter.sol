// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../shared/BlackScholes.sol";

/// @title Pricing meter
/// @notice Prices and greeks of many points, with the gas of each inlined internal call.
contract PricingMeter {
    struct Point {
        uint256 spot;
        uint256 strike;
        uint256 volatility;
        uint256 tenor;
    }

    function prices(
        Point[] calldata points
    ) external view returns (uint256[] memory used, uint256[] memory calls, uint256[] memory puts) {
        used = new uint256[](points.length);
        calls = new uint256[](points.length);
        puts = new uint256[](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            Point memory point = points[i];
            (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = (
                point.spot,
                point.strike,
                point.volatility,
                point.tenor
            );
            uint256 before = gasleft();
            (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
            used[i] = before - gasleft();
            calls[i] = call;
            puts[i] = put;
        }
    }

    function greeks(
        Point[] calldata points
    ) external view returns (uint256[] memory used, uint256[6][] memory results) {
        used = new uint256[](points.length);
        results = new uint256[6][](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            Point memory point = points[i];
            (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = (
                point.spot,
                point.strike,
                point.volatility,
                point.tenor
            );
            uint256 before = gasleft();
            (uint256 call, uint256 put, uint256 delta, uint256 gamma, uint256 vega, int256 theta) = BlackScholes.greeks(
                spot,
                strike,
                volatility,
                tenor
            );
            used[i] = before - gasleft();
            results[i] = [call, put, delta, gamma, vega, uint256(-theta)];
        }
    }
}
