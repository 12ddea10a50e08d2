// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IAnchor } from "../../interfaces/IAnchor.sol";

/// @title Arbitrum system contract
/// @notice The two calls an anchor needs; `block.number` is the parent chain's there.
interface IArbSys {
    /// @notice Height of the rollup's own chain.
    function arbBlockNumber() external view returns (uint256);
    /// @notice Hash of one of its last 256 blocks; reverts for others.
    function arbBlockHash(uint256 blockNumber) external view returns (bytes32);
}

/// @title Arbitrum anchor
/// @notice For chains of the Arbitrum family: heights and hashes of the rollup's own blocks. The system contract knows 256
/// of them, which is about a minute; what is older comes from the history contract of EIP-2935, which counts the rollup's
/// blocks there too and keeps 393,168 of them, and which chains have since ArbOS 40.
contract ArbitrumAnchor is IAnchor {
    /// @notice System contract; 0x0000000000000000000000000000000000000064.
    IArbSys public immutable system;
    /// @notice History contract; 0x0000F90827F1C53a10cb7A02335B175320002935. May hold no code.
    address public immutable history;

    constructor(IArbSys system_, address history_) {
        system = system_;
        history = history_;
    }

    /// @inheritdoc IAnchor
    function hashOf(uint256 blockNumber) external view returns (bytes32 hash) {
        hash = _ask(address(system), abi.encodeCall(IArbSys.arbBlockHash, blockNumber));
        // The history contract takes the bare number.
        if (hash == 0) hash = _ask(history, abi.encode(blockNumber));
    }

    /// @inheritdoc IAnchor
    function height() external view returns (uint256) {
        return system.arbBlockNumber();
    }

    /// @dev Both revert outside their windows, and no code answers with nothing.
    function _ask(address target, bytes memory question) private view returns (bytes32 hash) {
        (bool ok, bytes memory answer) = target.staticcall(question);
        if (ok && answer.length == 32) hash = bytes32(answer);
    }
}
