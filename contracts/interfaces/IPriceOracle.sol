// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level, PriceReport, Source } from "../shared/OracleTypes.sol";

/// @title Price oracle
/// @notice Verifies vectors of prices signed by bonded validators, publishes a stake-weighted median per feed and keeps
/// what evidence, averages, settlement and circuit breakers need. Prices: USD per unit, 8 decimals. Times: unix seconds.
/// Weights: whole units of the bond token, as in the validator set. It calls no other room and never reads a stranger.
interface IPriceOracle {
    /// @notice What a margin engine reads. Never older than said: `age` counts from the round's own time.
    /// @param price Published median; 0 before the first round.
    /// @param low Worst plausible price below: dispersion, age, pending jump and contradicting witness widen it. Rounded down.
    /// @param high The same above, rounded up.
    /// @param age Seconds since the observation, 0 when the chain's clock lags.
    /// @param level Stored signal; age is not part of it.
    /// @param source Rung of the ladder the price came from.
    /// @param dispersionPpm D in parts per million, rounded up, saturating at 163,830.
    struct RiskReading {
        uint64 price;
        uint64 low;
        uint64 high;
        uint32 age;
        Level level;
        Source source;
        uint32 dispersionPpm;
    }

    /// @notice Everything the circuit breaker derives its metrics from. Clocks are seconds of oracle uptime.
    struct FeedMetrics {
        uint64 price;
        uint64 round;
        Source source;
        Level level;
        uint64 uptime;
        uint64 average5m;
        uint64 average30m;
        uint64 average12h;
        uint256 variancePerYearWad;
        uint32 dispersionPpm;
        uint32 laggedDispersionPpm;
        uint32 sinceCautious;
        uint32 sinceRecovery;
        uint32 sinceReduceOnly;
        uint32 sinceHalted;
        uint8 quorumStreak;
        uint8 divergentInTwenty;
        bool divergent;
        bool pending;
        bool isNew;
    }

    /// @notice Set-wide state.
    struct Health {
        uint64 latestRound;
        uint32 setId;
        uint64 acceptedAt;
        uint32 mask;
        uint64 activeWeight;
        uint64 nominalWeight;
        uint64 setWeight;
        uint32 signedWeightEmaBps;
        uint64 gapEndedAt;
        uint16 epochRounds;
        bool leaking;
    }

    /// @notice Header of a folded round in the ring.
    struct RoundHeader {
        uint64 round;
        uint32 setId;
        uint64 acceptedAt;
        uint32 signers;
        uint32 tookPart;
        uint32 inBand;
        uint32 late;
        uint64 anchorLow;
        uint16 signedWeightBps;
    }

    /// @notice One feed in a folded round.
    /// @param published False when the feed kept its previous price (no quorum, or in quarantine).
    /// @param clean Quorum round, not divergent, not touched by quarantine: usable as evidence.
    /// @param witnessed A witness asked within two minutes of the round was within 2 %.
    struct RoundPrice {
        uint64 price;
        uint32 dispersionPpm;
        bool published;
        bool clean;
        bool witnessed;
    }

    /// @notice The window of 30 minutes that ends at a half hour.
    /// @param price Last price before the boundary.
    /// @param round Its round.
    /// @param sum Sum of price times covered seconds.
    /// @param coverage Covered seconds, 0 to 1800.
    /// @param divergentSeconds Covered seconds of divergent rounds, in steps of a round.
    /// @param quarantined A quarantine was open in the window.
    /// @param halted A Halted trigger was true in the window.
    /// @param previousBoundary The boundary of the last mark before this one, 0 for the first.
    struct Mark {
        uint64 price;
        uint64 round;
        uint96 sum;
        uint16 coverage;
        uint16 divergentSeconds;
        bool quarantined;
        bool halted;
        uint64 previousBoundary;
    }

    /// @notice Counters of a closed epoch; byte s, from the least significant, belongs to seat s and saturates at 240.
    struct EpochCounters {
        uint16 rounds;
        uint256 tookPart;
        uint256 inBand;
        uint256 late;
    }

    // Errors of a relay; nothing is stored when one is thrown.

