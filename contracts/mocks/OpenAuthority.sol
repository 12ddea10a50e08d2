// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Open authority
/// @notice Lets everybody call everything: stands in for the access manager where access is not what is tested.
contract OpenAuthority {
    function canCall(address, address, bytes4) external pure returns (bool immediate, uint32 delay) {
        return (true, 0);
    }
}
