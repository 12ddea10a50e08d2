// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAggregatorV3 } from "../interfaces/IAggregatorV3.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";

/// @title Aggregator facade
/// @notice One feed of the price oracle for consumers of {IAggregatorV3}. Round ids are the oracle's rounds (observation
/// time over 15 s): they rise, have gaps, and mean the same for ever. `updatedAt` is the observation time, so age is honest.
contract AggregatorFacade is IAggregatorV3 {
    uint8 public constant decimals = 8;
    uint256 public constant version = 1;

    IPriceOracle public immutable oracle;
    uint256 public immutable feed;

    constructor(IPriceOracle oracle_, uint256 feed_) {
        oracle = oracle_;
        feed = feed_;
    }

    /// @inheritdoc IAggregatorV3
    function description() external view returns (string memory) {
        return oracle.feedDescription(feed);
    }

    /// @notice Latest round; all zeros before the first. Never reverts.
    /// @inheritdoc IAggregatorV3
    function latestRoundData() external view returns (uint80, int256, uint256, uint256, uint80) {
        return oracle.latestRoundData(feed);
    }

    /// @inheritdoc IAggregatorV3
    function getRoundData(uint80 roundId) external view returns (uint80, int256, uint256, uint256, uint80) {
        return oracle.getRoundData(feed, roundId);
    }
}
