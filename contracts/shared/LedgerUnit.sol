// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Most decimals that the Clearinghouse keeps of a token.
uint256 constant LEDGER_DECIMALS = 9;

/// @notice The Clearinghouse's unit of a token with `tokenDecimals`: 10^−min(decimals, 9) of it.
/// @return unitDecimals Decimals of the unit. @return scale Token units in it.
function ledgerUnitOf(uint256 tokenDecimals) pure returns (uint256 unitDecimals, uint256 scale) {
    unitDecimals = tokenDecimals < LEDGER_DECIMALS ? tokenDecimals : LEDGER_DECIMALS;
    scale = 10 ** (tokenDecimals - unitDecimals);
}