    /// @notice The payload is truncated or padded: `given` and `needed` are lengths or offsets in bytes.
    error PriceOracle_BadLength(uint256 given, uint256 needed);
    error PriceOracle_BadReportCount(uint256 given, uint256 maximum);
    /// @notice A price for a slot that does not exist, or no feed at all. Bit masks.
    error PriceOracle_UnknownFeeds(uint256 given, uint256 live);
    error PriceOracle_UnknownSet(uint256 given, uint256 current);
    /// @notice Not newer than the latest round and no upgrade of it either.
    error PriceOracle_RoundNotNewer(uint256 given, uint256 latest);
    error PriceOracle_RoundTooOld(uint256 roundTime, uint256 blockTime, uint256 limit);
    error PriceOracle_RoundInFuture(uint256 roundTime, uint256 blockTime, uint256 limit);
    /// @notice Seats must rise strictly: unsorted, duplicate or reserved bits set.
    error PriceOracle_SeatsNotRising(uint256 index, uint256 given, uint256 minimum);
    /// @notice The seat is jailed, leaving, tombstoned or changed hands.
    error PriceOracle_SeatExcluded(uint256 seat, uint256 excluded);
    error PriceOracle_EmptyReport(uint256 seat);
    error PriceOracle_PriceTooLarge(uint256 seat, uint256 feed, uint256 price);
    /// @notice Not the seat's key, or it signed something else: other prices, round, set, fork, chain or contract.
    error PriceOracle_WrongSigner(uint256 seat, address recovered, address expected);
    error PriceOracle_MalleableSignature(uint256 seat, uint256 s);
    error PriceOracle_UnknownAnchor(uint256 anchorBlock, uint256 currentBlock);
    error PriceOracle_NotASuperset(uint256 given, uint256 stored);
    error PriceOracle_UpgradeTooLate(uint256 blockTime, uint256 deadline);
    /// @notice No feed of the round reached a quorum that may be published.
    error PriceOracle_NoQuorum(uint256 signedWeight, uint256 activeWeight);
    error PriceOracle_ActiveTooLow(uint256 activeWeight, uint256 nominalWeight);

    // Other errors.

    error PriceOracle_Unauthorized(address caller, address expected);
    error PriceOracle_AlreadyWired(address registry, address witnessRouter);
    error PriceOracle_NoFreeSlot(uint256 maximum);
    error PriceOracle_ZeroTick();
    error PriceOracle_UnknownFeed(uint256 given, uint256 count);
    error PriceOracle_NoData(uint256 feed, uint256 roundId);
    error PriceOracle_ZeroAddress();
    error PriceOracle_BadHeartbeat(uint256 given, uint256 lowest, uint256 highest);
    error PriceOracle_BadTipBase(uint256 given, uint256 maximum);
    error PriceOracle_TriggerActive();
    /// @notice The round is not in the ring, not yet sealed, or older than 10 minutes.
    error PriceOracle_NotCreditable(uint256 round);
    error PriceOracle_AlreadyCounted(uint256 round, uint256 seat);
    error PriceOracle_BadWitness(uint256 feed, uint256 price, uint256 observedAt);

    event RoundAccepted(address indexed relayer, uint64 indexed round, uint32 setId, uint32 signers, uint64[8] prices);
    event RoundUpgraded(address indexed relayer, uint64 indexed round, uint32 setId, uint32 signers, uint64[8] prices);
    event PriceQuarantined(uint256 indexed feed, uint64 indexed round, uint64 price, uint64 publishedPrice);
    event LevelChanged(uint256 indexed feed, uint64 indexed round, Level oldLevel, Level newLevel, uint256 cause);
    event WitnessRecorded(uint256 indexed feed, uint64 price, uint64 observedAt, int32 distanceBps, bool agreed);
    event WitnessPublished(uint256 indexed feed, uint64 indexed round, uint64 price);
    event LateReportCredited(uint64 indexed round, uint256 indexed seat, address caller);
    event SetInstalled(uint32 indexed setId, address code, uint64 setWeight, uint64 nominalWeight);
    event SeatsMasked(uint32 indexed setId, uint32 oldMask, uint32 newMask);
    event WeightLeaked(uint32 indexed setId, uint256 leakState, uint64 activeWeight);
    event EpochCounted(uint32 indexed setId, uint16 rounds, uint256 tookPart, uint256 inBand, uint256 late);
    event FeedAdded(uint256 indexed feed, string description, uint64 tick);
    event TipBaseChanged(uint256 oldBase, uint256 newBase);
    event MarkKept(
        uint256 indexed feed,
        uint64 indexed boundary,
        uint64 price,
        uint64 round,
        uint96 sum,
        uint16 coverage
    );
    event WitnessRequired(uint64 until);

    /// @notice Governance: opens the next feed slot; description and tick never change.
    function addFeed(string calldata description, uint64 tick) external returns (uint256 feed);
    /// @notice Governance: tip for a full round that was one heartbeat late, in reward token units.
    function setTipBase(uint128 newBase) external;

    /// @notice Accepts one round of signed vectors in the packed form of docs/ARCHITECTURE.md ("Packed relay").
    function relay(bytes calldata packed) external;

    /// @notice Credits a validator that a relayer left out: counts against downtime only, never for the price.
    function creditLate(PriceReport calldata report, uint256 seat, uint64 anchorBlock, bytes32 r, bytes32 vs) external;

