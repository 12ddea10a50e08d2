// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IWitnessRouter } from "../interfaces/IWitnessRouter.sol";

/// @title Scripted router
/// @notice Plays the witness router: per feed and source a list of rounds the test writes; round ids are places in it.
contract ScriptedRouter {
    /// @dev Of every source, in seconds.
    uint32 public heartbeat = 1 hours;

    struct Step {
        uint64 updatedAt;
        uint64 price;
    }

    mapping(uint256 feed => mapping(uint256 index => Step[])) private _steps;
    mapping(uint256 feed => mapping(uint256 index => bool)) private _isTrueTime;
    /// @dev A lie about when the first step ends, to build rounds that overlap.
    mapping(uint256 feed => mapping(uint256 index => uint64)) private _firstEndsAt;

    function setTrueTime(uint256 feed, uint256 index, bool isTrueTime) external {
        _isTrueTime[feed][index] = isTrueTime;
    }

    function push(uint256 feed, uint256 index, Step[] calldata steps) external {
        for (uint256 i = 0; i < steps.length; ++i) _steps[feed][index].push(steps[i]);
    }

    function setHeartbeat(uint32 heartbeat_) external {
        heartbeat = heartbeat_;
    }

    function setFirstEnd(uint256 feed, uint256 index, uint64 endsAt) external {
        _firstEndsAt[feed][index] = endsAt;
    }

    function sourceAt(uint256 feed, uint256 index) external view returns (IWitnessRouter.WitnessSource memory source) {
        source.trueTime = _isTrueTime[feed][index];
        source.heartbeat = heartbeat;
    }

    function tryPriceAt(
        uint256 feed,
        uint256 index,
        uint80 roundId,
        uint64 time
    ) external view returns (bool ok, uint64 price, uint64 updatedAt, uint64 nextUpdatedAt) {
        Step[] storage steps = _steps[feed][index];
        if (uint256(roundId) + 1 >= steps.length) return (false, 0, 0, 0);
        Step memory step = steps[roundId];
        nextUpdatedAt = steps[uint256(roundId) + 1].updatedAt;
        if (roundId == 0 && _firstEndsAt[feed][index] != 0) nextUpdatedAt = _firstEndsAt[feed][index];
        ok = step.updatedAt <= time && time < nextUpdatedAt;
        return (ok, step.price, step.updatedAt, nextUpdatedAt);
    }
}
