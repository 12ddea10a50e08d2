// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { Create2 } from "@openzeppelin/contracts/utils/Create2.sol";
import { IWrappedLongFactory } from "../interfaces/IWrappedLongFactory.sol";
import { WrappedLong } from "./WrappedLong.sol";

/// @title Factory of wrapped longs
/// @notice See {IWrappedLongFactory}.
contract WrappedLongFactory is IWrappedLongFactory {
    IERC6909Metadata public immutable house;

    constructor(IERC6909Metadata house_) {
        require(address(house_) != address(0), WrappedLongFactory_ZeroAddress());
        house = house_;
    }

    /// @inheritdoc IWrappedLongFactory
    function create(uint256 seriesId) external returns (address wrapper) {
        wrapper = addressOf(seriesId);
        // Whoever was first did what the caller wants.
        if (wrapper.code.length != 0) return wrapper;
        require(bytes(house.name(seriesId)).length != 0, WrappedLongFactory_UnknownSeries(seriesId));

        new WrappedLong{ salt: bytes32(seriesId) }(house, seriesId);

        emit WrapperCreated(msg.sender, seriesId, wrapper);
    }

    /// @inheritdoc IWrappedLongFactory
    function addressOf(uint256 seriesId) public view returns (address) {
        bytes memory code = abi.encodePacked(type(WrappedLong).creationCode, abi.encode(house, seriesId));
        return Create2.computeAddress(bytes32(seriesId), keccak256(code));
    }
}
