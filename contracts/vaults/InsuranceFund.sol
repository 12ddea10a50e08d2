// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC4626 } from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IERC7540Operator, IERC7540Redeem } from "../interfaces/IERC7540.sol";
import { ERC7575_ID, IERC7575 } from "../interfaces/IERC7575.sol";
import { IInsuranceFund } from "../interfaces/IInsuranceFund.sol";
import { BondSale } from "./BondSale.sol";
import { MarketCash } from "./MarketCash.sol";

/// @title Insurance fund
/// @notice See {IInsuranceFund}. A million virtual shares stand behind one virtual ledger unit, so that a donor cannot raise the
/// price of a share against the next deposit without giving a million times what that one rounds away. Every division rounds
/// against the caller.
contract InsuranceFund is BondSale {
    /// @dev Shares of a ledger unit at par, and the virtual ones.
    uint256 private constant _SHARES_PER_UNIT = 1e6;
    uint8 private constant _SHARE_DECIMALS = 6;
    /// @dev Below one of this many shares' par is left, they are void.
    uint256 private constant _PAR_DIVISOR = 1e6;

    /// @dev More than the seven days after which every expiry is priced, seconds of the feed's uptime.
    uint256 private constant _COOLDOWN = 10 days;
    /// @dev However little the feed was up, seconds of wall time.
    uint256 private constant _LONGEST_COOLDOWN = 30 days;
    /// @dev Time to leave after either of them, on the same clock.
    uint256 private constant _WINDOW = 3 days;

    /// @inheritdoc IERC7540Operator
    mapping(address controller => mapping(address operator => bool)) public isOperator;
    mapping(address controller => Request) private _requests;

    constructor(
        IClearinghouse house_,
        IClearingRecords.MarketParams memory params,
        IERC20 bond_,
        string memory name_,
        string memory symbol_
    ) ERC20(name_, symbol_) MarketCash(house_, params) BondSale(bond_) {}

    // Entering

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external nonReentrant returns (uint256 shares) {
        uint256 arrived = _pull(_unitsOf(assets));
        // Read after the token had its say: nothing but the Clearinghouse is called from here on.
        (uint256 gross, ) = _insurance();
        _renew(gross);
        shares = _sharesDown(arrived, gross, totalSupply());
        require(shares != 0, InsuranceFund_NoShares(assets));

        _enter(arrived, assets, shares, receiver);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external nonReentrant returns (uint256 assets) {
        require(shares != 0, InsuranceFund_ZeroAmount());
        assets = previewMint(shares);
        uint256 arrived = _pull(assets / _scale);
        (uint256 gross, ) = _insurance();
        _renew(gross);
        uint256 needed = _unitsUp(shares, gross, totalSupply());
        require(arrived >= needed, InsuranceFund_NothingArrived(needed, arrived));

        _enter(arrived, assets, shares, receiver);
    }

    /// @inheritdoc IERC4626
    function previewDeposit(uint256 assets) external view returns (uint256) {
        (uint256 gross, ) = _insurance();
        return _sharesDown(assets / _scale, gross, _supplyFor(gross));
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256 shares) public view returns (uint256) {
        (uint256 gross, ) = _insurance();
        return _unitsUp(shares, gross, _supplyFor(gross)) * _scale;
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address) public view returns (uint256) {
        if (market == 0) return 0;
        (uint256 gross, ) = _insurance();
        return (LARGEST_INSURANCE - gross) * _scale;
    }

    /// @inheritdoc IERC4626
    function maxMint(address receiver) external view returns (uint256) {
        (uint256 gross, ) = _insurance();
        return _sharesDown(maxDeposit(receiver) / _scale, gross, _supplyFor(gross));
    }

    // Leaving

    /// @notice Takes shares into the fund's keeping until they leave or the request is cancelled. More shares join an open
    /// request and restart its clock.
    /// @param controller Must be the owner. @return requestId Always 0.
    /// @inheritdoc IERC7540Redeem
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 requestId) {
        require(shares != 0, InsuranceFund_ZeroAmount());
        require(controller == owner, InsuranceFund_WrongController(controller, owner));
        _requireOperator(owner);
        (bool ok, uint64 uptime) = _tryUptime();
        uint256 total = requestOf(owner).shares + shares;

        _requests[owner] = Request({
            shares: SafeCast.toUint128(total),
            requestedAt: uint40(block.timestamp),
            uptimeAt: ok ? uptime : NEVER,
            generation: uint24(generation)
        });
        _transfer(owner, address(this), shares);

        emit RedeemRequest(controller, owner, 0, msg.sender, shares);
        return 0;
    }

    /// @inheritdoc IInsuranceFund
    function cancelRedeemRequest(address controller) external nonReentrant returns (uint256 shares) {
        _requireOperator(controller);
        shares = requestOf(controller).shares;
        require(shares != 0, InsuranceFund_NothingRequested(controller));

        delete _requests[controller];
        _transfer(address(this), controller, shares);

        emit RedeemRequestCancelled(msg.sender, controller, shares);
    }

    /// @notice Burns claimable shares and pays what of unreserved insurance belongs to them, rounded down to a ledger unit.
    /// @param controller The caller, or one who made him operator.
    /// @inheritdoc IERC4626
    function redeem(
        uint256 shares,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        (, uint256 net) = _insurance();
        uint256 units = _unitsDown(shares, net, totalSupply());
        require(units != 0, InsuranceFund_NothingToPay(shares));
        assets = units * _scale;

        _leave(units, shares, receiver, controller);
    }

    /// @notice Pays `assets`, whole ledger units of unreserved insurance, for claimable shares, rounded up.
    /// @param controller The caller, or one who made him operator.
    /// @inheritdoc IERC4626
    function withdraw(
        uint256 assets,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 shares) {
        uint256 units = _unitsOf(assets);
        (, uint256 net) = _insurance();
        // Of more than there is every share there is would be too few.
        shares = Math.mulDiv(units, totalSupply() + _SHARES_PER_UNIT, net + 1, Math.Rounding.Ceil);

        _leave(units, shares, receiver, controller);
    }

    /// @notice An operator does with the caller's shares and requests whatever he could.
    /// @inheritdoc IERC7540Operator
    function setOperator(address operator, bool approved) external returns (bool) {
        isOperator[msg.sender][operator] = approved;
        emit OperatorSet(msg.sender, operator, approved);
        return true;
    }

    /// @notice Shares that wait: their cooldown runs, or their days to leave are over.
    /// @inheritdoc IERC7540Redeem
    function pendingRedeemRequest(uint256, address controller) external view returns (uint256) {
        return requestOf(controller).shares - _claimable(controller);
    }

    /// @notice Shares that may leave now.
    /// @inheritdoc IERC7540Redeem
    function claimableRedeemRequest(uint256, address controller) external view returns (uint256) {
        return _claimable(controller);
    }

    /// @notice Claimable shares, if anything is paid for them.
    /// @inheritdoc IERC4626
    function maxRedeem(address controller) public view returns (uint256 shares) {
        shares = _claimable(controller);
        (, uint256 net) = _insurance();
        if (_unitsDown(shares, net, totalSupply()) == 0) return 0;
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address controller) external view returns (uint256) {
        (, uint256 net) = _insurance();
        return _unitsDown(_claimable(controller), net, totalSupply()) * _scale;
    }

    /// @notice Always reverts, see {InsuranceFund_AsynchronousRedeem}.
    /// @inheritdoc IERC4626
    function previewRedeem(uint256) external pure returns (uint256) {
        revert InsuranceFund_AsynchronousRedeem();
    }

    /// @notice Always reverts, see {InsuranceFund_AsynchronousRedeem}.
    /// @inheritdoc IERC4626
    function previewWithdraw(uint256) external pure returns (uint256) {
        revert InsuranceFund_AsynchronousRedeem();
    }

    /// @inheritdoc IInsuranceFund
    function requestOf(address controller) public view returns (Request memory request) {
        request = _requests[controller];
        if (request.generation != uint24(generation)) delete request;
    }

    // What shares are worth

    /// @notice Insurance that is not reserved: what leaving counts.
    /// @inheritdoc IERC4626
    function totalAssets() external view returns (uint256) {
        (, uint256 net) = _insurance();
        return net * _scale;
    }

    /// @notice By what leaving counts; entering is never cheaper.
    /// @inheritdoc IERC4626
    function convertToShares(uint256 assets) external view returns (uint256) {
        (, uint256 net) = _insurance();
        return _sharesDown(assets / _scale, net, totalSupply());
    }

    /// @notice By what leaving counts.
    /// @inheritdoc IERC4626
    function convertToAssets(uint256 shares) external view returns (uint256) {
        (, uint256 net) = _insurance();
        return _unitsDown(shares, net, totalSupply()) * _scale;
    }

    /// @inheritdoc IERC4626
    function asset() external view returns (address) {
        return address(_collateral);
    }

    /// @inheritdoc IERC7575
    function share() external view returns (address) {
        return address(this);
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
            id == type(IERC7540Operator).interfaceId ||
            id == type(IERC7540Redeem).interfaceId;
    }

    function _enter(uint256 units, uint256 assets, uint256 shares, address receiver) private {
        _insure(units);
        _mint(receiver, shares);

        emit Deposit(msg.sender, receiver, assets, shares);
    }

    function _leave(uint256 units, uint256 shares, address receiver, address controller) private {
        _requireOperator(controller);
        uint256 claimable = _claimable(controller);
        require(shares <= claimable, InsuranceFund_NotClaimable(controller, shares, claimable));

        _requests[controller].shares = uint128(requestOf(controller).shares - shares);
        _burn(address(this), shares);

        emit Withdraw(msg.sender, receiver, controller, units * _scale, shares);

        _payOut(units, receiver);
    }

    /// @dev Shares whose price is below a millionth of par are void: the next deposit starts from par.
    function _renew(uint256 gross) private {
        if (!_isVoid(gross)) return;
        uint256 voided = _startGeneration();
        emit GenerationStarted(generation, voided, gross);
    }

    /// @dev All insurance counts here, reserves too: shares of which something may come back are not void.
    function _isVoid(uint256 gross) private view returns (bool) {
        return totalSupply() > (gross + 1) * _SHARES_PER_UNIT * _PAR_DIVISOR;
    }

    /// @dev Supply that a deposit is counted against.
    function _supplyFor(uint256 gross) private view returns (uint256) {
        return _isVoid(gross) ? 0 : totalSupply();
    }

    function _claimable(address controller) private view returns (uint256) {
        Request memory request = requestOf(controller);
        if (request.shares == 0) return 0;
        (bool ok, uint256 uptime) = _tryUptime();
        uint256 waited = block.timestamp - request.requestedAt;
        // Where the oracle is silent, now or then, only wall time runs.
        uint256 wasUp = ok ? Math.saturatingSub(uptime, request.uptimeAt) : 0;
        bool isDue = wasUp >= _COOLDOWN || waited >= _LONGEST_COOLDOWN;
        bool isOver = wasUp > _COOLDOWN + _WINDOW || waited > _LONGEST_COOLDOWN + _WINDOW;
        return isDue && !isOver ? request.shares : 0;
    }

    function _sharesDown(uint256 units, uint256 insurance, uint256 supply) private pure returns (uint256) {
        return Math.mulDiv(units, supply + _SHARES_PER_UNIT, insurance + 1);
    }

    function _unitsDown(uint256 shares, uint256 insurance, uint256 supply) private pure returns (uint256) {
        return Math.mulDiv(shares, insurance + 1, supply + _SHARES_PER_UNIT);
    }

    function _unitsUp(uint256 shares, uint256 insurance, uint256 supply) private pure returns (uint256) {
        return Math.mulDiv(shares, insurance + 1, supply + _SHARES_PER_UNIT, Math.Rounding.Ceil);
    }

    function _requireOperator(address owner) private view {
        require(msg.sender == owner || isOperator[owner][msg.sender], InsuranceFund_Unauthorized(msg.sender, owner));
    }
}
