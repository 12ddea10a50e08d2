// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IInsurerDirectory } from "../interfaces/IInsurerDirectory.sol";
import { ISlashEscrow } from "../interfaces/ISlashEscrow.sol";

/// @title Slash escrow
/// @notice See {ISlashEscrow}. Its balance is the unpaid bounties, the unpushed batches and the unpaid credits, exactly.
contract SlashEscrow is ISlashEscrow, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant _BOUNTY_PERCENT = 10;
    uint256 private constant _MAXIMUM_INSURERS = 64;

    struct Batch {
        uint128 amount;
        uint64 day;
    }

    IERC20 public immutable token;
    address private immutable _deployer = msg.sender;

    address public registry;
    IInsurerDirectory public directory;

    /// @dev The batch slashed into last. Its word is never zero, so that a slash costs 5,000 gas here and not 22,100; what
    /// is left of it moves to `_older` when a slash of another day arrives.
    Batch private _latest;
    mapping(uint256 day => uint256 amount) private _older;
    mapping(address reporter => uint256 amount) public bountyOf;
    mapping(address insurer => uint256 amount) public creditOf;

    constructor(IERC20 token_, address authority) AccessManaged(authority) {
        token = token_;
        _latest.day = uint64(block.timestamp / 1 days);
    }

    /// @notice Names the registry, once and for ever. Only the deployer.
    function wire(address registry_) external {
        require(msg.sender == _deployer && registry == address(0), SlashEscrow_Unauthorized(msg.sender));
        require(registry_ != address(0), SlashEscrow_ZeroAddress());
        registry = registry_;
    }

    /// @notice Governance: names the clearing side's directory, once and for ever.
    function setDirectory(IInsurerDirectory directory_) external restricted {
        require(address(directory) == address(0), SlashEscrow_DirectoryFixed(address(directory)));
        require(address(directory_) != address(0), SlashEscrow_ZeroAddress());
        directory = directory_;

        emit DirectorySet(address(directory_));
    }

    /// @inheritdoc ISlashEscrow
    function record(uint32 validatorId, uint256 amount, address reporter, uint64 faultAt) external {
        require(msg.sender == registry, SlashEscrow_Unauthorized(msg.sender));
        uint256 bounty = reporter == address(0) ? 0 : (amount * _BOUNTY_PERCENT) / 100;
        uint256 day = faultAt / 1 days;
        _add(day, amount - bounty);
        if (bounty != 0) bountyOf[reporter] += bounty;

        emit Slashed(validatorId, day, amount, bounty, reporter, faultAt);
    }

    /// @inheritdoc ISlashEscrow
    function payBounty(address reporter) external nonReentrant returns (uint256 paid) {
        paid = bountyOf[reporter];
        bountyOf[reporter] = 0;
        emit BountyPaid(msg.sender, reporter, paid);

        if (paid != 0) token.safeTransfer(reporter, paid);
    }

    /// @inheritdoc ISlashEscrow
    function push(uint256 day) external nonReentrant {
        uint256 amount = batchOf(day);
        require(amount != 0, SlashEscrow_NothingToPush(day));
        require(address(directory) != address(0), SlashEscrow_NoInsurer(day));
        (address[] memory insurers, uint256[] memory exposure, uint256 total) = _exposureOn(day);
        require(total != 0, SlashEscrow_NoInsurer(day));
        if (_latest.day == day) _latest.amount = 0;
        if (_older[day] != 0) _older[day] = 0;

        uint256 left = amount;
        for (uint256 i = 0; i < insurers.length; ++i) {
            // The last one takes what rounding left.
            uint256 share = i + 1 == insurers.length ? left : (amount * exposure[i]) / total;
            if (share == 0) continue;
            left -= share;
            creditOf[insurers[i]] += share;
            emit Pushed(msg.sender, day, insurers[i], share);
        }
    }

    /// @inheritdoc ISlashEscrow
    function pay(address insurer) external nonReentrant returns (uint256 paid) {
        paid = creditOf[insurer];
        creditOf[insurer] = 0;
        emit InsurerPaid(msg.sender, insurer, paid);

        if (paid != 0) token.safeTransfer(insurer, paid);
    }

    /// @inheritdoc ISlashEscrow
    function batchOf(uint256 day) public view returns (uint256 amount) {
        return _older[day] + (_latest.day == day ? _latest.amount : 0);
    }

    function _add(uint256 day, uint256 amount) private {
        Batch memory latest = _latest;
        if (latest.day != day) {
            if (latest.amount != 0) _older[latest.day] += latest.amount;
            latest = Batch(0, uint64(day));
        }
        latest.amount += uint128(amount);
        _latest = latest;
    }

    /// @dev Who was exposed when the day began; if nobody was, as on the day the first market opens, when it ended. The
    /// time of the fault itself would need a batch for every fault, and its author chooses it.
    function _exposureOn(
        uint256 day
    ) private view returns (address[] memory insurers, uint256[] memory exposure, uint256 total) {
        (insurers, exposure) = directory.exposureAt(uint64(day * 1 days));
        total = _total(insurers, exposure);
        uint256 end = (day + 1) * 1 days;
        if (total != 0 || block.timestamp < end) return (insurers, exposure, total);
        (insurers, exposure) = directory.exposureAt(uint64(end));
        total = _total(insurers, exposure);
    }

    function _total(address[] memory insurers, uint256[] memory exposure) private pure returns (uint256 total) {
        bool fits = insurers.length == exposure.length && insurers.length <= _MAXIMUM_INSURERS;
        require(fits, SlashEscrow_BadExposure(insurers.length, exposure.length));
        for (uint256 i = 0; i < exposure.length; ++i) {
            total += exposure[i];
        }
    }
}
