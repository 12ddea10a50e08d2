// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CappedOptions } from "../clearing/libraries/CappedOptions.sol";
import { ImpliedVolatility } from "../clearing/libraries/ImpliedVolatility.sol";
import { PricingMeter } from "./PricingMeter.sol";

/// @title Pricing desk
/// @notice Implied volatilities, with the gas of each internal call, and capped options of many points. Apart from the
/// meter, whose figures a second user of the same code would change.
contract PricingDesk {
    function impliedVolatilities(
        bool isCall,
        uint256[] calldata prices_,
        PricingMeter.Point[] calldata points
    ) external view returns (uint256[] memory used, uint256[] memory volatilities) {
        used = new uint256[](points.length);
        volatilities = new uint256[](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            PricingMeter.Point calldata point = points[i];
            uint256 before = gasleft();
            volatilities[i] = ImpliedVolatility.ofPrice(isCall, prices_[i], point.spot, point.strike, point.tenor);
            used[i] = before - gasleft();
        }
    }

    function capped(
        PricingMeter.Point[] calldata points,
        uint256 capBps
    ) external pure returns (uint256[4][] memory values) {
        values = new uint256[4][](points.length);
        for (uint256 i = 0; i < points.length; ++i) {
            PricingMeter.Point memory p = points[i];
            values[i] = [
                CappedOptions.quoteCall(p.spot, p.strike, capBps, p.volatility, p.tenor),
                CappedOptions.quotePut(p.spot, p.strike, p.volatility, p.tenor),
                CappedOptions.coinCall(p.spot, p.strike, p.volatility, p.tenor),
                CappedOptions.coinPut(p.spot, p.strike, capBps, p.volatility, p.tenor)
            ];
        }
    }
}
