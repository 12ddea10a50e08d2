// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Read meter
/// @notice Gas of a call from a contract, everything cold.
contract ReadMeter {
    error ReadMeter_Failed(bytes answer);

    function measure(address target, bytes calldata data) external returns (uint256 used) {
        uint256 before = gasleft();
        (bool ok, bytes memory answer) = target.call(data);
        used = before - gasleft();
        require(ok, ReadMeter_Failed(answer));
    }
}
