// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPyth } from "../interfaces/IPyth.sol";

/// @title Mock Pyth
/// @notice A scripted {IPyth}.
contract MockPyth is IPyth {
    error MockPyth_NoPrice(bytes32 id);

    mapping(bytes32 id => Price) private _prices;

    function setPrice(bytes32 id, int64 price, int32 expo, uint256 publishTime) external {
        _prices[id] = Price(price, 0, expo, publishTime);
    }

    function setConfidence(bytes32 id, uint64 confidence) external {
        _prices[id].conf = confidence;
    }

    function getPriceUnsafe(bytes32 id) external view returns (Price memory price) {
        price = _prices[id];
        require(price.publishTime != 0, MockPyth_NoPrice(id));
    }
}
