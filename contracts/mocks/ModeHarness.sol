// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Liquidation } from "../shared/RiskTypes.sol";
import { RiskWords } from "../shared/RiskWords.sol";
import { BidClock } from "../risk/libraries/BidClock.sol";
import { ModeMachine, Stance } from "../risk/libraries/ModeMachine.sol";
import { ModeWord } from "../risk/libraries/ModeWord.sol";
import { TripCount } from "../risk/libraries/TripCount.sol";

/// @title Mode harness
/// @notice The mode machine for tests, many states to a call.
contract ModeHarness {
    struct Case {
        uint256 word;
        uint256 latest;
        uint256 averages;
        uint256 time;
        uint256 heartbeat;
        uint256 pokedUptime;
    }

    struct Answer {
        uint256 mode;
        uint256 recovery;
        uint256 capBps;
        bool opens;
        bool lends;
        bool reduces;
        uint256 multiplierBps;
        Liquidation liquidation;
        uint256 tripped;
        uint256 nextWord;
        uint256 bidSeconds;
    }

    function answers(Case[] calldata cases) external pure returns (Answer[] memory all) {
        all = new Answer[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) all[i] = _answer(cases[i]);
    }

    function _answer(Case calldata given) private pure returns (Answer memory told) {
        ModeWord word = ModeWord.wrap(given.word);
        Stance memory stance = ModeMachine.stanceAt(word, given.latest, given.averages, given.time, given.heartbeat);
        told.mode = uint256(stance.mode);
        told.recovery = uint256(stance.recovery);
        told.capBps = stance.capBps;
        told.opens = ModeMachine.opens(stance);
        told.lends = ModeMachine.lends(stance.mode);
        told.reduces = ModeMachine.reduces(stance.mode);
        told.multiplierBps = ModeMachine.multiplierBps(stance.mode);
        told.liquidation = ModeMachine.liquidationOf(
            stance,
            RiskWords.ageOf(given.latest, given.time),
            given.heartbeat,
            RiskWords.dispersionPpmOf(given.latest)
        );
        (ModeWord next, uint256 tripped) = TripCount.record(
            word,
            given.latest,
            given.averages,
            given.pokedUptime,
            given.time
        );
        told.tripped = tripped;
        told.nextWord = ModeWord.unwrap(next);
        uint256 clock = given.pokedUptime << 40;
        told.bidSeconds = BidClock.secondsOf(BidClock.moved(clock, word, given.latest, given.averages, given.time));
    }
}
