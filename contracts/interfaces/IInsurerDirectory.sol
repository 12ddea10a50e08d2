// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Insurer directory
/// @notice Says which insurers stood behind open interest at a time. Implemented by the clearing side.
interface IInsurerDirectory {
    /// @notice Insurers and their open interest, in quote units, at time `at`; empty arrays when there was none.
    function exposureAt(uint64 at) external view returns (address[] memory insurers, uint256[] memory openInterest);
}
