// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Which books may be liquidated, and how fast (DESIGN §4, §5). Each includes the ones before it.
enum Liquidation {
    /// @dev None: in grace, or without a price that is at most two heartbeats old.
    None,
    /// @dev Cash below half of maintenance at both ends of the band, 25 % of the flagged size per 60 s.
    BelowHalf,
    /// @dev Any book below maintenance, 25 % of the flagged size per 60 s.
    Slices,
    /// @dev Any book below maintenance.
    Full
}

/// @dev Where {MarketFigures.collateralFeed} says that the collateral has no feed of its own.
uint8 constant NO_FEED = type(uint8).max;

/// @notice What the clearing room knows about a market and the risk contract does not: calls go down, so it comes along.
/// @param collateralFeed Slot of the collateral's own price, NO_FEED for none.
/// @param drawnBps Insurance of the market drawn in the last 24 h, share of what it held before.
/// @param isUnbacked The market has debt that no insurance covered.
/// @param outflowBps Cash that left books of the market below maximum loss in the last hour, net of what came in, share of
/// what they held.
struct MarketFigures {
    uint8 collateralFeed;
    uint16 drawnBps;
    bool isUnbacked;
    uint16 outflowBps;
}

/// @notice What a mode lets happen beside opening.
/// @param lends Cash may leave a book down to initial margin; else down to maximum loss, as always.
/// @param reduces Trades that lower a requirement may be matched; closing one's own position never asks.
/// @param dispersionPpm D of the price.
struct Permissions {
    bool lends;
    bool reduces;
    Liquidation liquidation;
    uint32 dispersionPpm;
}
