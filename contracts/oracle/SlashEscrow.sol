// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IInsurerDirectory } from "../interfaces/IInsurerDirectory.sol";
import { ISlashEscrow } from "../interfaces/ISlashEscrow.sol";

/// @title Slash escrow
/// @notice See {ISlashEscrow}. Its balance is the unpaid bounties and the unpushed batches, exactly.
contract SlashEscrow is ISlashEscrow, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant _BOUNTY_PERCENT = 10;
    uint256 private constant _MAXIMUM_INSURERS = 64;

    struct Batch {
        uint128 amount;
        uint64 faultAt;
    }

    IERC20 public immutable token;
    address private immutable _deployer = msg.sender;

    address public registry;
    IInsurerDirectory public directory;
    uint256 public batches;

    mapping(uint256 batchId => Batch) private _batches;
    mapping(address reporter => uint256 amount) public bountyOf;

    constructor(IERC20 token_, address authority) AccessManaged(authority) {
        token = token_;
    }

    /// @notice Names the registry, once and for ever. Only the deployer.
    function wire(address registry_) external {
        require(msg.sender == _deployer && registry == address(0), SlashEscrow_Unauthorized(msg.sender));
        registry = registry_;
    }

    /// @notice Governance: names the clearing side's directory, once and for ever.
    function setDirectory(IInsurerDirectory directory_) external restricted {
        require(address(directory) == address(0), SlashEscrow_DirectoryFixed(address(directory)));
        directory = directory_;

        emit DirectorySet(address(directory_));
    }

    /// @inheritdoc ISlashEscrow
    function record(
        uint32 validatorId,
        uint256 amount,
        address reporter,
        uint64 faultAt
    ) external returns (uint256 batchId) {
        require(msg.sender == registry, SlashEscrow_Unauthorized(msg.sender));
        uint256 bounty = reporter == address(0) ? 0 : (amount * _BOUNTY_PERCENT) / 100;
        batchId = ++batches;
        _batches[batchId] = Batch(uint128(amount - bounty), faultAt);
        if (bounty != 0) bountyOf[reporter] += bounty;

        emit Slashed(validatorId, batchId, amount, bounty, reporter, faultAt);
    }

    /// @inheritdoc ISlashEscrow
    function payBounty(address reporter) external nonReentrant returns (uint256 paid) {
        paid = bountyOf[reporter];
        bountyOf[reporter] = 0;
        emit BountyPaid(msg.sender, reporter, paid);

        if (paid != 0) token.safeTransfer(reporter, paid);
    }

    /// @inheritdoc ISlashEscrow
    function push(uint256 batchId) external nonReentrant {
        Batch memory batch = _batches[batchId];
        require(batch.amount != 0, SlashEscrow_NothingToPush(batchId));
        require(address(directory) != address(0), SlashEscrow_NoInsurer(batchId));
        (address[] memory insurers, uint256[] memory exposure) = directory.exposureAt(batch.faultAt);
        uint256 total = _total(insurers, exposure);
        require(total != 0, SlashEscrow_NoInsurer(batchId));
        _batches[batchId].amount = 0;

        uint256 left = batch.amount;
        for (uint256 i = 0; i < insurers.length; ++i) {
            // The last one takes what rounding left.
            uint256 share = i + 1 == insurers.length ? left : (batch.amount * exposure[i]) / total;
            left -= share;
            emit Pushed(msg.sender, batchId, insurers[i], share);
            if (share != 0) token.safeTransfer(insurers[i], share);
        }
    }

    function batchOf(uint256 batchId) external view returns (uint256 amount, uint256 faultAt) {
        return (_batches[batchId].amount, _batches[batchId].faultAt);
    }

    function _total(address[] memory insurers, uint256[] memory exposure) private pure returns (uint256 total) {
        bool fits = insurers.length == exposure.length && insurers.length <= _MAXIMUM_INSURERS;
        require(fits, SlashEscrow_BadExposure(insurers.length, exposure.length));
        for (uint256 i = 0; i < exposure.length; ++i) {
            total += exposure[i];
        }
    }
}
