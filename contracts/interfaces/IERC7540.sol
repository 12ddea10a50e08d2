// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Operators of asynchronous vaults
/// @notice https://eips.ethereum.org/EIPS/eip-7540. ERC-165 id 0xe3bc4e65.
interface IERC7540Operator {
    event OperatorSet(address indexed controller, address indexed operator, bool approved);

    /// @notice Lets `operator` ask and claim for the caller, or no longer.
    function setOperator(address operator, bool approved) external returns (bool);

    /// @notice Whether `operator` may ask and claim for `controller`.
    function isOperator(address controller, address operator) external view returns (bool);
}

/// @title Asynchronous deposits
/// @notice ERC-7540, ERC-165 id 0xce3bbe50.
interface IERC7540Deposit {
    event DepositRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 assets
    );

    /// @notice Takes `assets` of `owner`, the caller or one who made him operator; `controller` will claim the shares.
    function requestDeposit(uint256 assets, address controller, address owner) external returns (uint256 requestId);

    /// @notice Claims shares for `assets` of fulfilled requests of `controller`, rounded down.
    function deposit(uint256 assets, address receiver, address controller) external returns (uint256 shares);

    /// @notice Claims `shares` of fulfilled requests of `controller`; what they took is rounded up.
    function mint(uint256 shares, address receiver, address controller) external returns (uint256 assets);

    /// @notice Assets that wait.
    function pendingDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);

    /// @notice Assets whose shares can be claimed.
    function claimableDepositRequest(uint256 requestId, address controller) external view returns (uint256 assets);
}

/// @title Asynchronous redeeming
/// @notice ERC-7540, ERC-165 id 0x620ee8e4.
interface IERC7540Redeem {
    event RedeemRequest(
        address indexed controller,
        address indexed owner,
        uint256 indexed requestId,
        address sender,
        uint256 shares
    );

    /// @notice Takes `shares` of `owner`, the caller, one who made him operator or gave him an allowance; `controller` will
    /// claim the assets.
    function requestRedeem(uint256 shares, address controller, address owner) external returns (uint256 requestId);

    /// @notice Shares that wait.
    function pendingRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);

    /// @notice Shares whose assets can be claimed.
    function claimableRedeemRequest(uint256 requestId, address controller) external view returns (uint256 shares);
}