    // Reads. None of them depends on another contract.
    /// @notice Feeds that exist; slots are 0 to one less.
    function feedCount() external view returns (uint256);
    /// @notice Such as `ETH / USD`; empty for an unknown feed.
    function feedDescription(uint256 feed) external view returns (string memory);
    /// @notice Longest time between two prices of a feed that stands still, seconds.
    function heartbeat() external view returns (uint256);
    /// @notice As AggregatorV3 has it: round, price (8 decimals), its time twice, and the round again. Zeros before the first price.
    function latestRoundData(uint256 feed) external view returns (uint80, int256, uint256, uint256, uint80);
    /// @notice The same of an earlier round, as long as the ring keeps it; reverts when it published nothing for this feed.
    function getRoundData(
        uint256 feed,
        uint80 roundId
    ) external view returns (uint80, int256, uint256, uint256, uint80);
    /// @notice Price, band, age and signal of a feed; not ok before its first price and for an unknown feed. Never reverts.
    function tryReadRisk(uint256 feed) external view returns (bool ok, RiskReading memory reading);
    /// @notice The same; reverts where that says no.
    function readRisk(uint256 feed) external view returns (RiskReading memory);
    /// @notice Everything the risk room reads of a feed, as it is stored: one call, three words of storage. Decoded by
    /// {RiskWords}. Zeros for a slot that does not exist; `pendingPrice` is 0 unless a jump waits in quarantine.
    function riskWords(
        uint256 feed
    ) external view returns (uint256 latest, uint256 averages, uint256 witness, uint256 pendingPrice);
    /// @notice What triggers and averages of a feed stand at.
    function metrics(uint256 feed) external view returns (FeedMetrics memory);
    /// @notice State of the set and of the latest round.
    function health() external view returns (Health memory);
    /// @notice Who signed a round; not ok once the ring has lost it, and while it may still gain signers.
    function tryRoundHeader(uint64 round) external view returns (bool ok, RoundHeader memory);
    /// @notice What a round said of a feed; not ok under the same conditions.
    function tryRoundPrice(uint256 feed, uint64 round) external view returns (bool ok, RoundPrice memory);
    /// @notice Price that the newest of the rounds `oldest` to `newest` published for a feed, 0 when none did; at most the
    /// newest 64 are looked at. The feed's latest round may still gain signers: only earlier ones are final.
    function publishedBetween(uint256 feed, uint256 oldest, uint256 newest) external view returns (uint256 price);
    /// @notice The half hour that ends at `boundary`, a multiple of 1,800; not ok while it may still change and when nothing was kept.
    function tryMarkAt(uint256 feed, uint64 boundary) external view returns (bool ok, Mark memory);
    /// @notice Time of the last round that a quorum or a majority signed, 0 before the first: what makes a set stalled.
    function lastSignedAt() external view returns (uint256);
    /// @notice True while any trigger of any feed, or the set's own state, asks for more than Normal: nothing may be loosened.
    function anyTrigger() external view returns (bool);
    /// @notice What a validator signs of a report (EIP-712).
    function reportDigest(PriceReport calldata report) external view returns (bytes32);
    /// @notice Seat `seat` of set `setId`; zeros when empty or unknown.
    function seatAt(
        uint32 setId,
        uint256 seat
    ) external view returns (address signer, uint64 weight, uint32 validatorId);
    /// @notice Sum of weights of set `setId` as installed.
    function setWeight(uint32 setId) external view returns (uint64);
    /// @notice Reliability of a seat, 2^15 is 1; it scales weight in the effective median alone.
    function reliabilityOf(uint256 seat) external view returns (uint256);
    /// @notice Tips ever earned by `account`, in units of the reward token; only rises. The reward pot pays the difference.
    function tipsEarned(address account) external view returns (uint256);

    // Only the registry.

    /// @notice Installs the next set: 28 bytes per seat (signer 20, weight 4, validator id 4), empty seats zero; a zero
    /// signer keeps the key that the validator has on that seat, and reverts when it has none.
    /// Seats whose signer changed start at reliability 0.75 and are ignored in reports of the previous set.
    function installSet(bytes calldata seats, uint64 nominalWeight) external returns (uint32 setId);
    /// @notice Seats in `newMask` stop counting at once.
    function setMask(uint32 newMask) external;
    /// @notice What active weight is measured by from now on; whole bond tokens.
    function setNominalWeight(uint64 nominalWeight) external;
    /// @notice Until `until` every price must lie within 2 % of a fresh witness and the feeds are ReduceOnly.
    function requireWitnessUntil(uint64 until) external;
    /// @notice Closes the counting period: moves reliabilities, returns and clears the counters.
    function closeEpoch() external returns (EpochCounters memory);

    // Only the witness router.

    /// @notice Caches what the nearest valid witness says; distance is to our own price at the witness's time.
    /// @param agreed Two fresh witnesses are at most 1 % apart and `price` is their median: may be published when stale (L2).
    /// @param conflicted Two fresh witnesses are 8 % or more apart.
    /// @param thresholdBps Deviation threshold of the source, added to its trigger.
    function recordWitness(
        uint256 feed,
        uint64 price,
        uint64 observedAt,
        bool agreed,
        bool conflicted,
        uint16 thresholdBps
    ) external;
}
