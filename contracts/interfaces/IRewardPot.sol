// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Reward pot
/// @notice Holds what the oracle room earns and pays by anyone's call. The bond token is split at arrival into rewards (two
/// thirds) and tips (one third). Fees in another token are rewards altogether, for tips are amounts of the bond token and the
/// pot knows no prices. It owes no more than it holds: what cannot be paid yet stays owed.
/// Warning: it counts any token anybody sends. A token that lies or reverts spoils its own pool and no other.
interface IRewardPot {
    error RewardPot_Unauthorized(address caller);
    error RewardPot_ZeroAddress();
    error RewardPot_TooManyEpochs(uint256 given, uint256 maximum);
    error RewardPot_UnknownValidator(uint32 validatorId);
    /// @notice The latest epoch has its share of this token, or no epoch was closed yet.
    error RewardPot_AlreadyAllotted(address reward, uint64 epoch);

    /// @notice Tokens that had arrived were counted.
    event Collected(address indexed caller, address indexed reward, uint256 amount, uint256 toRewards, uint256 toTips);
    event EpochAllotted(uint64 indexed epoch, uint32 indexed setId, uint256 amount, uint256 points);
    event LatestAllotted(address indexed caller, address indexed reward, uint64 indexed epoch, uint256 amount);
    event Credited(address indexed by, address indexed account, uint256 amount);
    event TipsPaid(address indexed caller, address indexed account, uint256 amount);
    event RewardsPaid(
        address indexed caller,
        uint32 indexed validatorId,
        address indexed reward,
        address to,
        uint256 amount
    );

    /// @notice Pulls `amount` of the bond token from the caller and collects it.
    function fundRewards(uint256 amount) external;
    /// @notice Counts what the pot holds of `reward` beyond what it owes: mint fees that the Clearinghouse paid out, gifts. 40 :
    /// 20 into rewards and tips; in any other token than the bond token all of it into rewards. Rounding goes to rewards.
    /// @return amount What was counted, token units; a pool takes at most 2^96 − 1.
    function collect(IERC20 reward) external returns (uint256 amount);
    /// @notice Only the registry: sets aside one eighth of the rewards balance for the epoch just closed. What was not
    /// fetched of the epoch 512 before it, at least 21 days old, returns to that balance first.
    /// @param inBand Rounds in band per seat, byte s for seat s.
    /// @param points Sum over the seats of rounds in band times weight.
    function allotEpoch(uint32 setId, uint256 inBand, uint256 points) external;
    /// @notice Sets aside one eighth of the rewards in another token for the latest closed epoch, once; same entitlements as in
    /// the bond token. Collects first.
    function allotLatest(IERC20 reward) external returns (uint256 amount);
    /// @notice Only the registry, the witness router and the risk contract: pays for a duty, from the tips balance.
    function credit(address account, uint256 amount) external;
    /// @notice Pays `account` what it earned as relayer and for duties.
    function payTips(address account) external returns (uint256 paid);
    /// @notice Pays a validator's withdrawal address its share of the given epochs; nothing for one that was paid, or is not
    /// among the latest 512.
    function payRewards(uint32 validatorId, uint64[] calldata epochs) external returns (uint256 paid);
    /// @notice The same in another token.
    function payRewardsIn(IERC20 reward, uint32 validatorId, uint64[] calldata epochs) external returns (uint256 paid);
    /// @notice Rewards in one token: not allotted yet, allotted and not fetched, and the latest epoch that has a share.
    function rewardsIn(IERC20 reward) external view returns (uint256 free, uint256 allotted, uint256 epoch);
}
