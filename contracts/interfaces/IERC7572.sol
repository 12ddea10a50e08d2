// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Contract-level metadata
/// @notice What wallets and aggregators show of a contract. https://eips.ethereum.org/EIPS/eip-7572
interface IERC7572 {
    /// @notice JSON with at least a name, as a data URI. It never changes, so `ContractURIUpdated` is never emitted.
    function contractURI() external view returns (string memory);
}
