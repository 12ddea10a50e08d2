// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOptionsVault } from "../../interfaces/IOptionsVault.sol";

/// @title Rules of vault terms
/// @notice Bounds that no vault leaves, whoever makes it.
library VaultRules {
    uint256 private constant _BPS = 1e4;

    /// @notice Reverts with the number of the field in {IOptionsVault.VaultTerms} that is out of bounds.
    function check(IOptionsVault.VaultTerms memory terms) internal pure {
        if (terms.fundingBps != 0) _checkRange(1, terms.fundingBps, _BPS, type(uint16).max);
        _checkRange(2, terms.deltaBps, 100, 5_000);
        _checkRange(3, terms.floorVolatilityBps, 1_000, 30_000);
        _checkRange(4, terms.highBps, terms.reserveBps, 30_000);
        _checkRange(5, terms.reserveBps, _BPS, 30_000);
        _checkRange(6, terms.auctionSeconds, 30 minutes, 8 hours);
        _checkRange(7, terms.depositCap, 1, type(uint56).max);
        _checkRange(8, terms.managementFeeBps, 0, 200);
        _checkRange(9, terms.performanceFeeBps, 0, 2_000);
        bool takesFees = terms.managementFeeBps | terms.performanceFeeBps != 0;
        bool isNamed = terms.feeRecipient != address(0);
        _checkRange(10, isNamed ? 1 : 0, takesFees ? 1 : 0, takesFees ? 1 : 0);
        _checkRange(11, bytes(terms.name).length, 1, 64);
        _checkRange(12, bytes(terms.symbol).length, 1, 16);
    }

    function _checkRange(uint256 which, uint256 given, uint256 minimum, uint256 maximum) private pure {
        require(
            given >= minimum && given <= maximum,
            IOptionsVault.OptionsVault_BadTerms(which, given, minimum, maximum)
        );
    }
}
