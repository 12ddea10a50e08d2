// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IOptionsVault } from "../interfaces/IOptionsVault.sol";
import { IOptionsVaultFactory } from "../interfaces/IOptionsVaultFactory.sol";
import { IVaultLens } from "../interfaces/IVaultLens.sol";
import { CollateralKind } from "../shared/ClearingTypes.sol";
import { VaultCalendar } from "../shared/VaultCalendar.sol";

/// @title Lens of the vaults
/// @notice See {IVaultLens}. The vaults' code is the factory's; their oracle and risk contracts are asked with bounded gas.
contract VaultLens is IVaultLens {
    uint256 private constant _MOST_VAULTS = 16;
    uint256 private constant _ONE_OPTION = 1e6;
    /// @dev Several times what an offer needs; what is behind may burn all it gets.
    uint256 private constant _OFFER_GAS = 700_000;
    /// @dev Of what is left a call gets 63/64 (EIP-150).
    uint256 private constant _OFFER_NEEDED = (_OFFER_GAS * 64) / 63 + 10_000;

    /// @inheritdoc IVaultLens
    IOptionsVaultFactory public immutable factory;

    constructor(IOptionsVaultFactory factory_) {
        require(address(factory_) != address(0), VaultLens_ZeroAddress());
        factory = factory_;
    }

    /// @inheritdoc IVaultLens
    function vaults(uint256 first, uint256 count) external view returns (VaultOverview[] memory page) {
        require(count <= _MOST_VAULTS, VaultLens_TooMany(count, _MOST_VAULTS));
        address[] memory listed = factory.vaults(first, count);
        page = new VaultOverview[](listed.length);
        for (uint256 i; i < listed.length; ++i) page[i] = _overviewOf(IOptionsVault(listed[i]));
    }

    /// @inheritdoc IVaultLens
    function vaultOf(address vault) external view returns (VaultOverview memory) {
        return _overviewOf(_known(vault));
    }

    /// @inheritdoc IVaultLens
    function positionOf(address vault, address account) external view returns (Position memory held) {
        IOptionsVault known = _known(vault);
        held.shares = known.balanceOf(account);
        held.assets = known.convertToAssets(held.shares);
        held.pendingDeposit = known.pendingDepositRequest(0, account);
        held.claimableDeposit = known.maxDeposit(account);
        held.claimableShares = known.maxMint(account);
        held.cancelledDeposit = known.claimableCancelDepositRequest(0, account);
        held.pendingRedeem = known.pendingRedeemRequest(0, account);
        held.claimableRedeem = known.maxRedeem(account);
        held.claimableAssets = known.maxWithdraw(account);
        held.cancelledRedeem = known.claimableCancelRedeemRequest(0, account);
    }

    function _overviewOf(IOptionsVault vault) private view returns (VaultOverview memory shown) {
        shown.vault = address(vault);
        shown.terms = vault.terms();
        shown.asset = vault.asset();
        shown.decimals = vault.decimals();
        IClearinghouse house = vault.house();
        shown.isCall = house.marketParams(shown.terms.market).kind == CollateralKind.Coin;
        shown.totalAssets = vault.totalAssets();
        shown.totalSupply = vault.totalSupply();
        shown.waiting = vault.waiting();
        if (shown.waiting.number != 0) shown.lastPrice = vault.priceOf(shown.waiting.number - 1);
        shown.depositRoom = _roomOf(vault, shown);
        shown.epoch = vault.epoch();
        shown.bookId = vault.bookId();
        shown.seriesId = vault.seriesId();
        (shown.isKnown, shown.offer) = _offerOf(vault);
        (shown.canStart, shown.canClose) = _dutiesOf(vault, shown.epoch.expiry);
    }

    /// @dev What the cap leaves, token units.
    function _roomOf(IOptionsVault vault, VaultOverview memory shown) private view returns (uint256) {
        uint256 taken = uint256(shown.waiting.units) + shown.waiting.managed;
        return Math.saturatingSub(shown.terms.depositCap, taken) * vault.unit();
    }

    function _offerOf(IOptionsVault vault) private view returns (bool isKnown, IOptionsVault.Offer memory offer) {
        require(gasleft() >= _OFFER_NEEDED, VaultLens_TooLittleGas(gasleft(), _OFFER_NEEDED));
        try vault.offer{ gas: _OFFER_GAS }(_ONE_OPTION) returns (IOptionsVault.Offer memory given) {
            return (true, given);
        } catch {}
    }

    function _dutiesOf(IOptionsVault vault, uint256 expiry) private view returns (bool canStart, bool canClose) {
        if (expiry != 0) return (false, block.timestamp >= expiry);
        uint256 boundary = VaultCalendar.boundaryBefore(block.timestamp);
        (uint256 opens, uint256 closes) = VaultCalendar.windowOf(boundary);
        canStart = block.timestamp >= opens && block.timestamp <= closes && vault.lastBoundary() != boundary;
    }

    function _known(address vault) private view returns (IOptionsVault) {
        require(factory.isVault(vault), VaultLens_UnknownVault(vault));
        return IOptionsVault(vault);
    }
}
