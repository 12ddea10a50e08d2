// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Witness router
/// @notice Independent feeds (AggregatorV3, Pyth) behind one interface; never called by a relay.
interface IWitnessRouter {
    enum Kind {
        AggregatorV3,
        Pyth
    }

    struct WitnessSource {
        Kind kind;
        address target;
        bytes32 id;
        uint32 heartbeat;
        uint64 minimum;
        uint64 maximum;
        uint16 thresholdBps;
        bool trueTime;
        uint64 usableAt;
    }

    /// @notice Reads the sources of `feed`, caches the nearest valid one in the oracle, and is paid when that was due.
    function pokeWitness(uint256 feed) external;
    function sourceCount(uint256 feed) external view returns (uint256);
    function sourceAt(uint256 feed, uint256 index) external view returns (WitnessSource memory);
    /// @notice Proves the price of source `index` at time `at`: round `roundId` was updated at or before it and its successor after.
    function tryPriceAt(uint256 feed, uint256 index, uint80 roundId, uint64 at)
        external
        view
        returns (bool ok, uint64 price, uint64 updatedAt, uint64 nextUpdatedAt);
}
