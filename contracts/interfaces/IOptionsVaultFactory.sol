// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearinghouse } from "./IClearinghouse.sol";
import { IOptionsVault } from "./IOptionsVault.sol";

/// @title Factory of options vaults
/// @notice Anybody makes a vault, whose address its terms decide; and the list of those there are. Nobody has rights in any of them.
interface IOptionsVaultFactory {
    error OptionsVaultFactory_ZeroAddress();
    /// @notice What was given as code of the vaults is none.
    error OptionsVaultFactory_BadCode(address code);

    event VaultCreated(
        address indexed caller,
        address indexed vault,
        uint256 indexed market,
        IOptionsVault.VaultTerms terms
    );

    /// @notice Makes the vault with these terms; where it exists already, names it.
    /// @param terms Inside the bounds that {IOptionsVault.VaultTerms} names, or {IOptionsVault.OptionsVault_BadTerms} says which is not.
    function create(IOptionsVault.VaultTerms calldata terms) external returns (address vault);

    /// @notice Address that a vault with these terms has or will have.
    function addressOf(IOptionsVault.VaultTerms calldata terms) external view returns (address vault);

    /// @notice Clearinghouse of all its vaults.
    function house() external view returns (IClearinghouse);

    /// @notice Whether `vault` was made here.
    function isVault(address vault) external view returns (bool);

    /// @notice Vaults that were made here.
    function vaultCount() external view returns (uint256);

    /// @notice Up to `count` vaults from number `first` on, in order of creation.
    function vaults(uint256 first, uint256 count) external view returns (address[] memory page);
}
