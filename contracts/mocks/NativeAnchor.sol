// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAnchor } from "../interfaces/IAnchor.sol";

/// @title Native anchor
/// @notice BLOCKHASH alone: blocks older than 256 are unknown.
contract NativeAnchor is IAnchor {
    function hashOf(uint256 blockNumber) external view returns (bytes32) {
        return blockhash(blockNumber);
    }

    function height() external view returns (uint256) {
        return block.number;
    }
}
