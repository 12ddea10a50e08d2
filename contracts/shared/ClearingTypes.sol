// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a market's collateral is.
enum CollateralKind {
    /// @dev A dollar stable, counted at par; options pay dollars.
    Quote,
    /// @dev The feed's own coin; options pay coins.
    Coin
}

/// @notice The legs of one book, packed by `LegWord`; only the first `count` mean anything.
struct Legs {
    uint256 count;
    uint256[8] words;
}

/// @notice What the formulas of payoff and margin need of a market.
/// @param unitDecimals Decimals of the ledger unit, 0 to 9.
/// @param capBps c, the most an up leg pays, in units of U; 10,000 to 20,000.
struct Terms {
    CollateralKind kind;
    uint256 unitDecimals;
    uint256 capBps;
}

/// @notice The price as the margin formulas take it; USD, 8 decimals, at most 64 bits.
/// @param price S, above 0.
/// @param low Lower edge of the band that uncertainty leaves, at most `price`.
/// @param high Upper edge, at least `price`.
struct Band {
    uint256 price;
    uint256 low;
    uint256 high;
}

/// @notice What a book is held against: a requirement is the smaller of its cost in this scenario and its maximum loss.
/// @param price S of the floor and of the add-on; USD, 8 decimals.
/// @param low Lowest price looked at, 8 decimals, above 0.
/// @param high Highest price looked at, 8 decimals, below 2 · 2^64.
/// @param timeValue TV of the shorts, 9 decimals, at most 1.
/// @param floorBps φ, least cost as a share of n · shorts; at most 10,000.
/// @param multiplierBps k, factor on stress and floor; 10,000 is none, at most 65,535.
/// @param addOnBps Added to the cost, share of n · shorts; at most 10,000.
/// @param isStale The price is too old to measure anything: the requirement is maximum loss.
struct Scenario {
    uint256 price;
    uint256 low;
    uint256 high;
    uint256 timeValue;
    uint256 floorBps;
    uint256 multiplierBps;
    uint256 addOnBps;
    bool isStale;
}

/// @notice A margin requirement with what it came from; ledger units, each rounded up.
/// @param cost k · max(stress, φ · n · shorts) + add-on; the largest number there is when the price is stale.
/// @param maximumLoss Most the legs can ever cost.
/// @param amount The smaller of the two: what the book must hold.
struct Requirement {
    uint256 cost;
    uint256 maximumLoss;
    uint256 amount;
}

/// @notice What a book is worth to whoever takes it over, ledger units, rounded up.
/// @param full M: worth of shorts less longs at the price itself, not below 0 and not above maximum loss.
/// @param half M₀: the same with half of the time value.
struct Marks {
    uint256 full;
    uint256 half;
}
/// @notice Parameters of a market, copied from its enabled set; one word, written once.
/// @param capBps c of up legs, 10,000 to 20,000.
/// @param mintFee Tenths of a basis point of strike notional (quote) or size (coin).
/// @param expiryCapPercent Share of the market's cap that one expiry may use.
/// @param strikeStep Distance of strikes, 4 decimals.
/// @param minimumSize Smallest size of an opening, 6 decimals.
/// @param dust Smallest initial margin of a book with shorts after an opening, ledger units.
/// @param tip Pay for flagging or settling a book, ledger units; a book with shorts sets two aside.
struct Parameters {
    uint16 initialShockBps;
    uint16 maintenanceShockBps;
    uint16 initialFloorBps;
    uint16 maintenanceFloorBps;
    uint16 capBps;
    uint8 mintFee;
    uint8 expiryCapPercent;
    uint40 strikeStep;
    uint32 minimumSize;
    uint48 dust;
    uint40 tip;
}
