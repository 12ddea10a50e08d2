// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../shared/OracleTypes.sol";
import { LiquidationReading } from "../shared/RiskTypes.sol";

/// @title Risk
/// @notice What the clearing room asks before it lets somebody take risk: price band, mode, multipliers and caps. Clearing
/// treats a call that fails, or `ok == false`, as Halted without a price; exits never ask.
interface IRisk {
    /// @param mode Strictest of stored signal, live age, global state and guardian.
    /// @param opens Requirements may rise: Normal, Cautious and the ramp of Recovery.
    /// @param price USD per unit, 8 decimals; in the last 30 minutes before `expiry` the average so far completed with spot.
    /// @param low Lower edge of the band (dispersion, age, pending price, witness), rounded down; `low <= price`.
    /// @param high Upper edge, rounded up; `high >= price`.
    /// @param age Seconds since the observation.
    /// @param average12h 12 h average, 8 decimals: the fence of new strikes.
    /// @param volatilityBps Larger of 120 % and realised 12 h volatility, per year, rounded up.
    /// @param multiplierBps k of initial margin, 10,000 or more.
    /// @param addOnBps Sentinel add-on to initial margin, share of notional, 0 to 1,000.
    /// @param notionalCap Most open notional of all markets of this risk contract together, USD with 2 decimals.
    /// @param lossShareBps Share of a market's open notional that its insurance must hold; 0 when stake secures it.
    struct Reading {
        Level mode;
        bool opens;
        uint64 price;
        uint64 low;
        uint64 high;
        uint32 age;
        uint64 average12h;
        uint32 volatilityBps;
        uint16 multiplierBps;
        uint16 addOnBps;
        uint64 notionalCap;
        uint16 lossShareBps;
    }

    /// @notice Never reverts on bad data: `ok` is false when there is no price to margin with.
    /// @param feed Slot of the market's price.
    /// @param collateralFeed Slot of the collateral's own price, {NO_FEED} for none.
    /// @param alarm What the market itself asks for, see {MarketAlarm}: calls go down, so it comes along. One that lies hurts
    /// the caller's market alone.
    function tryRead(
        uint256 feed,
        uint256 expiry,
        uint256 collateralFeed,
        Level alarm
    ) external view returns (bool ok, Reading memory reading);

    /// @notice The same with what liquidating takes.
    /// @param withEarlier Also look for the earlier price that flagging needs.
    function tryReadLiquidation(
        uint256 feed,
        uint256 expiry,
        uint256 collateralFeed,
        Level alarm,
        bool withEarlier
    ) external view returns (bool ok, Reading memory reading, LiquidationReading memory liquidation);
}
