// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Witness router
/// @notice Independent feeds (AggregatorV3, Pyth) behind one interface; never called by a relay.
interface IWitnessRouter {
    enum Kind {
        AggregatorV3,
        Pyth
    }

    /// @param target Contract to read.
    /// @param id Pyth price id, else zero.
    /// @param heartbeat Longest age of an answer, seconds.
    /// @param minimum Answers at or below it are invalid: what a clamp shows. 8 decimals.
    /// @param maximum Answers at or above it are invalid.
    /// @param thresholdBps Deviation at which the source updates.
    /// @param trueTime Its update time is the observation time of its publishers.
    /// @param decimals Of an aggregator's answers; 0 for Pyth, which says its exponent itself.
    /// @param usableAt Nothing is read from it before.
    struct WitnessSource {
        Kind kind;
        address target;
        bytes32 id;
        uint32 heartbeat;
        uint64 minimum;
        uint64 maximum;
        uint16 thresholdBps;
        bool trueTime;
        uint8 decimals;
        uint64 usableAt;
    }

    error WitnessRouter_UnknownFeed(uint256 given, uint256 count);
    error WitnessRouter_UnknownSource(uint256 feed, uint256 given, uint256 count);
    error WitnessRouter_TooManySources(uint256 feed, uint256 maximum);
    error WitnessRouter_LastSource(uint256 feed);
    error WitnessRouter_BadSource(address target, uint256 heartbeat, uint256 minimum, uint256 maximum);
    error WitnessRouter_TriggerActive();
    error WitnessRouter_NoValidSource(uint256 feed);
    /// @notice The caller gave so little gas that a source could have been starved into failing.
    error WitnessRouter_GasStarved(uint256 gasLeft, uint256 needed);

    event SourceAdded(uint256 indexed feed, uint256 indexed index, address target, uint64 usableAt);
    event SourceReplaced(
        uint256 indexed feed,
        uint256 indexed index,
        address oldTarget,
        address newTarget,
        uint64 usableAt
    );
    event SourceRemoved(uint256 indexed feed, uint256 indexed index, address target);
    event SourceSkipped(uint256 indexed feed, uint256 indexed index, address target);
    event WitnessPoked(address indexed caller, uint256 indexed feed, uint64 price, uint64 observedAt, bool paid);

    /// @notice Governance. A source must show an answer within 1 % of a fresh quorum price, else of another fresh witness;
    /// else it waits seven days.
    function addSource(uint256 feed, WitnessSource calldata source) external returns (uint256 index);
    /// @notice Governance. Replacing a faulty source is not loosening and is allowed while a trigger is true.
    function replaceSource(uint256 feed, uint256 index, WitnessSource calldata source) external;
    /// @notice Governance. Never the last one that may be asked now, and not while a trigger is true. Its place may be taken by
    /// `replaceSource`.
    function removeSource(uint256 feed, uint256 index) external;
    /// @notice Reads the sources of `feed`, caches the nearest valid one in the oracle, and is paid when that was due.
    function pokeWitness(uint256 feed) external;
    /// @notice Witnesses of a feed.
    function sourceCount(uint256 feed) external view returns (uint256);
    /// @notice A witness of a feed; reverts behind the last one.
    function sourceAt(uint256 feed, uint256 index) external view returns (WitnessSource memory);
    /// @notice For Pyth, which keeps no history, `roundId` is the number of an observation kept by a poke.
    /// Proves the price of source `index` at time `at`: round `roundId` was updated at or before it and its successor after.
    function tryPriceAt(
        uint256 feed,
        uint256 index,
        uint80 roundId,
        uint64 at
    ) external view returns (bool ok, uint64 price, uint64 updatedAt, uint64 nextUpdatedAt);
}
