// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC4626 } from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IERC7540Deposit, IERC7540Redeem } from "../interfaces/IERC7540.sol";
import { IERC7887Deposit, IERC7887Redeem } from "../interfaces/IERC7887.sol";
import { IOptionsVault } from "../interfaces/IOptionsVault.sol";
import { VaultShares } from "./VaultShares.sol";
import { Request, Requests } from "./libraries/Requests.sol";

/// @title Requests of an options vault
/// @notice Joining and leaving by request: ERC-7540 with request id 0, cancelling as ERC-7887 names it, at once. A request is the
/// controller's; whoever adds to it makes him a gift.
abstract contract VaultRequests is VaultShares {
    using Requests for Request;
    using SafeCast for uint256;

    mapping(address controller => Request) private _deposits;
    mapping(address controller => Request) private _redemptions;
    mapping(uint256 number => SharePrice) private _prices;
    Waiting internal _waiting;

    // Joining

    /// @inheritdoc IERC7540Deposit
    function requestDeposit(
        uint256 assets,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 requestId) {
        require(controller != address(0), OptionsVault_ZeroAddress());
        _requireOperator(owner);
        uint256 units = _unitsOf(assets);
        Waiting memory before = _waiting;
        uint256 total = before.units + units;
        uint256 cap = _depositCap();
        require(total + before.managed <= cap, OptionsVault_CapReached(total + before.managed, cap));

        _waiting.units = total.toUint64();
        _add(_deposits, controller, units, before.number, true);

        emit DepositRequest(controller, owner, 0, msg.sender, assets);
        _pull(owner, units);
        return 0;
    }

    /// @inheritdoc IERC7540Deposit
    function deposit(
        uint256 assets,
        address receiver,
        address controller
    ) public nonReentrant returns (uint256 shares) {
        _requireOperator(controller);
        uint256 units = _unitsOf(assets);
        Request memory request = _load(_deposits, controller, true);
        require(units <= request.matured, OptionsVault_NotClaimable(controller, assets, request.matured * _scale));

        shares = request.claimGiven(units);
        _deposits[controller] = request;
        _transfer(address(this), receiver, shares);

        emit Deposit(controller, receiver, assets, shares);
    }

    /// @inheritdoc IERC7540Deposit
    function mint(uint256 shares, address receiver, address controller) public nonReentrant returns (uint256 assets) {
        _requireOperator(controller);
        Request memory request = _load(_deposits, controller, true);
        require(shares != 0 && shares <= request.due, OptionsVault_NotClaimable(controller, shares, request.due));

        assets = request.claimTaken(shares) * _scale;
        _deposits[controller] = request;
        _transfer(address(this), receiver, shares);

        emit Deposit(controller, receiver, assets, shares);
    }

    /// @inheritdoc IERC4626
    function deposit(uint256 assets, address receiver) external returns (uint256) {
        return deposit(assets, receiver, msg.sender);
    }

    /// @inheritdoc IERC4626
    function mint(uint256 shares, address receiver) external returns (uint256) {
        return mint(shares, receiver, msg.sender);
    }

    /// @inheritdoc IERC7887Deposit
    function cancelDepositRequest(uint256, address controller) external nonReentrant {
        _requireOperator(controller);
        _waiting.units -= uint64(_cancel(_deposits, controller, true));
        emit CancelDepositRequest(controller, 0, msg.sender);
    }

    /// @inheritdoc IERC7887Deposit
    function claimCancelDepositRequest(
        uint256,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        _requireOperator(controller);
        uint256 units = _claimCancelled(_deposits, controller, true);
        assets = units * _scale;
        emit CancelDepositClaim(controller, receiver, 0, msg.sender, assets);
        _pay(receiver, units);
    }

    // Leaving

    /// @inheritdoc IERC7540Redeem
    function requestRedeem(
        uint256 shares,
        address controller,
        address owner
    ) external nonReentrant returns (uint256 requestId) {
        require(controller != address(0), OptionsVault_ZeroAddress());
        _authorizeShares(owner, shares);

        Waiting memory before = _waiting;
        _waiting.shares = (before.shares + shares).toUint96();
        _add(_redemptions, controller, shares, before.number, false);
        _transfer(owner, address(this), shares);

        emit RedeemRequest(controller, owner, 0, msg.sender, shares);
        return 0;
    }

    /// @notice Claims assets for `shares` of fulfilled requests of `controller`, rounded down to a ledger unit.
    /// @inheritdoc IERC4626
    function redeem(
        uint256 shares,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 assets) {
        _requireOperator(controller);
        Request memory request = _load(_redemptions, controller, false);
        require(
            shares != 0 && shares <= request.matured,
            OptionsVault_NotClaimable(controller, shares, request.matured)
        );

        uint256 units = request.claimGiven(shares);
        _redemptions[controller] = request;
        assets = units * _scale;

        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _pay(receiver, units);
    }

    /// @notice Claims `assets` of fulfilled requests of `controller`; the shares they took are rounded up.
    /// @inheritdoc IERC4626
    function withdraw(
        uint256 assets,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 shares) {
        _requireOperator(controller);
        uint256 units = _unitsOf(assets);
        Request memory request = _load(_redemptions, controller, false);
        require(units <= request.due, OptionsVault_NotClaimable(controller, assets, request.due * _scale));

        shares = request.claimTaken(units);
        _redemptions[controller] = request;

        emit Withdraw(msg.sender, receiver, controller, assets, shares);
        _pay(receiver, units);
    }

    /// @inheritdoc IERC7887Redeem
    function cancelRedeemRequest(uint256, address controller) external nonReentrant {
        _requireOperator(controller);
        _waiting.shares -= uint96(_cancel(_redemptions, controller, false));
        emit CancelRedeemRequest(controller, 0, msg.sender);
    }

    /// @inheritdoc IERC7887Redeem
    function claimCancelRedeemRequest(
        uint256,
        address receiver,
        address controller
    ) external nonReentrant returns (uint256 shares) {
        _requireOperator(controller);
        shares = _claimCancelled(_redemptions, controller, false);
        _transfer(address(this), receiver, shares);
        emit CancelRedeemClaim(controller, receiver, 0, msg.sender, shares);
    }

    // Views

    /// @inheritdoc IOptionsVault
    function waiting() external view returns (Waiting memory) {
        return _waiting;
    }

    /// @inheritdoc IOptionsVault
    function priceOf(uint256 number) external view returns (SharePrice memory) {
        return _prices[number];
    }

    /// @inheritdoc IERC7540Deposit
    function pendingDepositRequest(uint256, address controller) external view returns (uint256) {
        return _load(_deposits, controller, true).pending * _scale;
    }

    /// @inheritdoc IERC7540Deposit
    function claimableDepositRequest(uint256, address controller) external view returns (uint256) {
        return maxDeposit(controller);
    }

    /// @inheritdoc IERC7540Redeem
    function pendingRedeemRequest(uint256, address controller) external view returns (uint256) {
        return _load(_redemptions, controller, false).pending;
    }

    /// @inheritdoc IERC7540Redeem
    function claimableRedeemRequest(uint256, address controller) external view returns (uint256) {
        return maxRedeem(controller);
    }

    /// @notice Never: taking back is at once.
    /// @inheritdoc IERC7887Deposit
    function pendingCancelDepositRequest(uint256, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IERC7887Deposit
    function claimableCancelDepositRequest(uint256, address controller) external view returns (uint256) {
        return _load(_deposits, controller, true).cancelled * _scale;
    }

    /// @notice Never: taking back is at once.
    /// @inheritdoc IERC7887Redeem
    function pendingCancelRedeemRequest(uint256, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IERC7887Redeem
    function claimableCancelRedeemRequest(uint256, address controller) external view returns (uint256) {
        return _redemptions[controller].cancelled;
    }

    /// @inheritdoc IERC4626
    function maxDeposit(address controller) public view returns (uint256) {
        return _load(_deposits, controller, true).matured * _scale;
    }

    /// @inheritdoc IERC4626
    function maxMint(address controller) external view returns (uint256) {
        return _load(_deposits, controller, true).due;
    }

    /// @inheritdoc IERC4626
    function maxRedeem(address controller) public view returns (uint256) {
        return _load(_redemptions, controller, false).matured;
    }

    /// @inheritdoc IERC4626
    function maxWithdraw(address controller) external view returns (uint256) {
        return _load(_redemptions, controller, false).due * _scale;
    }

    /// @notice Always reverts, like the other three: ERC-7540 has it so.
    /// @inheritdoc IERC4626
    function previewDeposit(uint256) external pure returns (uint256) {
        revert OptionsVault_Asynchronous();
    }

    /// @inheritdoc IERC4626
    function previewMint(uint256) external pure returns (uint256) {
        revert OptionsVault_Asynchronous();
    }

    /// @inheritdoc IERC4626
    function previewRedeem(uint256) external pure returns (uint256) {
        revert OptionsVault_Asynchronous();
    }

    /// @inheritdoc IERC4626
    function previewWithdraw(uint256) external pure returns (uint256) {
        revert OptionsVault_Asynchronous();
    }

    // Pricing

    /// @dev Most ledger units that deposits may bring the vault to.
    function _depositCap() internal view virtual returns (uint256);

    /// @dev Prices a share out of `idle`, all there is, and lets join and leave at that price who asked. Collateral moves once.
    /// @param idle Ledger units of free balance. @param feeShares Minted to the fee recipient before.
    /// @param paid Ledger units of free balance that go to the caller and are not the shares'.
    function _priceShares(uint256 idle, uint256 feeShares, uint256 paid) internal {
        Waiting memory before = _waiting;
        SharePrice memory price = SharePrice((idle + 1).toUint128(), (totalSupply() + SHARES_PER_UNIT).toUint128());
        uint256 deposited = Requests.isVoid(price) ? 0 : before.units;
        uint256 joining = Requests.valueDown(deposited, price, true);
        uint256 leaving = Requests.valueDown(before.shares, price, false);

        _prices[before.number] = price;
        // Gifts know no cap: more than fits only keeps deposits out.
        uint256 managed = Math.min(idle + deposited - leaving, type(uint64).max);
        _waiting = Waiting(0, 0, uint64(managed), before.number + 1);
        if (joining > before.shares) _mint(address(this), joining - before.shares);
        else if (joining < before.shares) _burn(address(this), before.shares - joining);

        emit SharesPriced(before.number, price.units, price.shares, deposited, before.shares, feeShares);
        leaving += paid;
        if (deposited > leaving) _bank(deposited - leaving);
        else if (deposited < leaving) _collect(leaving - deposited);
        if (paid != 0) _pay(msg.sender, paid);
    }

    /// @dev Brings what was redeemed here; all of it, or nobody leaves at this price.
    function _collect(uint256 units) private {
        uint256 held = _held();
        _withdraw(units, address(this));
        uint256 arrived = Math.saturatingSub(_held(), held);
        require(arrived >= units * _scale, OptionsVault_NotArrived(units * _scale, arrived));
    }

    function _isWaited() internal view returns (bool) {
        Waiting memory before = _waiting;
        return before.units != 0 || before.shares != 0;
    }

    function _add(
        mapping(address => Request) storage requests,
        address controller,
        uint256 given,
        uint256 number,
        bool isDeposit
    ) private {
        Request storage stored = requests[controller];
        (uint256 pending, uint256 at) = (stored.pending, stored.epoch);
        if (pending != 0 && at != number) {
            requests[controller] = _load(requests, controller, isDeposit);
            pending = 0;
        }
        stored.pending = (pending + given).toUint112();
        stored.epoch = uint32(number);
    }

    function _cancel(
        mapping(address => Request) storage requests,
        address controller,
        bool isDeposit
    ) private returns (uint256 given) {
        Request memory request = _load(requests, controller, isDeposit);
        given = request.pending;
        require(given != 0, OptionsVault_NothingRequested(controller));
        request.pending = 0;
        request.cancelled = (request.cancelled + given).toUint112();
        requests[controller] = request;
    }

    function _claimCancelled(
        mapping(address => Request) storage requests,
        address controller,
        bool isDeposit
    ) private returns (uint256 given) {
        Request memory request = _load(requests, controller, isDeposit);
        given = request.cancelled;
        require(given != 0, OptionsVault_NothingRequested(controller));
        request.cancelled = 0;
        requests[controller] = request;
    }

    function _load(
        mapping(address => Request) storage requests,
        address controller,
        bool isDeposit
    ) private view returns (Request memory request) {
        request = requests[controller];
        request.ripen(_waiting.number, _prices, isDeposit);
    }
}
