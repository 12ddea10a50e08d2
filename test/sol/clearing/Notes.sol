// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a handler writes down while it plays: the first promise it saw broken, and what happened how often. A fuzzer
/// swallows reverts, so a broken promise is a note.
abstract contract Notes {
    /// @notice The first promise that an action saw broken.
    string public broken;
    /// @notice How often something happened.
    mapping(bytes32 name => uint256) public counts;

    function _require(bool kept, string memory what) internal {
        if (!kept && bytes(broken).length == 0) broken = what;
    }

    function _count(bytes32 name) internal {
        ++counts[name];
    }

    /// @dev Fuzzers like small and extreme numbers; choices should not.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }
}
