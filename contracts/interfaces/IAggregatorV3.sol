// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Aggregator V3
/// @notice The price feed interface that most consumers know.
interface IAggregatorV3 {
    /// @notice Decimals of every answer.
    function decimals() external view returns (uint8);

    /// @notice Name of the pair, for people.
    function description() external view returns (string memory);

    /// @notice Version of the implementation.
    function version() external view returns (uint256);

    /// @notice Data of a round; reverts when there is none.
    /// @return roundId_ The round asked for.
    /// @return answer Price with `decimals` decimals.
    /// @return startedAt Unix seconds.
    /// @return updatedAt Unix seconds of the answer.
    /// @return answeredInRound Deprecated by its inventor; the round id.
    function getRoundData(
        uint80 roundId
    )
        external
        view
        returns (uint80 roundId_, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);

    /// @notice Data of the latest round.
    function latestRoundData()
        external
        view
        returns (uint80 roundId, int256 answer, uint256 startedAt, uint256 updatedAt, uint80 answeredInRound);
}
