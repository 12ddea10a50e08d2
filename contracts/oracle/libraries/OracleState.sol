// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FEED_SLOTS, RING_ROUNDS } from "../../shared/OracleTypes.sol";

/// @dev `SetPointer.flags`: some seat has leaked weight.
uint8 constant SET_LEAKING = 1;
/// @dev `SetPointer.flags`: no quorum since `Stall.quorumRound`.
uint8 constant SET_STALLED = 2;
/// @dev Words of a round in the ring: a header, then prices of three feeds each.
uint256 constant RING_WORDS = 4;

/// @notice What the current set is, in one word.
struct SetPointer {
    address code;
    uint24 setId;
    uint32 mask; // seats that stopped counting: jailed, leaving, tombstoned, silent
    uint32 changed; // seats that changed hands when this set was installed
    uint8 flags;
}

/// @notice What the set weighs in whole units of the bond token, and what else every relay reads, in one word; relays read
/// it raw, see StateReads.
struct SetWeights {
    uint48 active;
    uint48 nominal;
    uint48 total;
    uint40 witnessUntil; // until then every price needs a witness
    uint8 feeds; // live feeds
    uint32 partReference; // seats whose counter in `tookPartMeter` counts the rounds they did not take part
    uint32 bandReference; // the same of `inBandMeter`
}

/// @notice The slot in which presence is being counted while no quorum is reached.
struct Stall {
    uint32 quorumRound; // last round before the stall
    uint32 slot; // block time over ten minutes
    uint32 present; // seats seen in that slot
}

struct FeedInfo {
    string description;
    uint64 tick;
}

/// @notice All storage of the price oracle. Words are laid out by the libraries named beside them.
struct OracleState {
    uint256 head; // RoundHead
    uint256 tookPartMeter; // FaultMeter, see RoundCount
    uint256 inBandMeter; // FaultMeter, see RoundCount
    uint256 lateMeter; // FaultMeter
    SetPointer set;
    SetWeights weights;
    Stall stall;
    uint256 leakState; // WeightLeak
    uint256[2] reliability; // 16 seats each, 16 bits a seat
    uint256[FEED_SLOTS] latest; // FeedWords
    uint256[FEED_SLOTS] averages; // FeedWords
    uint256[FEED_SLOTS / 2] witness; // WitnessWord
    uint256[FEED_SLOTS] pending; // Quarantine
    uint256 lastMarks; // last kept boundary over MARK_SECONDS, 32 bits a feed
    uint128 tipBase;
    mapping(uint256 feed => mapping(uint256 boundary => uint256 mark)) marks; // FeedStep
    mapping(address account => uint256 amount) tips;
    mapping(uint256 feed => FeedInfo info) feeds;
    uint256[RING_WORDS][RING_ROUNDS] ring; // RoundRing
}
