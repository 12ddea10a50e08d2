// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Anchor
/// @notice Re-derives hashes of recent blocks, so that a signature can be bound to one fork. One adapter per chain family.
interface IAnchor {
    /// @notice Hash of block `blockNumber` on this fork.
    /// @return hash Zero when the block is not in the past or too old for this chain's history; never reverts.
    function hashOf(uint256 blockNumber) external view returns (bytes32 hash);

    /// @notice Height in the numbering that `hashOf` uses (not `block.number` on every rollup).
    function height() external view returns (uint256);
}
