// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../interfaces/IPriceOracle.sol";

/// @title Evidence oracle
/// @notice Plays what the slasher reads of the oracle, and its anchor: seats, kept rounds and a height, all written by the
/// test.
contract EvidenceOracle {
    struct Seat {
        address signer;
        uint64 weight;
        uint32 validatorId;
    }

    uint64 public height;
    uint64 public latestRound;
    mapping(uint32 setId => uint64) public setWeight;

    mapping(uint32 setId => mapping(uint256 seat => Seat)) private _seats;
    mapping(uint64 round => IPriceOracle.RoundHeader) private _headers;
    mapping(uint256 feed => mapping(uint64 round => IPriceOracle.RoundPrice)) private _prices;
    mapping(uint256 feed => uint32) private _laggedDispersionPpm;

    function setHeight(uint64 height_) external {
        height = height_;
    }

    function setLatestRound(uint64 round) external {
        latestRound = round;
    }

    function setSeat(uint32 setId, uint256 seat, address signer, uint64 weight, uint32 validatorId) external {
        setWeight[setId] = setWeight[setId] + weight - _seats[setId][seat].weight;
        _seats[setId][seat] = Seat(signer, weight, validatorId);
    }

    function setHeader(IPriceOracle.RoundHeader calldata header) external {
        _headers[header.round] = header;
    }

    function setPrice(uint256 feed, uint64 round, IPriceOracle.RoundPrice calldata price) external {
        _prices[feed][round] = price;
    }

    function setPrices(
        uint256 feed,
        uint64 firstRound,
        uint64 lastRound,
        IPriceOracle.RoundPrice calldata price
    ) external {
        for (uint64 round = firstRound; round <= lastRound; ++round) _prices[feed][round] = price;
    }

    function setLaggedDispersion(uint256 feed, uint32 ppm) external {
        _laggedDispersionPpm[feed] = ppm;
    }

    function seatAt(uint32 setId, uint256 seat) external view returns (address, uint64, uint32) {
        Seat memory kept = _seats[setId][seat];
        return (kept.signer, kept.weight, kept.validatorId);
    }

    function tryRoundHeader(uint64 round) external view returns (bool ok, IPriceOracle.RoundHeader memory header) {
        header = _headers[round];
        ok = header.round == round && round != 0;
    }

    function tryRoundPrice(
        uint256 feed,
        uint64 round
    ) external view returns (bool ok, IPriceOracle.RoundPrice memory price) {
        price = _prices[feed][round];
        ok = price.price != 0;
    }

    function metrics(uint256 feed) external view returns (IPriceOracle.FeedMetrics memory feedMetrics) {
        feedMetrics.laggedDispersionPpm = _laggedDispersionPpm[feed];
    }

    function health() external view returns (IPriceOracle.Health memory oracleHealth) {
        oracleHealth.latestRound = latestRound;
    }
}
