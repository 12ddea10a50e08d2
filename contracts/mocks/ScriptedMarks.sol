// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../interfaces/IPriceOracle.sol";

/// @title Scripted marks
/// @notice Stands in for the price oracle where a test of the clearing room tells what it kept.
contract ScriptedMarks {
    error Scripted();

    mapping(uint256 feed => mapping(uint64 boundary => IPriceOracle.Mark)) private _marks;
    mapping(uint256 feed => mapping(uint64 boundary => bool)) private _kept;
    bool public reverts;

    function setMark(uint256 feed, uint64 boundary, IPriceOracle.Mark calldata mark) external {
        _marks[feed][boundary] = mark;
        _kept[feed][boundary] = true;
    }

    function setReverts(bool value) external {
        reverts = value;
    }

    function feedCount() external pure returns (uint256) {
        return 8;
    }

    function feedDescription(uint256) external pure returns (string memory) {
        return "ETH-USD";
    }

    function tryMarkAt(uint256 feed, uint64 boundary) external view returns (bool, IPriceOracle.Mark memory) {
        require(!reverts, Scripted());
        return (_kept[feed][boundary], _marks[feed][boundary]);
    }
}
