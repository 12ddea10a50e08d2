// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRewardPot } from "../interfaces/IRewardPot.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../shared/OracleTypes.sol";

/// @title Reward pot
/// @notice See {IRewardPot}. A pool of rewards per token, and tips in the bond token. Payments come out of what is there; the
/// rest stays owed. Every payment lowers the books before the token moves, and what a token says about balances touches the
/// pool of that token alone.
contract RewardPot is IRewardPot, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    uint256 private constant _ALLOT_SHARE = 8;
    uint256 private constant _MAXIMUM_EPOCHS = 64;

    /// @dev Epochs that can still be paid: 512 are at least 21 days. Their words form a ring and are never zero, so that
    /// an epoch costs 10,000 gas here and not 44,200; what nobody fetched goes back to the rewards.
    uint256 private constant _RING_EPOCHS = 512;

    /// @dev Rewards in one token: not allotted yet, allotted and not fetched, and the latest epoch that got a share. Together
    /// below 2^96, which {_collect} sees to. The token's balance beyond them (and beyond tips) waits to be collected.
    struct Pool {
        uint96 free;
        uint96 allotted;
        uint64 epoch;
    }

    /// @dev What an epoch still pays in one token, over the points still unpaid; a seat's points are its in-band rounds
    /// (at most 240) times its weight (in all below 2^40). `paid` has a bit per seat.
    struct Share {
        uint96 left;
        uint48 points;
        uint32 setId;
        uint32 number;
        uint32 paid;
    }

    IERC20 public immutable token;
    IPriceOracle public immutable oracle;
    address private immutable _deployer = msg.sender;

    address public registry;
    address public witnessRouter;
    address public riskManager;
    uint256 public tipBalance;

    mapping(IERC20 reward => Pool) private _pools;
    mapping(IERC20 reward => Share[_RING_EPOCHS]) private _shares;
    uint256[_RING_EPOCHS] private _inBand; // complement of the rounds in band, byte s for seat s
    mapping(address account => uint256 amount) private _credits;
    mapping(address account => uint256 amount) private _paid;

    constructor(IERC20 token_, IPriceOracle oracle_) {
        token = token_;
        oracle = oracle_;
    }

    /// @notice Names who may credit, once and for ever. Only the deployer.
    function wire(address registry_, address witnessRouter_, address riskManager_) external {
        require(msg.sender == _deployer && registry == address(0), RewardPot_Unauthorized(msg.sender));
        require(
            registry_ != address(0) && witnessRouter_ != address(0) && riskManager_ != address(0),
            RewardPot_ZeroAddress()
        );
        registry = registry_;
        witnessRouter = witnessRouter_;
        riskManager = riskManager_;
    }

    /// @inheritdoc IRewardPot
    function fundRewards(uint256 amount) external nonReentrant {
        token.safeTransferFrom(msg.sender, address(this), amount);
        _collect(token);
    }

    /// @inheritdoc IRewardPot
    function collect(IERC20 reward) external nonReentrant returns (uint256) {
        return _collect(reward);
    }

    /// @inheritdoc IRewardPot
    function allotEpoch(uint32 setId, uint256 inBand, uint256 points) external {
        require(msg.sender == registry, RewardPot_Unauthorized(msg.sender));
        uint64 epoch = epochs() + 1;
        uint256 amount = _allot(token, epoch, setId, points);
        _inBand[epoch % _RING_EPOCHS] = ~inBand;

        emit EpochAllotted(epoch, setId, amount, points);
    }

    /// @inheritdoc IRewardPot
    function allotLatest(IERC20 reward) external nonReentrant returns (uint256 amount) {
        uint64 epoch = epochs();
        // The bond token is always there already.
        require(epoch > _pools[reward].epoch, RewardPot_AlreadyAllotted(address(reward), epoch));
        _collect(reward);
        uint32 setId = _shares[token][epoch % _RING_EPOCHS].setId;
        amount = _allot(reward, epoch, setId, _pointsOf(epoch, setId));

        emit LatestAllotted(msg.sender, address(reward), epoch, amount);
    }

    /// @inheritdoc IRewardPot
    function credit(address account, uint256 amount) external {
        require(
            msg.sender == registry || msg.sender == witnessRouter || msg.sender == riskManager,
            RewardPot_Unauthorized(msg.sender)
        );
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
    function payRewards(uint32 validatorId, uint64[] calldata epochs_) external nonReentrant returns (uint256) {
        return _payRewards(token, validatorId, epochs_);
    }

    /// @inheritdoc IRewardPot
    function payRewardsIn(
        IERC20 reward,
        uint32 validatorId,
        uint64[] calldata epochs_
    ) external nonReentrant returns (uint256) {
        return _payRewards(reward, validatorId, epochs_);
    }

    /// @inheritdoc IRewardPot
    function rewardsIn(IERC20 reward) external view returns (uint256 free, uint256 allotted, uint256 epoch) {
        Pool memory pool = _pools[reward];
        return (pool.free, pool.allotted, pool.epoch);
    }

    /// @notice Rewards in the bond token that no epoch has yet.
    function rewardBalance() external view returns (uint256) {
        return _pools[token].free;
    }

    /// @notice Epochs closed so far.
    function epochs() public view returns (uint64) {
        return _pools[token].epoch;
    }

    /// @notice What `account` is still owed for relays and duties.
    function tipsOwed(address account) public view returns (uint256) {
        return _credits[account] + oracle.tipsEarned(account) - _paid[account];
    }

    /// @dev Counts what arrived since the last time: two thirds to rewards, a third to tips; all of it to rewards in another
    /// token, for tips are amounts of the bond token. A balance that shrank counts nothing until it is back.
    function _collect(IERC20 reward) private returns (uint256 amount) {
        Pool memory pool = _pools[reward];
        bool hasTips = address(reward) == address(token);
        uint256 counted = uint256(pool.free) + pool.allotted;
        amount = Math.saturatingSub(reward.balanceOf(address(this)), counted + (hasTips ? tipBalance : 0));
        amount = Math.min(amount, type(uint96).max - counted); // what does not fit waits
        if (amount == 0) return 0;

        uint256 toTips = hasTips ? amount / 3 : 0;
        _pools[reward].free = uint96(pool.free + amount - toTips);
        if (toTips != 0) tipBalance += toTips;

        emit Collected(msg.sender, address(reward), amount, amount - toTips, toTips);
    }

    /// @dev Sets an eighth of the free rewards aside for an epoch; what is left of the epoch before it in the ring is free again.
    function _allot(IERC20 reward, uint64 epoch, uint32 setId, uint256 points) private returns (uint256 amount) {
        Pool memory pool = _pools[reward];
        uint256 returned = _shares[reward][epoch % _RING_EPOCHS].left;
        uint256 balance = pool.free + returned;
        amount = points == 0 ? 0 : balance / _ALLOT_SHARE;

        _pools[reward] = Pool(uint96(balance - amount), uint96(pool.allotted + amount - returned), epoch);
        _shares[reward][epoch % _RING_EPOCHS] = Share(uint96(amount), uint48(points), setId, uint32(epoch), 0);
    }

    function _payRewards(IERC20 reward, uint32 validatorId, uint64[] calldata epochs_) private returns (uint256 paid) {
        require(epochs_.length <= _MAXIMUM_EPOCHS, RewardPot_TooManyEpochs(epochs_.length, _MAXIMUM_EPOCHS));
        address to = IValidatorRegistry(registry).validator(validatorId).withdrawal;
        require(to != address(0), RewardPot_UnknownValidator(validatorId));
        uint64 latest = epochs();
        for (uint256 i = 0; i < epochs_.length; ++i) {
            // Later ones have their own rounds in this place of the ring.
            if (epochs_[i] + _RING_EPOCHS > latest) paid += _take(reward, validatorId, epochs_[i]);
        }
        if (paid != 0) _pools[reward].allotted -= uint96(paid);
        emit RewardsPaid(msg.sender, validatorId, address(reward), to, paid);

        if (paid != 0) reward.safeTransfer(to, paid);
    }

    /// @dev The validator's share of one epoch, once; nothing of one that is out of the ring. Rounded down, so that the
    /// last to come finds what rounding left.
    function _take(IERC20 reward, uint32 validatorId, uint64 epoch) private returns (uint256 taken) {
        Share memory share = _shares[reward][epoch % _RING_EPOCHS];
        if (share.number != epoch || share.points == 0) return 0;
        uint256 inBand = ~_inBand[epoch % _RING_EPOCHS];
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint256 rounds = (inBand >> (8 * seat)) & 0xff;
            if (rounds == 0 || (share.paid >> seat) & 1 == 1) continue;
            (, uint64 weight, uint32 id) = oracle.seatAt(share.setId, seat);
            if (id != validatorId) continue;
            uint256 points = rounds * weight;
            taken = (uint256(share.left) * points) / share.points;
            share.left -= uint96(taken);
            share.points -= uint48(points);
            share.paid |= uint32(1 << seat);
            _shares[reward][epoch % _RING_EPOCHS] = share;
            return taken; // a validator has one seat
        }
    }

    /// @dev What the registry counted for the epoch, read again.
    function _pointsOf(uint64 epoch, uint32 setId) private view returns (uint256 points) {
        uint256 inBand = ~_inBand[epoch % _RING_EPOCHS];
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint256 rounds = (inBand >> (8 * seat)) & 0xff;
            if (rounds == 0) continue;
            (, uint64 weight, ) = oracle.seatAt(setId, seat);
            points += rounds * weight;
        }
    }
}
