// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Share generations
/// @notice An ERC-20 whose balances and supply can be begun anew: those of earlier generations stay where they are and count for
/// nothing. No Transfer tells of their end, for nobody can list the holders; whoever keeps balances watches the event of the
/// contract that starts a generation. Allowances stay.
abstract contract ShareGenerations is ERC20 {
    /// @notice Number of the shares that count, from 0.
    uint256 public generation;
    uint256 private _supply;
    mapping(uint256 generation => mapping(address holder => uint256 shares)) private _held;

    /// @notice Shares of this generation.
    function totalSupply() public view override returns (uint256) {
        return _supply;
    }

    /// @notice Shares of this generation that `holder` has.
    function balanceOf(address holder) public view override returns (uint256) {
        return _held[generation][holder];
    }

    /// @return voided Shares that count no longer.
    function _startGeneration() internal returns (uint256 voided) {
        voided = _supply;
        _supply = 0;
        generation += 1;
    }

    function _update(address from, address to, uint256 value) internal override {
        mapping(address => uint256) storage held = _held[generation];
        if (from == address(0)) {
            _supply += value;
        } else {
            uint256 available = held[from];
            require(available >= value, ERC20InsufficientBalance(from, available, value));
            held[from] = available - value;
        }
        if (to == address(0)) _supply -= value;
        else held[to] += value;

        emit Transfer(from, to, value);
    }
}
