// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IWitnessRouter } from "../interfaces/IWitnessRouter.sol";

/// @title Scripted marks
/// @notice Stands in for the price oracle and the witness router where a test of the clearing room tells what they kept.
contract ScriptedMarks {
    struct Seat {
        address signer;
        uint64 weight;
    }

    struct Witness {
        uint64 price;
        uint64 updatedAt;
        uint64 nextUpdatedAt;
    }

    error Scripted();

    bool public reverts;
    bool public burnsGas;
    bool public answersShort;
    uint256 public latestPrice;
    uint256 public latestAt;
    uint32 public setId = 1;
    uint32 public mask;
    IPriceOracle.FeedMetrics private _metrics;
    Seat[] private _seats;

    mapping(uint256 feed => mapping(uint64 boundary => IPriceOracle.Mark)) private _marks;
    mapping(uint256 feed => mapping(uint64 boundary => bool)) private _kept;
    mapping(uint256 feed => mapping(uint256 source => mapping(uint80 roundId => Witness))) private _witnesses;

    // ---- Script

    function setMark(uint256 feed, uint64 boundary, IPriceOracle.Mark calldata mark) external {
        _marks[feed][boundary] = mark;
        _kept[feed][boundary] = true;
    }

    function setLatest(uint256 price, uint256 observedAt) external {
        (latestPrice, latestAt) = (price, observedAt);
    }

    /// @notice Seconds for which every feed has been up.
    function setUptime(uint64 value) external {
        _metrics.uptime = value;
    }

    /// @notice The rest of what every feed is measured by.
    function setMetrics(IPriceOracle.FeedMetrics calldata value) external {
        _metrics = value;
    }

    function setFailure(bool reverts_, bool burnsGas_) external {
        (reverts, burnsGas) = (reverts_, burnsGas_);
    }

    /// @notice Answers are one word, whatever was asked.
    function setShortAnswers(bool value) external {
        answersShort = value;
    }

    function setSeats(Seat[] calldata seats, uint32 mask_) external {
        delete _seats;
        for (uint256 i; i < seats.length; ++i) _seats.push(seats[i]);
        mask = mask_;
    }

    function setWitness(uint256 feed, uint256 source, uint80 roundId, Witness calldata witness) external {
        _witnesses[feed][source][roundId] = witness;
    }

    // ---- What the clearing room reads

    function feedCount() external pure returns (uint256) {
        return 8;
    }

    function feedDescription(uint256) external view returns (string memory) {
        _failAsTold();
        return "ETH-USD";
    }

    function metrics(uint256) external view returns (IPriceOracle.FeedMetrics memory) {
        _failAsTold();
        return _metrics;
    }

    /// @notice Uptime and clocks of the metrics as the oracle's words hold them; nothing else.
    function riskWords(uint256) external view returns (uint256 latest, uint256 averages, uint256, uint256) {
        _failAsTold();
        latest = uint256(_metrics.uptime) << 123;
        averages =
            (uint256(_metrics.sinceCautious) << 142) |
            (uint256(_metrics.sinceRecovery) << 157) |
            (uint256(_metrics.sinceReduceOnly) << 172) |
            (uint256(_metrics.sinceHalted) << 187);
    }

    function tryMarkAt(uint256 feed, uint64 boundary) external view returns (bool, IPriceOracle.Mark memory) {
        _failAsTold();
        return (_kept[feed][boundary], _marks[feed][boundary]);
    }

    function latestRoundData(uint256) external view returns (uint80, int256, uint256, uint256, uint80) {
        _failAsTold();
        return (1, int256(latestPrice), latestAt, latestAt, 1);
    }

    function health() external view returns (IPriceOracle.Health memory result) {
        result.setId = setId;
        result.mask = mask;
        for (uint256 i; i < _seats.length; ++i) result.setWeight += _seats[i].weight;
    }

    function seatAt(uint32, uint256 seat) external view returns (address, uint64, uint32) {
        if (seat >= _seats.length) return (address(0), 0, 0);
        return (_seats[seat].signer, _seats[seat].weight, uint32(seat));
    }

    function tryPriceAt(
        uint256 feed,
        uint256 source,
        uint80 roundId,
        uint64 time
    ) external view returns (bool, uint64, uint64, uint64) {
        Witness memory witness = _witnesses[feed][source][roundId];
        bool ok = witness.updatedAt != 0 && witness.updatedAt <= time && witness.nextUpdatedAt > time;
        return (ok, witness.price, witness.updatedAt, witness.nextUpdatedAt);
    }

    function sourceAt(uint256, uint256) external pure returns (IWitnessRouter.WitnessSource memory source) {
        source.heartbeat = 1 hours;
    }

    function _failAsTold() private view {
        require(!reverts, Scripted());
        if (burnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (answersShort) {
            assembly ("memory-safe") {
                mstore(0, 7)
                return(0, 32)
            }
        }
    }
}
