// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";

/// @title Factory of wrapped longs
/// @notice One ERC-20 per series, at an address that is known before it exists (CREATE2, the series id is the salt).
interface IWrappedLongFactory {
    error WrappedLongFactory_ZeroAddress();
    /// @notice The Clearinghouse has no name for it: no market has such a series.
    error WrappedLongFactory_UnknownSeries(uint256 seriesId);

    event WrapperCreated(address indexed caller, uint256 indexed seriesId, address wrapper);

    /// @notice Puts the wrapper of a series in its place; anyone's call, and nothing changes when it is there already. Reverts while
    /// the price oracle cannot name the feed.
    function create(uint256 seriesId) external returns (address wrapper);
    /// @notice Where the wrapper of a series is or will be.
    function addressOf(uint256 seriesId) external view returns (address);
    /// @notice The Clearinghouse.
    function house() external view returns (IERC6909Metadata);
}
