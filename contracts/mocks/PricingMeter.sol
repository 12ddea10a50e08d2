// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../clearing/libraries/BlackScholes.sol";
import { CappedOptions } from "../clearing/libraries/CappedOptions.sol";
import { ImpliedVolatility } from "../clearing/libraries/ImpliedVolatility.sol";

/// @title Pricing meter
/// @notice Opens the pricing libraries to tests, many points a call, with the gas of each inlined internal call.
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

    function impliedVolatilities(
        bool isCall,
        uint256[] calldata prices_,
        Point[] calldata points
    ) external view returns (uint256[] memory used, uint256[] memory volatilities) {
        used = new uint256[](points.length);
        volatilities = new uint256[](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            Point calldata point = points[i];
            uint256 before = gasleft();
            volatilities[i] = ImpliedVolatility.ofPrice(isCall, prices_[i], point.spot, point.strike, point.tenor);
            used[i] = before - gasleft();
        }
    }

    function capped(Point[] calldata points, uint256 cap) external pure returns (uint256[4][] memory values) {
        values = new uint256[4][](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            Point memory p = points[i];
            values[i] = [
                CappedOptions.quoteCall(p.spot, p.strike, cap, p.volatility, p.tenor),
                CappedOptions.quotePut(p.spot, p.strike, p.volatility, p.tenor),
                CappedOptions.coinCall(p.spot, p.strike, p.volatility, p.tenor),
                CappedOptions.coinPut(p.spot, p.strike, cap, p.volatility, p.tenor)
            ];
        }
    }
}
