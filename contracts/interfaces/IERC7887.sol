// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Cancelling of deposit requests
/// @notice https://eips.ethereum.org/EIPS/eip-7887, ERC-165 id 0x8bf840e3.
interface IERC7887Deposit {
    event CancelDepositRequest(address indexed controller, uint256 indexed requestId, address sender);
    event CancelDepositClaim(
        address indexed controller,
        address indexed receiver,
        uint256 indexed requestId,
        address sender,
        uint256 assets
    );

    /// @notice Takes back what waits.
    function cancelDepositRequest(uint256 requestId, address controller) external;

    /// @notice Pays what was taken back to `receiver`.
    function claimCancelDepositRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external returns (uint256 assets);

    /// @notice Whether a cancellation waits.
    function pendingCancelDepositRequest(uint256 requestId, address controller) external view returns (bool isPending);

    /// @notice Assets that were taken back and can be claimed.
    function claimableCancelDepositRequest(
        uint256 requestId,
        address controller
    ) external view returns (uint256 assets);
}

/// @title Cancelling of redeem requests
/// @notice ERC-7887, ERC-165 id 0xe76cffc7.
interface IERC7887Redeem {
    event CancelRedeemRequest(address indexed controller, uint256 indexed requestId, address sender);
    event CancelRedeemClaim(
        address indexed controller,
        address indexed receiver,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );

    /// @notice Takes back what waits.
    function cancelRedeemRequest(uint256 requestId, address controller) external;

    /// @notice Hands what was taken back to `receiver`.
    function claimCancelRedeemRequest(
        uint256 requestId,
        address receiver,
        address controller
    ) external returns (uint256 shares);

    /// @notice Whether a cancellation waits.
    function pendingCancelRedeemRequest(uint256 requestId, address controller) external view returns (bool isPending);

    /// @notice Shares that were taken back and can be claimed.
    function claimableCancelRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
}
