// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Reward pot
/// @notice Holds what the oracle room earns, in one token, split at arrival into rewards (two thirds) and tips (one third),
/// and pays by anyone's call. It owes no more than it holds: what cannot be paid yet stays owed.
interface IRewardPot {
    error RewardPot_Unauthorized(address caller);
    error RewardPot_ZeroAddress();
    error RewardPot_TooManyEpochs(uint256 given, uint256 maximum);
    error RewardPot_UnknownValidator(uint32 validatorId);

    event Funded(address indexed from, uint256 amount, uint256 toRewards, uint256 toTips);
    event EpochAllotted(uint64 indexed epoch, uint32 indexed setId, uint256 amount, uint256 points);
    event Credited(address indexed by, address indexed account, uint256 amount);
    event TipsPaid(address indexed caller, address indexed account, uint256 amount);
    event RewardsPaid(address indexed caller, uint32 indexed validatorId, address to, uint256 amount);

    /// @notice Pulls `amount` from the caller, 40 : 20 into rewards and tips.
    function fundRewards(uint256 amount) external;
    /// @notice Only the registry: sets aside one eighth of the rewards balance for the epoch just closed. What was not
    /// fetched of the epoch 512 before it, at least 21 days old, returns to that balance first.
    /// @param inBand Rounds in band per seat, byte s for seat s.
    /// @param points Sum over the seats of rounds in band times weight.
    function allotEpoch(uint32 setId, uint256 inBand, uint256 points) external;
    /// @notice Only the registry and the witness router: pays for a duty, from the tips balance.
    function credit(address account, uint256 amount) external;
    /// @notice Pays `account` what it earned as relayer and for duties.
    function payTips(address account) external returns (uint256 paid);
    /// @notice Pays a validator's withdrawal address its share of the given epochs; nothing for one that was paid, or is not
    /// among the latest 512.
    function payRewards(uint32 validatorId, uint64[] calldata epochs) external returns (uint256 paid);
}
