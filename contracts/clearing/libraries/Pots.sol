// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { Terms } from "../../shared/ClearingTypes.sol";
import { Payoff } from "../../shared/Payoff.sol";
import { Pot, Receipt } from "./ClearingState.sol";

/// @title Pots
/// @notice Arithmetic of a priced expiry. Claims fall as books net their longs at par, collected rises as books pay; so
/// index = collected / claims only rises, never overpays and does not depend on the order of calls. Sums are exact
/// numerators; debts round up, dues down.
library Pots {
    using SafeCast for uint256;

    /// @notice Takes a book out of what is unresolved and nets its longs against its shorts at par.
    /// @return debt What the book owes the pot, ledger units, rounded up.
    /// @return par What its owner is due instead, payoff numerators.
    function resolve(
        Pot memory pot,
        Terms memory terms,
        uint256 shorts,
        uint256 longs
    ) internal pure returns (uint256 debt, uint256 par) {
        pot.unresolved -= shorts.toUint160();
        pot.claims -= Math.min(shorts, longs).toUint160();
        if (longs > shorts) return (0, longs - shorts);
        debt = Payoff.toUnitsUp(shorts - longs, terms, pot.price);
    }

    /// @notice What a receipt is due by now, paid parts included; ledger units, rounded down.
    function dueDown(Pot memory pot, Terms memory terms, uint256 par) internal pure returns (uint256) {
        if (par == 0) return 0;
        uint256 full = Payoff.toUnitsDown(par, terms, pot.price);
        // Debts round up, so a full pot may hold a few units more than its claims.
        return Math.min(full, Math.mulDiv(par, pot.collected, pot.claims));
    }

    /// @notice Adds to a receipt and pays it as far as the pot goes. A receipt paid in full of a pot that is final is empty.
    function pay(
        Pot memory pot,
        Terms memory terms,
        Receipt memory receipt,
        uint256 par
    ) internal pure returns (uint256 paid) {
        receipt.par += par.toUint160();
        uint256 due = dueDown(pot, terms, receipt.par);
        paid = due - receipt.paid;
        receipt.paid = due.toUint80();
    }

    /// @notice The index is 1: everything outside books is covered, whatever the unsettled books bring.
    function isFull(Pot memory pot, Terms memory terms) internal pure returns (bool) {
        return
            uint256(pot.collected) * Payoff.denominator(terms, pot.price) >=
            uint256(pot.claims) * 10 ** terms.unitDecimals;
    }
}
