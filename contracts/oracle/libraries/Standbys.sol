// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RegistryState } from "./RegistryState.sol";

/// @title Standbys
/// @notice The list of who waits for a seat: at most 32, in no order.
library Standbys {
    /// @notice Takes the entry at `index` out.
    function removeAt(RegistryState storage self, uint256 index) internal {
        self.standbys[index] = self.standbys[self.standbys.length - 1];
        self.standbys.pop();
    }

    /// @notice Takes a validator out; nothing happens when it is not in.
    function remove(RegistryState storage self, uint32 validatorId) internal {
        for (uint256 i = 0; i < self.standbys.length; ++i) {
            if (self.standbys[i] != validatorId) continue;
            removeAt(self, i);
            return;
        }
    }

    /// @notice Who has to go when the list is full: the smallest bond, among equals the newest, so that nobody is pushed
    /// out by a later twin.
    function smallest(
        RegistryState storage self
    ) internal view returns (uint32 validatorId, uint256 bond, uint256 index) {
        bond = type(uint256).max;
        for (uint256 i = 0; i < self.standbys.length; ++i) {
            uint32 id = self.standbys[i];
            uint256 other = self.records[id].bond;
            if (other > bond || (other == bond && id < validatorId)) continue;
            (validatorId, bond, index) = (id, other, i);
        }
    }
}
