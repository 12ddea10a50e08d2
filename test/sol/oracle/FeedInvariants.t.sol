// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level, Source } from "../../../contracts/shared/OracleTypes.sol";
import { Candidate } from "../../../contracts/oracle/libraries/CandidateWord.sol";
import { Feed, FeedStep, Outcome, Step } from "../../../contracts/oracle/libraries/FeedStep.sol";
import { FeedWords, Latest } from "../../../contracts/oracle/libraries/FeedWords.sol";
import { Quarantine } from "../../../contracts/oracle/libraries/Quarantine.sol";
import { Witness, WitnessWord } from "../../../contracts/oracle/libraries/WitnessWord.sol";

/// @notice Drives one feed through rounds, supersets, gaps, leaps and witnesses, keeps it in its packed words as the oracle
/// does, and reckons beside it what every half hour holds.
contract FeedHandler {
    uint256 private constant _HALF_HOUR = 1800;
    uint256 private constant _HEARTBEAT = 300;

    uint256 public latestWord;
    uint256 private _averagesWord;
    uint256 private _pendingWord;
    uint256 private _witnessWord;
    uint256 private _round = 120_000_000;

    /// Ghosts: the open half hour, as intervals of published prices give it.
    uint256 private _sum;
    uint256 private _coverage;
    bool private _hasWaited;
    uint256 public marks;
    uint256 public published;
    uint256 public withheld;
    string public broken;

    function follow(uint32 move, bool isUp, uint8 rounds, uint16 dispersion, uint8 kind) external {
        uint256 price = _priceOf(latestWord);
        if (price == 0) price = 3000e8;
        uint256 gap = (price * (move % 300_000)) / 1e6 / (kind % 4 == 0 ? 1 : 20);
        price = isUp ? price + gap : price - gap;
        _round += 1 + (kind % 16 == 0 ? rounds : rounds % 4);
        _apply(price, dispersion, kind, false);
    }

    function leap(uint64 price, uint8 rounds, uint8 kind) external {
        _round += 1 + (rounds % 64);
        _apply(kind % 3 == 0 ? 1 : price, kind, kind, false);
    }

    function upgrade(uint32 move, bool isUp, uint8 kind) external {
        uint256 price = _priceOf(latestWord);
        if (price == 0) return;
        uint256 gap = (price * (move % 100_000)) / 1e6;
        _apply(isUp ? price + gap : price - gap, kind, kind, true);
    }

    function outage(uint16 rounds) external {
        _round += rounds % 1000;
    }

    function testify(uint64 price, bool isNear, uint8 age) external {
        Witness memory witness;
        uint256 own = _priceOf(latestWord);
        witness.price = isNear && own != 0 ? uint64(own) : price;
        witness.observedAt = uint32(_round * 15 - age);
        _witnessWord = WitnessWord.pack(0, 0, witness);
    }

    function _apply(uint256 price, uint256 dispersion, uint256 kind, bool isUpgrade) private {
        if (price == 0) price = 1;
        if (price > type(uint64).max) price = type(uint64).max;
        uint256 before = latestWord;
        Feed memory feed;
        feed.latest = FeedWords.unpackLatest(before);
        feed.averages = FeedWords.unpackAverages(_averagesWord);
        feed.pending = Quarantine.unpack(_pendingWord);
        feed.witness = WitnessWord.unpack(_witnessWord, 0);
        Step memory step;
        step.round = _round;
        step.blockTime = _round * 15 + 2;
        step.heartbeat = _HEARTBEAT;
        step.weightEmaBps = 10_000;
        step.upgrade = isUpgrade;
        Source source =
            kind % 32 == 5
                ? Source.Majority
                : kind % 32 == 6
                    ? Source.Witness
                    : Source.Quorum;
        Outcome outcome = FeedStep.apply_(feed, Candidate(price, dispersion, kind % 8 == 1, source), step);
        _reckon(feed, before, price, outcome);
        latestWord = FeedWords.packLatest(feed.latest);
        _averagesWord = FeedWords.packAverages(feed.averages);
        _pendingWord = Quarantine.pack(feed.pending);
        if (keccak256(abi.encode(FeedWords.unpackLatest(latestWord))) != keccak256(abi.encode(feed.latest)))
            broken = "latest does not fit its word";
        if (keccak256(abi.encode(FeedWords.unpackAverages(_averagesWord))) != keccak256(abi.encode(feed.averages)))
            broken = "averages do not fit their word";
    }

    function _reckon(Feed memory feed, uint256 before, uint256 price, Outcome outcome) private {
        Latest memory old = FeedWords.unpackLatest(before);
        if (outcome == Outcome.Published) {
            published += 1;
            if (feed.latest.price != price || feed.latest.round != _round)
                broken = "a published price is not the median";
            if (old.price != 0 && old.round != _round) _close(feed, old);
            return;
        }
        if (feed.latest.price != old.price || feed.latest.round != old.round) broken = "a withheld price was altered";
        if (outcome != Outcome.Quarantined) return;
        withheld += 1;
        if (_round * 15 < _boundaryAfter(old.round)) _hasWaited = true;
    }

    /// What the interval from the former published round to this one adds, by its overlap with the half hours.
    function _close(Feed memory feed, Latest memory old) private {
        (uint256 from, uint256 until) = (uint256(old.round) * 15, _round * 15);
        if (until > from + _HEARTBEAT) until = from + _HEARTBEAT;
        uint256 boundary = _boundaryAfter(old.round);
        uint256 part = (until < boundary ? until : boundary) - from;
        if (!old.contradicted) (_sum, _coverage) = (_sum + part * old.price, _coverage + part);
        if (_round * 15 < boundary) {
            if (feed.mark != 0) broken = "a mark in the middle of a half hour";
            return;
        }
        marks += 1;
        if (feed.markBoundary != boundary) broken = "mark at another boundary";
        if ((feed.mark >> 96) & ((1 << 75) - 1) != _sum) broken = "sum";
        if ((feed.mark >> 171) & 0x7ff != _coverage) broken = "coverage";
        if (((feed.mark >> 189) & 1 != 0) != _hasWaited) broken = "quarantined";
        if (uint64(feed.mark) != old.price || uint32(feed.mark >> 64) != old.round) broken = "last price of the mark";
        (_sum, _coverage, _hasWaited) = (0, 0, old.pending);
        if (until > boundary && _round * 15 < boundary + _HALF_HOUR && !old.contradicted)
            (_sum, _coverage) = ((until - boundary) * old.price, until - boundary);
    }

    function _boundaryAfter(uint256 round) private pure returns (uint256) {
        return ((round * 15) / _HALF_HOUR + 1) * _HALF_HOUR;
    }

    function _priceOf(uint256 word) private pure returns (uint256) {
        return uint64(word);
    }
}

/// @notice A limit withholds a price and never alters it; only publishing moves price and round; half hours add up exactly;
/// nothing is cut off by a packed word.
contract FeedInvariantsTest {
    FeedHandler private _handler;

    function setUp() external {
        _handler = new FeedHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_WindowsAndPricesAreWhatWasPublished() external view {
        string memory broken = _handler.broken();
        require(bytes(broken).length == 0, broken);
    }

    function invariant_AHalfHourHoldsAtMostItsSeconds() external view {
        Latest memory latest = FeedWords.unpackLatest(_handler.latestWord());
        require(latest.coverage <= 1800 && latest.divergentRounds <= 120, "more than a half hour");
        require(latest.sum <= uint256(type(uint64).max) * latest.coverage, "more than the largest price");
        require(uint256(latest.level) <= uint256(Level.Halted), "level");
    }
}
