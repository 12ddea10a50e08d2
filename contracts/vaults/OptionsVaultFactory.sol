// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IOptionsVault } from "../interfaces/IOptionsVault.sol";
import { IOptionsVaultFactory } from "../interfaces/IOptionsVaultFactory.sol";
import { VaultRules } from "./libraries/VaultRules.sol";

/// @title Factory of options vaults
/// @notice See {IOptionsVaultFactory}. The creation code of a vault lies in two {VaultCode} contracts: in the factory it would
/// not fit the code limit, and proxies would cost every user of every vault a call more.
contract OptionsVaultFactory is IOptionsVaultFactory {
    /// @inheritdoc IOptionsVaultFactory
    IClearinghouse public immutable house;
    address private immutable _firstCode;
    address private immutable _secondCode;

    /// @inheritdoc IOptionsVaultFactory
    mapping(address vault => bool) public isVault;
    address[] private _vaults;

    /// @param firstCode Half 0 of the creation code, a {VaultCode}. @param secondCode Half 1.
    constructor(IClearinghouse house_, address firstCode, address secondCode) {
        require(address(house_) != address(0), OptionsVaultFactory_ZeroAddress());
        require(firstCode.code.length > 1, OptionsVaultFactory_BadCode(firstCode));
        require(secondCode.code.length > 1, OptionsVaultFactory_BadCode(secondCode));
        house = house_;
        _firstCode = firstCode;
        _secondCode = secondCode;
    }

    /// @inheritdoc IOptionsVaultFactory
    function create(IOptionsVault.VaultTerms calldata terms) external returns (address vault) {
        VaultRules.check(terms);
        bytes memory code = _codeOf(terms);
        vault = Create2.computeAddress(0, keccak256(code));
        // Whoever was first did what the caller wants.
        if (isVault[vault]) return vault;

        isVault[vault] = true;
        _vaults.push(vault);
        emit VaultCreated(msg.sender, vault, terms.market, terms);
        Create2.deploy(0, 0, code);
    }

    /// @inheritdoc IOptionsVaultFactory
    function addressOf(IOptionsVault.VaultTerms calldata terms) external view returns (address) {
        return Create2.computeAddress(0, keccak256(_codeOf(terms)));
    }

    /// @inheritdoc IOptionsVaultFactory
    function vaultCount() external view returns (uint256) {
        return _vaults.length;
    }

    /// @inheritdoc IOptionsVaultFactory
    function vaults(uint256 first, uint256 count) external view returns (address[] memory page) {
        uint256 left = Math.saturatingSub(_vaults.length, first);
        page = new address[](Math.min(left, count));
        for (uint256 i; i < page.length; ++i) page[i] = _vaults[first + i];
    }

    function _codeOf(IOptionsVault.VaultTerms calldata terms) private view returns (bytes memory) {
        return bytes.concat(_half(_firstCode), _half(_secondCode), abi.encode(house, terms));
    }

    /// @dev Behind the byte that keeps it from being run.
    function _half(address from) private view returns (bytes memory half) {
        half = new bytes(from.code.length - 1);
        assembly ("memory-safe") {
            extcodecopy(from, add(half, 0x20), 1, mload(half))
        }
    }
}
