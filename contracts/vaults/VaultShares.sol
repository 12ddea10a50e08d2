// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC4626 } from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BookId, toBookId } from "../shared/BookId.sol";
import { ledgerUnitOf } from "../shared/LedgerUnit.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IERC7540Deposit, IERC7540Operator, IERC7540Redeem } from "../interfaces/IERC7540.sol";
import { ERC7575_ID, IERC7575, IERC7575Share } from "../interfaces/IERC7575.sol";
import { IERC7887Deposit, IERC7887Redeem } from "../interfaces/IERC7887.sol";
import { IOptionsVault } from "../interfaces/IOptionsVault.sol";

/// @title Shares of an options vault
/// @notice What a share is, what it is worth, and how collateral comes and goes. Cash of the shares lies in the Clearinghouse:
/// in the book of the epoch, and as free balance between two. What waits to join or was paid out lies here.
abstract contract VaultShares is ERC20, ReentrancyGuardTransient, IOptionsVault {
    using SafeERC20 for IERC20;

    /// @dev Shares of a ledger unit at par, and the virtual ones.
    uint256 internal constant SHARES_PER_UNIT = 1e6;
    uint8 private constant _SHARE_DECIMALS = 6;

    /// @inheritdoc IOptionsVault
    IClearinghouse public immutable house;
    uint256 internal immutable _market;
    uint256 internal immutable _unitDecimals;
    IERC20 private immutable _collateral;
    /// @dev Token units in a ledger unit.
    uint256 internal immutable _scale;

    /// @inheritdoc IERC7540Operator
    mapping(address controller => mapping(address operator => bool)) public isOperator;
    Epoch internal _epoch;
    /// @dev Ledger units of free balance that belong to the next starter.
    uint64 internal _startPay;

    constructor(IClearinghouse house_, uint256 market_) {
        house = house_;
        _market = market_;
        _collateral = IERC20(house_.marketParams(market_).collateral);
        uint256 tokenDecimals = IERC20Metadata(address(_collateral)).decimals();
        (_unitDecimals, _scale) = ledgerUnitOf(tokenDecimals);
        // The Clearinghouse takes of a caller alone, and only what he says.
        _collateral.forceApprove(address(house_), type(uint256).max);
    }

    /// @inheritdoc IERC7540Operator
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    // What shares are worth

    /// @notice Cash, less what it would cost to hand the options over at 100 % volatility; where no price is known, less the most
    /// they can cost. For show: joining and leaving have prices of their own, see `priceOf`.
    /// @inheritdoc IERC4626
    function totalAssets() public view returns (uint256) {
        return _unitsNow() * _scale;
    }

    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        return Math.mulDiv(assets / _scale, totalSupply() + SHARES_PER_UNIT, _unitsNow() + 1);
    }

    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        return Math.mulDiv(shares, _unitsNow() + 1, totalSupply() + SHARES_PER_UNIT) * _scale;
    }

    /// @inheritdoc IERC4626
    function asset() public view returns (address) {
        return address(_collateral);
    }

    /// @inheritdoc IOptionsVault
    function unit() external view returns (uint256) {
        return _scale;
    }

    /// @inheritdoc IERC7575
    function share() external view returns (address) {
        return address(this);
    }

    /// @inheritdoc IERC7575Share
    function vault(address asset_) external view returns (address) {
        return asset_ == asset() ? address(this) : address(0);
    }

    /// @notice Six more than a ledger unit has.
    function decimals() public view override(ERC20, IERC20Metadata) returns (uint8) {
        return uint8(_unitDecimals) + _SHARE_DECIMALS;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return
            id == type(IERC165).interfaceId ||
            id == ERC7575_ID ||
            id == type(IERC7575Share).interfaceId ||
            id == type(IERC7540Operator).interfaceId ||
            id == type(IERC7540Deposit).interfaceId ||
            id == type(IERC7540Redeem).interfaceId ||
            id == type(IERC7887Deposit).interfaceId ||
            id == type(IERC7887Redeem).interfaceId;
    }

    /// @inheritdoc IOptionsVault
    function bookId() public view returns (BookId) {
        uint256 expiry = _epoch.expiry;
        return expiry == 0 ? BookId.wrap(0) : _bookOf(expiry);
    }

    function _bookOf(uint256 expiry) internal view returns (BookId) {
        return toBookId(address(this), _market, expiry, 0);
    }

    function _unitsNow() private view returns (uint256 units) {
        units = _idle();
        if (_epoch.expiry == 0) return units;
        int256 equity = house.equity(bookId());
        if (equity > 0) units += uint256(equity);
    }

    /// @dev Ledger units of the shares that are in no book.
    function _idle() internal view returns (uint256) {
        return house.freeBalance(address(this), address(_collateral)) - _startPay;
    }

    // Collateral

    /// @dev Takes `units` of `owner`, all of it or nothing: what a token keeps for itself would be the others' loss.
    function _pull(address owner, uint256 units) internal {
        uint256 amount = units * _scale;
        uint256 held = _held();
        _collateral.safeTransferFrom(owner, address(this), amount);
        uint256 arrived = Math.saturatingSub(_held(), held);
        require(arrived >= amount, OptionsVault_NotArrived(amount, arrived));
    }

    /// @dev Moves collateral that lies here into the Clearinghouse.
    function _bank(uint256 units) internal {
        house.deposit(address(_collateral), units, address(this));
    }

    /// @dev Pays free balance out of the Clearinghouse; a token that shrank pays less.
    function _withdraw(uint256 units, address to) internal {
        house.withdraw(address(_collateral), units, to);
    }

    /// @dev Pays collateral that lies here.
    function _pay(address to, uint256 units) internal {
        _collateral.safeTransfer(to, units * _scale);
    }

    /// @dev Token units that lie here.
    function _held() internal view returns (uint256) {
        return _collateral.balanceOf(address(this));
    }

    function _unitsOf(uint256 assets) internal view returns (uint256 units) {
        units = assets / _scale;
        require(units * _scale == assets, OptionsVault_NotWhole(assets, _scale));
        require(units != 0, OptionsVault_ZeroAmount());
    }

    /// @dev Takes shares of `owner` for whoever may: he, an operator, or one with an allowance.
    function _authorizeShares(address owner, uint256 shares) internal {
        require(shares != 0, OptionsVault_ZeroAmount());
        if (msg.sender == owner || isOperator[owner][msg.sender]) return;
        _spendAllowance(owner, msg.sender, shares);
    }

    function _requireOperator(address owner) internal view {
        require(msg.sender == owner || isOperator[owner][msg.sender], OptionsVault_Unauthorized(msg.sender, owner));
    }
}
