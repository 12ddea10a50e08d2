// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../interfaces/IPriceOracle.sol";

/// @title Scripted words
/// @notice Stands in for oracle and registry where the risk contract is tested: answers the words a test sets.
contract ScriptedWords {
    struct Words {
        uint256 latest;
        uint256 averages;
        uint256 witness;
        uint256 pendingPrice;
    }

    uint256 public constant heartbeat = 60;
    bool public anyTrigger;
    uint256 public stakeLossBps;
    uint256 public slashableStake;
    bool public isBroken;
    uint32 public mask;
    uint32 public signedWeight = 9_500;
    mapping(address account => uint256 amount) public credited;

    mapping(uint256 feed => Words) private _words;
    uint64[] private _weights;

    // ---- Script

    function setWords(uint256 feed, Words calldata words) external {
        _words[feed] = words;
    }

    function setTrigger(bool isActive) external {
        anyTrigger = isActive;
    }

    function setStake(uint256 lossBps, uint256 stake) external {
        (stakeLossBps, slashableStake) = (lossBps, stake);
    }

    function setWeights(uint64[] calldata weights) external {
        _weights = weights;
    }

    function setBroken(bool broken) external {
        isBroken = broken;
    }

    function setSignedWeight(uint32 weight) external {
        signedWeight = weight;
    }

    function setMask(uint32 newMask) external {
        mask = newMask;
    }

    // ---- What the risk contract reads, and the pot it credits

    function riskWords(uint256 feed) external view returns (uint256, uint256, uint256, uint256) {
        require(!isBroken, "scripted");
        Words memory words = _words[feed];
        return (words.latest, words.averages, words.witness, words.pendingPrice);
    }

    function latestRoundData(uint256 feed) external view returns (uint80, int256, uint256, uint256, uint80) {
        return (0, int256(uint256(uint64(_words[feed].latest))), 0, 0, 0);
    }

    function health() external view returns (IPriceOracle.Health memory told) {
        told.setId = 1;
        told.mask = mask;
        told.signedWeightEmaBps = signedWeight;
    }

    function credit(address account, uint256 amount) external {
        credited[account] += amount;
    }

    function seatAt(uint32, uint256 seat) external view returns (address, uint64, uint32) {
        return (address(0), seat < _weights.length ? _weights[seat] : 0, 0);
    }
}
