// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../interfaces/IPriceOracle.sol";

/// @title Scripted oracle
/// @notice Stands in for the price oracle where a test tells what it saw: what the registry and the reward pot call, with
/// setters for everything they read. Keeps every installed set.
contract ScriptedOracle {
    struct Seat {
        address signer;
        uint32 weight;
        uint32 validatorId;
    }

    uint256 private constant _SEAT_BYTES = 28;

    uint32 public setId;
    uint32 public mask;
    uint64 public nominalWeight;
    uint64 public witnessUntil;
    uint256 public lastSignedAt;
    bool public anyTrigger;
    mapping(address account => uint256) public tipsEarned;
    mapping(uint32 setId => uint64) public setWeight;

    mapping(uint32 setId => mapping(uint256 seat => Seat)) private _seats;
    IPriceOracle.EpochCounters private _counters;

    // ---- Script

    function setCounters(uint16 rounds, uint256 tookPart, uint256 inBand, uint256 late) external {
        _counters = IPriceOracle.EpochCounters(rounds, tookPart, inBand, late);
    }

    function setLastSignedAt(uint256 time) external {
        lastSignedAt = time;
    }

    function setTrigger(bool isActive) external {
        anyTrigger = isActive;
    }

    function setTipsEarned(address account, uint256 amount) external {
        tipsEarned[account] = amount;
    }

    // ---- What the registry calls

    function installSet(bytes calldata seats, uint64 newNominal) external returns (uint32) {
        setId += 1;
        nominalWeight = newNominal;
        for (uint256 seat = 0; seat * _SEAT_BYTES < seats.length; ++seat) {
            bytes calldata word = seats[seat * _SEAT_BYTES:(seat + 1) * _SEAT_BYTES];
            uint32 weight = uint32(bytes4(word[20:24]));
            (address signer, uint32 id) = (address(bytes20(word[:20])), uint32(bytes4(word[24:28])));
            Seat memory before = _seats[setId - 1][seat];
            if (signer == address(0) && id == before.validatorId) signer = before.signer;
            if (id != before.validatorId) mask &= ~uint32(1 << seat);
            _seats[setId][seat] = Seat(signer, weight, id);
            setWeight[setId] += weight;
        }
        for (uint256 seat = seats.length / _SEAT_BYTES; seat < 32; ++seat) mask &= ~uint32(1 << seat);
        return setId;
    }

    function setMask(uint32 newMask) external {
        mask = newMask;
    }

    function setNominalWeight(uint64 newNominal) external {
        nominalWeight = newNominal;
    }

    function requireWitnessUntil(uint64 until) external {
        witnessUntil = until;
    }

    function closeEpoch() external returns (IPriceOracle.EpochCounters memory counters) {
        counters = _counters;
        delete _counters;
    }

    // ---- Reads

    function seatAt(
        uint32 set,
        uint256 seat
    ) external view returns (address signer, uint64 weight, uint32 validatorId) {
        Seat memory found = _seats[set][seat];
        return (found.signer, found.weight, found.validatorId);
    }
}
