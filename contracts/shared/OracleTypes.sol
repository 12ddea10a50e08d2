// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Feed slots of one oracle instance; a signed vector always has this many prices.
uint256 constant FEED_SLOTS = 8;
/// @dev Seats of a validator set; a seat is a bit in every bitmap and a byte in every counter.
uint256 constant SEATS = 32;
/// @dev Seconds of one round; the round number is the observation time divided by this.
uint256 constant ROUND_SECONDS = 15;
/// @dev Rounds kept for evidence, addressed by round modulo this (17 h at full pace).
uint256 constant RING_ROUNDS = 4096;
/// @dev Seconds between two kept marks; settlement windows end on them.
uint256 constant MARK_SECONDS = 30 minutes;
/// @dev Unit of reliability: this much is 1.
uint256 constant RELIABILITY_ONE = 1 << 15;
/// @dev Basis points in one.
uint256 constant BPS = 10_000;

/// @notice How tight the signal of a feed is; each level includes the ones before it.
enum Level {
    Normal,
    Cautious,
    Recovery,
    ReduceOnly,
    Halted
}

/// @notice Where a stored price came from, best first (DESIGN §3, the ladder L0–L3).
enum Source {
    /// @dev No price yet.
    None,
    /// @dev L0: more than two thirds of the active weight.
    Quorum,
    /// @dev L1: more than half, within 2 % of a fresh witness.
    Majority,
    /// @dev L2: two witnesses at most 1 % apart.
    Witness,
    /// @dev L1 without a fresh witness: kept for settlement only, the feed is Halted.
    Unwitnessed
}

/// @notice One validator's signed statement: eight prices observed in one round, bound to one fork by a recent block.
/// @param round Observation time divided by ROUND_SECONDS.
/// @param setId Number of the validator set the signer sits in.
/// @param anchorHash Hash of a block at least 24 s older than the round's start in the signer's view.
/// @param prices USD per unit, 8 decimals, by feed slot; 0 abstains.
struct PriceReport {
    uint64 round;
    uint32 setId;
    bytes32 anchorHash;
    uint64[8] prices;
}
