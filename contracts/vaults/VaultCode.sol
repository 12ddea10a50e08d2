// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { OptionsVault } from "./OptionsVault.sol";

/// @title Code of the vaults
/// @notice Half of a vault's creation code as the code of a contract, behind a STOP; what {OptionsVaultFactory} copies.
contract VaultCode {
    /// @param part 0 or 1.
    constructor(uint256 part) {
        bytes memory all = type(OptionsVault).creationCode;
        uint256 middle = all.length / 2;
        uint256 from = part == 0 ? 0 : middle;
        uint256 size = part == 0 ? middle : all.length - middle;
        assembly ("memory-safe") {
            // The word before the half is its length, or the half before: nobody reads either again.
            let start := add(add(all, 0x1f), from)
            mstore8(start, 0)
            return(start, add(size, 1))
        }
    }
}
