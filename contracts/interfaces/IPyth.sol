// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Pyth
/// @notice The one read of a Pyth contract that a witness needs.
interface IPyth {
    /// @param price Price times 10^-expo.
    /// @param conf Confidence interval in the same unit.
    /// @param expo Exponent, usually negative.
    /// @param publishTime Unix seconds at which the publishers observed it: a true observation time.
    struct Price {
        int64 price;
        uint64 conf;
        int32 expo;
        uint256 publishTime;
    }

    /// @notice Latest price of `id` whatever its age; reverts when there never was one.
    function getPriceUnsafe(bytes32 id) external view returns (Price memory price);
}
