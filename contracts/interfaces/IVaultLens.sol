// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../shared/BookId.sol";
import { IOptionsVault } from "./IOptionsVault.sol";
import { IOptionsVaultFactory } from "./IOptionsVaultFactory.sol";

/// @title Lens of the vaults
/// @notice Reads options vaults for people, aggregators and whoever starts and closes epochs. Holds no state and no rights. Units
/// are those of {IOptionsVault}. Nothing here reverts because a price feed, a risk contract or a token fails: a flag says so.
/// What is no vault of the factory reverts.
interface IVaultLens {
    /// @notice A vault and where it stands.
    /// @param asset Collateral token. @param decimals Of the shares.
    /// @param isCall It sells covered calls, else puts.
    /// @param totalAssets Token units, with what the options could cost taken off; for show.
    /// @param lastPrice Zeros before the first.
    /// @param depositRoom Most that a deposit may be asked for now, token units.
    /// @param bookId 0 between two epochs. @param seriesId 0 between two epochs.
    /// @param isKnown The market told what is offered.
    /// @param offer Of one option.
    /// @param canStart Clock and boundary let an epoch start now; mode and price are asked when it does.
    /// @param canClose The epoch is over; its expiry may still wait for a price.
    struct VaultOverview {
        address vault;
        IOptionsVault.VaultTerms terms;
        address asset;
        uint256 decimals;
        bool isCall;
        uint256 totalAssets;
        uint256 totalSupply;
        IOptionsVault.SharePrice lastPrice;
        IOptionsVault.Waiting waiting;
        uint256 depositRoom;
        IOptionsVault.Epoch epoch;
        BookId bookId;
        uint256 seriesId;
        bool isKnown;
        IOptionsVault.Offer offer;
        bool canStart;
        bool canClose;
    }

    /// @notice What an account has in a vault. Assets are token units.
    /// @param shares In its wallet. @param assets What those are worth, for show.
    /// @param pendingDeposit Asked to join, and may be taken back. @param claimableDeposit Joined at a price, as assets.
    /// @param claimableShares The same as shares. @param cancelledDeposit Taken back, to be claimed.
    /// @param pendingRedeem Shares that asked to leave. @param claimableRedeem Shares that left at a price.
    /// @param claimableAssets What those are paid. @param cancelledRedeem Shares taken back, to be claimed.
    struct Position {
        uint256 shares;
        uint256 assets;
        uint256 pendingDeposit;
        uint256 claimableDeposit;
        uint256 claimableShares;
        uint256 cancelledDeposit;
        uint256 pendingRedeem;
        uint256 claimableRedeem;
        uint256 claimableAssets;
        uint256 cancelledRedeem;
    }

    error VaultLens_ZeroAddress();
    error VaultLens_UnknownVault(address vault);
    error VaultLens_TooMany(uint256 count, uint256 maximum);
    /// @notice Too little gas to ask a market what it offers and go on: no answer rather than a wrong one.
    error VaultLens_TooLittleGas(uint256 given, uint256 needed);

    /// @notice Factory whose vaults it reads.
    function factory() external view returns (IOptionsVaultFactory);

    /// @notice A vault as a whole; reverts for an address that the factory did not make.
    function vaultOf(address vault) external view returns (VaultOverview memory);

    /// @notice Up to `count` vaults from number `first` on, in order of creation; at most 16 at once.
    function vaults(uint256 first, uint256 count) external view returns (VaultOverview[] memory page);

    /// @notice Shares and requests of an account in a vault.
    function positionOf(address vault, address account) external view returns (Position memory);
}
