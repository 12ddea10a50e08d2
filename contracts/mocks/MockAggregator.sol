// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAggregatorV3 } from "../interfaces/IAggregatorV3.sol";

/// @title Mock aggregator
/// @notice A scripted {IAggregatorV3}: anyone may push rounds, or make it fail in the ways real ones have failed.
contract MockAggregator is IAggregatorV3 {
    enum Failure {
        None,
        Revert,
        BurnGas,
        HugeReturn
    }

    struct Round {
        int256 answer;
        uint256 updatedAt;
    }

    error MockAggregator_Failing();
    error MockAggregator_NoData(uint80 roundId);

    uint8 public immutable decimals;
    string public description;
    uint256 public constant version = 4;
    uint80 public latestRound;
    Failure public failure;

    mapping(uint80 roundId => Round) private _rounds;

    constructor(uint8 decimals_, string memory description_) {
        decimals = decimals_;
        description = description_;
    }

    /// @notice Adds a round observed at `updatedAt`.
    function push(int256 answer, uint256 updatedAt) external {
        latestRound += 1;
        _rounds[latestRound] = Round(answer, updatedAt);
    }

    /// @notice Starts the next phase: round ids jump as they do behind a proxy.
    function nextPhase() external {
        latestRound = uint80(((uint256(latestRound) >> 64) + 1) << 64);
    }

    function setFailure(Failure failure_) external {
        failure = failure_;
    }

    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return _read(roundId);
    }

    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return _read(latestRound);
    }

    function _read(uint80 roundId) private view returns (uint80, int256, uint256, uint256, uint80) {
        if (failure == Failure.Revert) revert MockAggregator_Failing();
        if (failure == Failure.BurnGas) {
            while (true) {}
        }
        if (failure == Failure.HugeReturn) {
            assembly ("memory-safe") {
                return(0, 200000)
            }
        }
        Round memory round = _rounds[roundId];
        require(round.updatedAt != 0, MockAggregator_NoData(roundId));
        return (roundId, round.answer, round.updatedAt, round.updatedAt, roundId);
    }
}
