// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Slash escrow
/// @notice Slashed bonds wait here until anyone pushes them to the insurers of the markets that were exposed at the fault,
/// in proportion to open interest then; bounties wait for whoever showed the fault.
interface ISlashEscrow {
    event Slashed(uint32 indexed validatorId, uint256 indexed batchId, uint256 amount, uint256 bounty, address reporter, uint64 faultAt);
    event BountyPaid(address indexed caller, address indexed reporter, uint256 amount);
    event Pushed(address indexed caller, uint256 indexed batchId, address insurer, uint256 amount);

    /// @notice Only the registry, after it moved `amount` of the bond token here.
    function record(uint32 validatorId, uint256 amount, address reporter, uint64 faultAt) external returns (uint256 batchId);
    function payBounty(address reporter) external returns (uint256 paid);
    /// @notice Sends batch `batchId` to the insurers; waits while the directory knows none.
    function push(uint256 batchId) external;
}
