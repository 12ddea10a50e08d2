// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BPS } from "../../shared/OracleTypes.sol";
import { BlackScholes } from "../../shared/BlackScholes.sol";

/// @title Capped options
/// @notice Values of the options that are traded, by Black–Scholes. Up legs (quote call, coin put) are capped and so are
/// worth the difference of two plain options; down legs (quote put, coin call) are bounded by themselves. Spot and strike
/// are wad in the quote currency, volatility and tenor as in BlackScholes; `capBps` is the market's cap, 10,000 to 20,000.
/// Quote values are wad of the quote currency per option, coin values wad of a coin. As exact as the plain prices they are
/// made of, and always between 0 and the most that can be paid.
library CappedOptions {
    uint256 private constant _WAD = 1e18;

    /// @notice Pays min(max(0, s − strike), c·strike): a call less the call at (1 + c)·strike.
    function quoteCall(
        uint256 spot,
        uint256 strike,
        uint256 capBps,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256) {
        uint256 most = (strike * capBps) / BPS;
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

    /// @notice Pays min(max(0, strike/s − 1), c) coins: a put less 1 + c puts at strike/(1 + c), over spot. The second strike
    /// is rounded down, so `strike` must be 3 units or more.
    function coinPut(
        uint256 spot,
        uint256 strike,
        uint256 capBps,
        uint256 volatility,
        uint256 tenor
    ) internal pure returns (uint256) {
        (, uint256 bought) = BlackScholes.price(spot, strike, volatility, tenor);
        (, uint256 sold) = BlackScholes.price(spot, (strike * BPS) / (BPS + capBps), volatility, tenor);
        (bought, sold) = (bought * BPS, sold * (BPS + capBps));
        uint256 value = bought > sold ? ((bought - sold) * (_WAD / BPS)) / spot : 0;
        uint256 most = capBps * (_WAD / BPS);
        return value < most ? value : most;
    }
}
