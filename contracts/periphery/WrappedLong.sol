// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { ERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import { IWrappedLong } from "../interfaces/IWrappedLong.sol";

/// @title Wrapped long
/// @notice See {IWrappedLong}. Name and symbol are read once: feeds and parameters of a series never change, and an ERC-20 should
/// have a name whether or not the oracle answers.
contract WrappedLong is ERC20Permit, IWrappedLong {
    IERC6909Metadata public immutable house;
    uint256 public immutable seriesId;
    uint8 private immutable _decimals;

    constructor(
        IERC6909Metadata house_,
        uint256 seriesId_
    ) ERC20(house_.name(seriesId_), house_.symbol(seriesId_)) ERC20Permit("Ballast Wrapped Long") {
        house = house_;
        seriesId = seriesId_;
        _decimals = house_.decimals(seriesId_);
    }

    /// @inheritdoc IWrappedLong
    function wrap(uint256 amount, address to) external {
        require(amount != 0, WrappedLong_ZeroAmount());
        require(to != address(this), WrappedLong_BadReceiver(to));

        _mint(to, amount);
        emit Wrapped(msg.sender, to, amount);

        require(
            house.transferFrom(msg.sender, address(this), seriesId, amount),
            WrappedLong_TransferFailed(seriesId, amount)
        );
    }

    /// @inheritdoc IWrappedLong
    function unwrap(uint256 amount, address to) external {
        require(amount != 0, WrappedLong_ZeroAmount());
        require(to != address(this), WrappedLong_BadReceiver(to));

        _burn(msg.sender, amount);
        emit Unwrapped(msg.sender, to, amount);

        require(house.transfer(to, seriesId, amount), WrappedLong_TransferFailed(seriesId, amount));
    }

    /// @notice Six, as the series has.
    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
