// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev ERC-165 id of ERC-7575: that of its whole interface, most of which is ERC-4626.
bytes4 constant ERC7575_ID = 0x2f0a18c5;

/// @title Multi-asset vaults
/// @notice What ERC-7575 adds to ERC-4626 for a vault that is its own share. https://eips.ethereum.org/EIPS/eip-7575
interface IERC7575 {
    /// @notice Token of the shares.
    function share() external view returns (address);
}

/// @notice How a share names the vault that takes `asset`; zero for none.
interface IERC7575Share {
    /// @notice The vault in which `asset` is deposited for this share.
    function vault(address asset) external view returns (address);
}
