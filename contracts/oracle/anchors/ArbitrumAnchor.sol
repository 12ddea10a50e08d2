// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAnchor } from "../../interfaces/IAnchor.sol";

/// @title Arbitrum system contract
/// @notice The two calls an anchor needs; `block.number` is the parent chain's there.
interface IArbSys {
    function arbBlockNumber() external view returns (uint256);
    function arbBlockHash(uint256 blockNumber) external view returns (bytes32);
}

/// @title Arbitrum anchor
/// @notice For chains of the Arbitrum family: heights and hashes of the rollup's own blocks, 256 back.
contract ArbitrumAnchor is IAnchor {
    /// @notice System contract; 0x0000000000000000000000000000000000000064.
    IArbSys public immutable system;

    constructor(IArbSys system_) {
        system = system_;
    }

    /// @inheritdoc IAnchor
    function hashOf(uint256 blockNumber) external view returns (bytes32 hash) {
        (bool ok, bytes memory answer) = address(system).staticcall(abi.encodeCall(IArbSys.arbBlockHash, blockNumber));
        if (ok && answer.length == 32) hash = bytes32(answer);
    }

    /// @inheritdoc IAnchor
    function height() external view returns (uint256) {
        return system.arbBlockNumber();
    }
}
