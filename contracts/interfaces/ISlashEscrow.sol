// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Slash escrow
/// @notice Slashed bonds wait here until anyone pushes them to the insurers of the markets that were exposed at the fault,
/// in proportion to open interest then; bounties wait for whoever showed the fault.
interface ISlashEscrow {
    error SlashEscrow_Unauthorized(address caller);
    error SlashEscrow_DirectoryFixed(address directory);
    error SlashEscrow_NothingToPush(uint256 batchId);
    /// @notice Nobody insured open interest at the fault, or no directory is known yet: the batch waits.
    error SlashEscrow_NoInsurer(uint256 batchId);
    error SlashEscrow_BadExposure(uint256 insurers, uint256 exposures);

    event DirectorySet(address directory);
    event Slashed(
        uint32 indexed validatorId,
        uint256 indexed batchId,
        uint256 amount,
        uint256 bounty,
        address reporter,
        uint64 faultAt
    );
    event BountyPaid(address indexed caller, address indexed reporter, uint256 amount);
    event Pushed(address indexed caller, uint256 indexed batchId, address insurer, uint256 amount);

    /// @notice Only the registry, after it moved `amount` of the bond token here.
    function record(
        uint32 validatorId,
        uint256 amount,
        address reporter,
        uint64 faultAt
    ) external returns (uint256 batchId);
    function payBounty(address reporter) external returns (uint256 paid);
    /// @notice Sends batch `batchId` to the insurers; waits while the directory knows none.
    function push(uint256 batchId) external;
}
