// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { LibBit } from "solady/src/utils/LibBit.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { ClearingBase } from "./ClearingBase.sol";
import { Token, balanceKey } from "./libraries/ClearingState.sol";
import { MarketAccount, MarketAccounts, MarketConfig } from "./libraries/ClearingWords.sol";

/// @title Custody
/// @notice The only place where tokens move. Free balances carry no liabilities, so leaving asks nobody.
abstract contract Custody is ClearingBase, IClearinghouse {
    using SafeERC20 for IERC20;

    /// @notice Earns 60 % of mint fees; paid by anyone's call.
    address public immutable rewardPot;

    constructor(address rewardPot_) {
        require(rewardPot_ != address(0), Clearinghouse_ZeroAddress());
        rewardPot = rewardPot_;
    }

    /// @inheritdoc IClearinghouse
    function deposit(address token, uint256 amount, address owner) external nonReentrant {
        _deposit(token, amount, owner);
    }

    /// @inheritdoc IClearinghouse
    function depositWithPermit(
        address token,
        uint256 amount,
        address owner,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        Token storage record = _state.tokens[_tokenIndex(token)];
        // A permit somebody used first has done its work: only the transfer decides.
        try
            IERC20Permit(token).permit(msg.sender, address(this), amount * _scale(record), deadline, v, r, s)
        {} catch {}

        _deposit(token, amount, owner);
    }

    /// @inheritdoc IClearinghouse
    function withdraw(address token, uint256 amount, address to) external nonReentrant {
        require(to != address(0) && to != address(this), Clearinghouse_ZeroAddress());
        _withdraw(msg.sender, token, amount, to);
    }

    /// @inheritdoc IClearinghouse
    function withdrawFor(address token) external nonReentrant returns (uint256 amount) {
        amount = _state.freeBalances[balanceKey(rewardPot, _tokenIndex(token))];
        _withdraw(rewardPot, token, amount, rewardPot);
    }

    /// @inheritdoc IClearinghouse
    function fundInsurance(uint256 market, uint256 amount) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        uint256 tokenIndex = _configOf(market).tokenIndex();
        MarketAccount account = _state.accounts[market];
        uint256 insurance = account.insurance() + amount;
        require(
            insurance <= MarketAccounts.LARGEST_INSURANCE,
            Clearinghouse_AmountTooLarge(insurance, MarketAccounts.LARGEST_INSURANCE)
        );

        _debit(msg.sender, tokenIndex, amount);
        _state.accounts[market] = account.withInsurance(insurance);

        emit InsuranceFunded(msg.sender, market, amount, insurance);
    }

    /// @inheritdoc IClearinghouse
    function withdrawInsurance(uint256 market, uint256 amount, address to) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        require(to != address(0), Clearinghouse_ZeroAddress());
        uint256 tokenIndex = _configOf(market).tokenIndex();
        address insurer = _insurerOf(market);
        require(msg.sender == insurer, Clearinghouse_NotInsurer(msg.sender, insurer));
        MarketAccount account = _state.accounts[market];
        uint256 available = account.insurance() - account.reserved();
        require(amount <= available, Clearinghouse_InsuranceReserved(market, amount, available));
        uint256 left = account.insurance() - amount;

        _state.accounts[market] = account.withInsurance(left);
        _credit(to, tokenIndex, amount);

        emit InsuranceWithdrawn(msg.sender, market, amount, to, left);
    }

    /// @inheritdoc IClearinghouse
    function moveFees(uint256 market) external nonReentrant {
        MarketConfig config = _configOf(market);
        MarketAccount account = _state.accounts[market];
        uint256 owed_ = account.feesOwed();
        // A tip for each expiry that is still to be priced stays, or moving the fees first would leave that duty unpaid (law 9).
        uint256 tips = LibBit.popCount(_state.activeDays[market]) * config.tip();
        uint256 amount = Math.saturatingSub(owed_, tips);

        _state.accounts[market] = account.withFeesOwed(owed_ - amount);
        _credit(rewardPot, config.tokenIndex(), amount);

        emit FeesMoved(msg.sender, market, amount);
    }

    /// @inheritdoc IClearinghouse
    function freeBalance(address owner, address token) external view returns (uint256) {
        return _state.freeBalances[balanceKey(owner, _tokenIndex(token))];
    }

    /// @notice Ledger units of `token` owed to everybody; the contract holds at least as much unless the token shrank.
    function owed(address token) external view returns (uint256) {
        return _state.tokens[_tokenIndex(token)].owed;
    }

    /// @dev Kept with the rest of what makes a market.
    function _insurerOf(uint256 market) internal view virtual returns (address);

    /// @dev What arrives is measured, so a token that takes a fee is credited after it. The lock makes the order safe.
    function _deposit(address token, uint256 amount, address owner) private {
        require(amount != 0, Clearinghouse_ZeroAmount());
        require(amount <= type(uint80).max, Clearinghouse_AmountTooLarge(amount, type(uint80).max));
        require(owner != address(0), Clearinghouse_ZeroAddress());
        uint256 index = _tokenIndex(token);
        Token storage record = _state.tokens[index];
        uint256 scale = _scale(record);
        uint256 balance = IERC20(token).balanceOf(address(this));
        // A token that shrank would make the newcomer share an old loss.
        require(balance >= record.owed * scale, Clearinghouse_TokenShrunk(token, balance, record.owed * scale));

        IERC20(token).safeTransferFrom(msg.sender, address(this), amount * scale);
        uint256 arrived = Math.saturatingSub(IERC20(token).balanceOf(address(this)), balance) / scale;
        if (arrived > amount) arrived = amount;
        require(arrived != 0, Clearinghouse_NothingArrived(token, amount, arrived));
        record.owed += uint80(arrived);
        _credit(owner, index, arrived);

        emit Deposited(msg.sender, owner, token, amount, arrived);
    }

    function _withdraw(address owner, address token, uint256 amount, address to) private {
        require(amount != 0, Clearinghouse_ZeroAmount());
        uint256 index = _tokenIndex(token);
        Token storage record = _state.tokens[index];
        uint256 paid = _paidDown(record, amount, IERC20(token).balanceOf(address(this)));

        _debit(owner, index, amount);
        record.owed -= uint80(amount);

        emit Withdrawn(msg.sender, owner, token, amount, to, paid);

        if (paid != 0) IERC20(token).safeTransfer(to, paid);
    }
}
