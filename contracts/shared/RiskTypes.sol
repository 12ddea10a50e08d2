// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Which books may be liquidated, and how fast (DESIGN §4, §5). Each includes the ones before it.
enum Liquidation {
    /// @dev None: in grace, or without a price that is at most two heartbeats old.
    None,
    /// @dev Cash below half of maintenance at both ends of the band, 25 % of the book per 60 s.
    BelowHalf,
    /// @dev Any book below maintenance, 25 % of the book per 60 s.
    Slices,
    /// @dev Any book below maintenance.
    Full
}

/// @dev Stands for a collateral or bond without a feed of its own.
uint256 constant NO_FEED = 15;

/// @notice What liquidating takes beyond a reading.
/// @param isPrimary The price has the full quorum behind it: only such a price moves insurance.
/// @param bidTime Seconds of oracle uptime in which bids were possible; liquidation clocks run on differences of it. Late by
/// at most what passed between the last poke and a halt, never early. Where everybody may be bid for, with the seconds behind the
/// latest round, of which the next round may take back what it does not count.
/// @param earlierPrice Newest published price at least 60 s older than the reading's and at most 10 minutes old, 8 decimals,
/// completed like the reading's in the last half hour; 0 when there is none or it was not asked for.
/// @param earlierLow Lower edge around it, as far away in proportion as the reading's, rounded down.
/// @param earlierHigh Upper edge, rounded up.
struct LiquidationReading {
    Liquidation allowed;
    bool isPrimary;
    uint64 bidTime;
    uint64 earlierPrice;
    uint64 earlierLow;
    uint64 earlierHigh;
}
