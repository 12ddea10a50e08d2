// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRewardPot } from "../interfaces/IRewardPot.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../shared/OracleTypes.sol";

/// @title Reward pot
/// @notice See {IRewardPot}. Two balances of one token: rewards for accepted in-band rounds, and tips for duties. Payments
/// come out of what is there; the rest stays owed.
contract RewardPot is IRewardPot, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant _ALLOT_SHARE = 8;
    uint256 private constant _MAXIMUM_EPOCHS = 64;

    /// @dev Epochs that can still be paid: 512 are at least 21 days. Their words form a ring and are never zero, so that
    /// an epoch costs 10,000 gas here and not 44,200; what nobody fetched goes back to the rewards.
    uint256 private constant _RING_EPOCHS = 512;

    /// @dev What an epoch still pays, over the points still unpaid; a seat's points are its in-band rounds times its weight.
    struct Epoch {
        uint128 left;
        uint56 points;
        uint32 setId;
        uint40 number;
        uint256 unpaid; // byte s: 255 less the rounds in band of seat s, 255 once it is paid
    }

    IERC20 public immutable token;
    IPriceOracle public immutable oracle;
    address private immutable _deployer = msg.sender;

    address public registry;
    address public witnessRouter;
    uint128 public rewardBalance;
    uint64 public epochs;
    uint256 public tipBalance;

    Epoch[_RING_EPOCHS] private _epochs;
    mapping(address account => uint256 amount) private _credits;
    mapping(address account => uint256 amount) private _paid;

    constructor(IERC20 token_, IPriceOracle oracle_) {
        token = token_;
        oracle = oracle_;
    }

    /// @notice Names who may credit, once and for ever. Only the deployer.
    function wire(address registry_, address witnessRouter_) external {
        require(msg.sender == _deployer && registry == address(0), RewardPot_Unauthorized(msg.sender));
        require(registry_ != address(0) && witnessRouter_ != address(0), RewardPot_ZeroAddress());
        registry = registry_;
        witnessRouter = witnessRouter_;
    }

    /// @inheritdoc IRewardPot
    function fundRewards(uint256 amount) external nonReentrant {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        uint256 toTips = received / 3;
        rewardBalance += uint128(received - toTips);
        tipBalance += toTips;

        emit Funded(msg.sender, received, received - toTips, toTips);
    }

    /// @inheritdoc IRewardPot
    function allotEpoch(uint32 setId, uint256 inBand, uint256 points) external {
        require(msg.sender == registry, RewardPot_Unauthorized(msg.sender));
        uint64 epoch = ++epochs;
        Epoch storage record = _epochs[epoch % _RING_EPOCHS];
        uint256 balance = uint256(rewardBalance) + record.left;
        uint256 amount = points == 0 ? 0 : balance / _ALLOT_SHARE;
        rewardBalance = uint128(balance - amount);
        (record.left, record.points) = (uint128(amount), uint56(points));
        (record.setId, record.number) = (setId, uint40(epoch));
        record.unpaid = ~inBand;

        emit EpochAllotted(epoch, setId, amount, points);
    }

    /// @inheritdoc IRewardPot
    function credit(address account, uint256 amount) external {
        require(msg.sender == registry || msg.sender == witnessRouter, RewardPot_Unauthorized(msg.sender));
        _credits[account] += amount;

        emit Credited(msg.sender, account, amount);
    }

    /// @inheritdoc IRewardPot
    function payTips(address account) external nonReentrant returns (uint256 paid) {
        uint256 owed = tipsOwed(account);
        paid = owed < tipBalance ? owed : tipBalance;
        _paid[account] += paid;
        tipBalance -= paid;
        emit TipsPaid(msg.sender, account, paid);

        if (paid != 0) token.safeTransfer(account, paid);
    }

    /// @inheritdoc IRewardPot
    function payRewards(uint32 validatorId, uint64[] calldata epochs_) external nonReentrant returns (uint256 paid) {
        require(epochs_.length <= _MAXIMUM_EPOCHS, RewardPot_TooManyEpochs(epochs_.length, _MAXIMUM_EPOCHS));
        address to = IValidatorRegistry(registry).validator(validatorId).withdrawal;
        require(to != address(0), RewardPot_UnknownValidator(validatorId));
        for (uint256 i = 0; i < epochs_.length; ++i) {
            paid += _take(validatorId, epochs_[i]);
        }
        emit RewardsPaid(msg.sender, validatorId, to, paid);

        if (paid != 0) token.safeTransfer(to, paid);
    }

    /// @notice What `account` is still owed for relays and duties.
    function tipsOwed(address account) public view returns (uint256) {
        return _credits[account] + oracle.tipsEarned(account) - _paid[account];
    }

    /// @dev The validator's share of one epoch, once; nothing of one that is out of the ring. Rounded down, so that the
    /// last to come finds what rounding left.
    function _take(uint32 validatorId, uint64 epoch) private returns (uint256 share) {
        Epoch storage record = _epochs[epoch % _RING_EPOCHS];
        if (record.number != epoch) return 0;
        uint256 unpaid = record.unpaid;
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint256 rounds = (~unpaid >> (8 * seat)) & 0xff;
            if (rounds == 0) continue;
            (, uint64 weight, uint32 id) = oracle.seatAt(record.setId, seat);
            if (id != validatorId) continue;
            uint256 points = rounds * weight;
            share = (uint256(record.left) * points) / record.points;
            record.unpaid = unpaid | (uint256(0xff) << (8 * seat));
            record.left -= uint128(share);
            record.points -= uint56(points);
            return share; // a validator has one seat
        }
    }
}
