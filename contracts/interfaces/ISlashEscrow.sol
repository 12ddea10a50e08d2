// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Slash escrow
/// @notice Slashed bonds wait here, in one batch per day of fault, until anyone pushes a batch: that credits the insurers
/// of the markets that were exposed on that day, in proportion to open interest then. Credits and the bounties of whoever
/// showed the faults are paid out one account at a time, by anyone's call. So an account that cannot be paid waits alone.
/// Amounts in units of the bond token; a day is unix time divided by one day.
interface ISlashEscrow {
    error SlashEscrow_Unauthorized(address caller);
    error SlashEscrow_ZeroAddress();
    error SlashEscrow_DirectoryFixed(address directory);
    error SlashEscrow_NothingToPush(uint256 day);
    /// @notice Nobody insured open interest on the day of the fault, or no directory is known yet: the batch waits.
    error SlashEscrow_NoInsurer(uint256 day);
    error SlashEscrow_BadExposure(uint256 insurers, uint256 exposures);

    event DirectorySet(address directory);
    event Slashed(
        uint32 indexed validatorId,
        uint256 indexed day,
        uint256 amount,
        uint256 bounty,
        address reporter,
        uint64 faultAt
    );
    event BountyPaid(address indexed caller, address indexed reporter, uint256 amount);
    event Pushed(address indexed caller, uint256 indexed day, address indexed insurer, uint256 amount);
    event InsurerPaid(address indexed caller, address indexed insurer, uint256 amount);

    /// @notice Only the registry, after it moved `amount` of the bond token here.
    /// @param reporter Gets a tenth, rounded down; nobody when zero.
    /// @param faultAt Time of the fault, unix seconds, not in the future.
    function record(uint32 validatorId, uint256 amount, address reporter, uint64 faultAt) external;
    /// @notice Pays `reporter` its bounties. @return paid Zero when there are none.
    function payBounty(address reporter) external returns (uint256 paid);
    /// @notice Credits the batch of `day` to the insurers; waits while the directory knows none. Moves no token. Shares
    /// are rounded down, the last insurer takes the rest.
    function push(uint256 day) external;
    /// @notice Pays `insurer` what it was credited. @return paid Zero when there is nothing.
    function pay(address insurer) external returns (uint256 paid);

    /// @notice What is not pushed yet of the faults of `day`.
    function batchOf(uint256 day) external view returns (uint256 amount);
    /// @notice What `reporter` earned and was not paid, units of the bond token.
    function bountyOf(address reporter) external view returns (uint256 amount);
    /// @notice What `insurer` was credited and not paid.
    function creditOf(address insurer) external view returns (uint256 amount);
}
