// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RiskWords } from "../shared/RiskWords.sol";
import { CandidateWord } from "../oracle/libraries/CandidateWord.sol";
import { Feed, FeedStep, Step } from "../oracle/libraries/FeedStep.sol";
import { FeedWords } from "../oracle/libraries/FeedWords.sol";
import { Quarantine } from "../oracle/libraries/Quarantine.sol";
import { WitnessWord } from "../oracle/libraries/WitnessWord.sol";
import { ModeMachine, Stance } from "../risk/libraries/ModeMachine.sol";
import { ModeWord } from "../risk/libraries/ModeWord.sol";

/// @title Feed harness
/// @notice Takes one feed through many rounds in a call, from packed words to packed words as the oracle does, and tells
/// what the risk room sees of it after each.
contract FeedHarness {
    struct Words {
        uint256 latest;
        uint256 averages;
        uint256 pending;
    }

    struct Round {
        uint256 round;
        uint256 blockTime;
        uint256 heartbeat;
        uint256 weightEmaBps;
        bool impaired;
        bool upgrade;
        bool lagging;
        uint256 candidate;
        uint256 witness;
    }

    struct Told {
        Words words;
        uint256 outcome;
        uint256 cause;
        uint256 mark;
        uint256 markBoundary;
        uint256 mode;
        uint256 recovery;
        uint256 capBps;
        uint256 low;
        uint256 high;
    }

    function run(Words memory words, Round[] calldata rounds) external pure returns (Told[] memory told) {
        told = new Told[](rounds.length);
        for (uint256 i = 0; i < rounds.length; ++i) {
            told[i] = _apply(words, rounds[i]);
            words = told[i].words;
        }
    }

    function _apply(Words memory words, Round calldata given) private pure returns (Told memory told) {
        Feed memory feed;
        feed.latest = FeedWords.unpackLatest(words.latest);
        feed.averages = FeedWords.unpackAverages(words.averages);
        feed.pending = Quarantine.unpack(words.pending);
        feed.witness = WitnessWord.unpack(given.witness, 0);
        Step memory step;
        step.round = given.round;
        step.blockTime = given.blockTime;
        step.heartbeat = given.heartbeat;
        step.weightEmaBps = given.weightEmaBps;
        (step.impaired, step.upgrade, step.lagging) = (given.impaired, given.upgrade, given.lagging);
        told.outcome = uint256(FeedStep.apply_(feed, CandidateWord.unpack(given.candidate), step));
        told.words.latest = FeedWords.packLatest(feed.latest);
        told.words.averages = FeedWords.packAverages(feed.averages);
        told.words.pending = Quarantine.pack(feed.pending);
        (told.cause, told.mark, told.markBoundary) = (feed.cause, feed.mark, feed.markBoundary);
        _read(told, given);
    }

    function _read(Told memory told, Round calldata given) private pure {
        Words memory words = told.words;
        Stance memory stance = ModeMachine.stanceAt(
            ModeWord.wrap(0),
            words.latest,
            words.averages,
            given.blockTime,
            given.heartbeat
        );
        (told.mode, told.recovery, told.capBps) = (uint256(stance.mode), uint256(stance.recovery), stance.capBps);
        uint256 pendingPrice = FeedWords.isPending(words.latest) ? uint64(words.pending) : 0;
        (told.low, told.high) = RiskWords.band(words.latest, given.witness, pendingPrice, given.blockTime);
    }
}
