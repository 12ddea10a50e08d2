// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRisk } from "../interfaces/IRisk.sol";
import { Level } from "../shared/OracleTypes.sol";
import { LiquidationReading } from "../shared/RiskTypes.sol";

/// @title Oracle risk
/// @notice Stands in for the risk contract on local networks: band, volatility and averages are the oracle's own, so margins
/// follow the validators' median. Of the breaker it knows the age of the price alone; its notional cap is a constant.
contract OracleRisk is IRisk {
    uint256 private constant _CAUTIOUS_HEARTBEATS = 2;
    uint256 private constant _REDUCE_ONLY_HEARTBEATS = 4;
    uint256 private constant _HALTED_HEARTBEATS = 10;
    uint256 private constant _LEAST_VOLATILITY_BPS = 12_000;
    /// @dev 1,000 million dollars, 2 decimals.
    uint64 private constant _NOTIONAL_CAP = 1e11;
    /// @dev Insurance must hold 8 % of the notional.
    uint16 private constant _LOSS_SHARE_BPS = 800;

    IPriceOracle public immutable oracle;

    constructor(IPriceOracle oracle_) {
        oracle = oracle_;
    }

    /// @inheritdoc IRisk
    function tryRead(uint256 feed, uint256, uint256, Level) public view returns (bool ok, Reading memory reading) {
        IPriceOracle.RiskReading memory told;
        (ok, told) = oracle.tryReadRisk(feed);
        if (!ok || told.price == 0 || told.low == 0) return (false, reading);
        IPriceOracle.FeedMetrics memory metrics = oracle.metrics(feed);

        Level mode = _modeAt(told.age);
        reading = Reading({
            mode: mode,
            opens: mode <= Level.Cautious,
            price: told.price,
            low: told.low,
            high: told.high,
            age: told.age,
            average12h: metrics.average12h,
            volatilityBps: _volatilityUp(metrics.variancePerYearWad),
            multiplierBps: mode == Level.Normal ? 10_000 : 12_500,
            addOnBps: 0,
            notionalCap: _NOTIONAL_CAP,
            lossShareBps: _LOSS_SHARE_BPS
        });
    }

    /// @notice Liquidates nobody.
    /// @inheritdoc IRisk
    function tryReadLiquidation(
        uint256 feed,
        uint256 expiry,
        uint256 collateralFeed,
        Level alarm,
        bool
    ) external view returns (bool ok, Reading memory reading, LiquidationReading memory liquidation) {
        (ok, reading) = tryRead(feed, expiry, collateralFeed, alarm);
        return (ok, reading, liquidation);
    }

    function _modeAt(uint256 age) private view returns (Level) {
        uint256 heartbeat = oracle.heartbeat();
        if (age <= _CAUTIOUS_HEARTBEATS * heartbeat) return Level.Normal;
        if (age <= _REDUCE_ONLY_HEARTBEATS * heartbeat) return Level.Cautious;
        return age <= _HALTED_HEARTBEATS * heartbeat ? Level.ReduceOnly : Level.Halted;
    }

    /// @dev Root of the realised variance in bps, rounded up, at least 120 %.
    function _volatilityUp(uint256 variancePerYearWad) private pure returns (uint32) {
        uint256 bps = FixedPointMathLib.sqrt(variancePerYearWad) / 1e5 + 1;
        return uint32(FixedPointMathLib.clamp(bps, _LEAST_VOLATILITY_BPS, type(uint32).max));
    }
}
