// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level, Source } from "../../../contracts/shared/OracleTypes.sol";
import { Candidate, CandidateWord } from "../../../contracts/oracle/libraries/CandidateWord.sol";
import { FeedCalm } from "../../../contracts/oracle/libraries/FeedCalm.sol";
import { Feed, FeedStep, Outcome, Step } from "../../../contracts/oracle/libraries/FeedStep.sol";
import { Averages, FeedWords, Latest } from "../../../contracts/oracle/libraries/FeedWords.sol";
import { Witness, WitnessWord } from "../../../contracts/oracle/libraries/WitnessWord.sol";

/// @notice The short way of a calm feed against the long one: whenever it answers, both give the same words and no event.
/// States are drawn around the bounds of every condition, so that a loose one shows.
contract FeedCalmTest {
    uint256 private constant _HEARTBEAT = 60;
    uint256 private constant _SLOW_HEARTBEAT = 1 hours;
    uint256 private _seed;

    function testFuzz_AnswersAsTheFullStepDoes(uint256 seed) external {
        _seed = seed;
        for (uint256 i = 0; i < 12; ++i) {
            _compare();
        }
    }

    /// @notice The comparison means something: a fair share of the states is calm, and a fair share is not.
    function test_DrawsBothCalmAndOtherStates() external {
        uint256 calm = 0;
        for (uint256 i = 0; i < 400; ++i) {
            if (_compare()) ++calm;
        }
        require(calm > 40, "too few calm states");
        require(calm < 360, "too few other states");
    }

    /// @notice No narrower than it says: at 0.75 % from its witness on either side a calm feed is calm, and not beyond.
    function test_IsCalmUpToTheClearDistanceOfTheWitness() external pure {
        int16[4] memory distances = [int16(75), -75, 76, -76];
        for (uint256 i = 0; i < distances.length; ++i) {
            Step memory step = _calmStep();
            Feed memory feed = _calmFeed(step);
            feed.witness.distanceBps = distances[i];
            require(_isCalm(step, feed, Candidate(3_000e8, 0, false, Source.Quorum)) == (i < 2), "calm");
        }
    }

    /// @notice A price that jumps 5 % is no calm one, also where the averages are near the new one.
    function test_IsNotCalmBeyondAJumpOfFivePercent() external pure {
        uint64[4] memory prices = [uint64(3_149e8), 2_851e8, 3_153e8, 2_847e8];
        for (uint256 i = 0; i < prices.length; ++i) {
            Step memory step = _calmStep();
            Feed memory feed = _calmFeed(step);
            feed.witness.price = prices[i];
            uint32 average = uint32(((1 << 22) * uint256(prices[i])) / 3_000e8);
            (feed.averages.average5m, feed.averages.average30m, feed.averages.average12h) = (average, average, average);
            require(_isCalm(step, feed, Candidate(prices[i], 0, false, Source.Quorum)) == (i < 2), "calm");
        }
    }

    function _compare() private returns (bool) {
        Step memory step = _drawStep();
        Feed memory feed;
        feed.latest = _drawLatest(step);
        feed.averages = _drawAverages();
        Candidate memory candidate = _drawCandidate(feed.latest.price);
        feed.witness = _drawWitness(candidate.price, step.blockTime);
        return _isCalm(step, feed, candidate);
    }

    /// @dev Whether the short way answers; then it must answer as the full one does.
    function _isCalm(Step memory step, Feed memory feed, Candidate memory candidate) private pure returns (bool calm) {
        if (!FeedCalm.mayApply(step)) return false;
        uint256 latest;
        uint256 averages;
        (calm, latest, averages) = FeedCalm.tryStep(
            FeedWords.packLatest(feed.latest),
            FeedWords.packAverages(feed.averages),
            WitnessWord.pack(0, 0, feed.witness),
            CandidateWord.pack(candidate.price, candidate.dispersionPpm, candidate.divergent, candidate.source),
            step
        );
        if (!calm) return false;
        Step memory fresh = step;
        fresh.decay.seconds_ = 0;
        require(FeedStep.apply_(feed, candidate, fresh) == Outcome.Published, "published");
        require(FeedWords.packLatest(feed.latest) == latest, "latest");
        require(FeedWords.packAverages(feed.averages) == averages, "averages");
        require(feed.cause == 0 && feed.mark == 0 && !feed.pendingChanged, "side effects");
    }

    function _calmStep() private pure returns (Step memory step) {
        (step.round, step.heartbeat, step.weightEmaBps) = (116_000_050, _HEARTBEAT, 9_500);
        step.blockTime = step.round * 15;
    }

    /// @dev At 3,000 for as long as anybody remembers.
    function _calmFeed(Step memory step) private pure returns (Feed memory feed) {
        feed.latest.round = uint32(step.round - 1);
        (feed.latest.price, feed.latest.source) = (3_000e8, Source.Quorum);
        Averages memory averages = feed.averages;
        (averages.average5m, averages.average30m, averages.average12h) = (1 << 22, 1 << 22, 1 << 22);
        (averages.previousRatio, averages.previousDelta, averages.quorumStreak) = (1 << 22, 1, 20);
        averages.laggedDispersion = 500;
        (feed.witness.price, feed.witness.observedAt) = (3_000e8, uint32(step.blockTime));
    }

    function _drawStep() private returns (Step memory step) {
        step.round = 116_000_000 + _below(300);
        step.blockTime = step.round * 15 + _below(60);
        step.heartbeat = _draw() & 1 != 0 ? _HEARTBEAT : _SLOW_HEARTBEAT;
        step.weightEmaBps = _rarely() ? _near(8_000) : 9_500;
        step.impaired = _rarely();
        step.upgrade = _rarely();
        step.lagging = _rarely();
    }

    function _drawLatest(Step memory step) private returns (Latest memory latest) {
        uint256 back = _rarely() ? _below(130) : 1 + _below(4);
        latest.round = uint32(step.round - back);
        latest.price = _rarely() ? uint64(_below(200)) : uint64(1 + (_draw() & type(uint64).max) / (1 + _below(1e6)));
        latest.dispersion = uint16(_rarely() ? _near(500) : _below(400));
        latest.level = _rarely() ? Level(_below(5)) : Level.Normal;
        latest.source = _rarely() ? Source(1 + _below(4)) : Source.Quorum;
        latest.divergent = _rarely();
        latest.pending = _rarely();
        latest.dirtyQuarantine = _draw() & 1 != 0;
        latest.dirtyHalted = _draw() & 1 != 0;
        latest.witnessed = _draw() & 1 != 0;
        latest.isNew = _rarely();
        latest.contradicted = _rarely();
        latest.uptime = uint32(_draw());
        latest.coverage = uint16(_below(((uint256(latest.round) * 15) % 1_800) + 1));
        latest.sum = uint96(uint256(latest.price) * latest.coverage);
        latest.divergentRounds = uint8(latest.coverage / 15);
        latest.grace = uint8(_below(16));
        latest.graceSpent = uint8(_below(16));
    }

    function _drawAverages() private returns (Averages memory averages) {
        uint256 one = 1 << 22;
        averages.average5m = uint32(_rarely() ? _around(one, 60_000) : _around(one, 2_000));
        averages.average30m = uint32(_rarely() ? _around(one, 50_000) : _around(one, 2_000));
        averages.average12h = uint32(_rarely() ? _around(one, 200_000) : _around(one, 2_000));
        averages.previousRatio = uint32(_rarely() ? _below(1 << 26) : _around(one, 3_000));
        averages.variance = uint24(_draw() >> _below(24));
        averages.laggedDispersion = uint16(500 + _below(9_501));
        averages.sinceCautious = uint16(_draw() & 0x7fff);
        averages.sinceRecovery = uint16(_draw() & 0x7fff);
        averages.sinceReduceOnly = uint16(_rarely() ? _near(32_700) : _draw() & 0x7fff);
        averages.sinceHalted = 32_767;
        averages.quorumStreak = uint8(_rarely() ? _below(32) : 18 + _below(14));
        averages.divergentHistory = uint32(_rarely() ? _draw() & 0xfffff : 0);
        averages.wideCautious = uint8(_below(4));
        averages.wideReduceOnly = uint8(_below(4));
        averages.wideHalted = uint8(_below(8));
        averages.clearStreak = uint8(_below(5));
        averages.calmRounds = uint8(_below(128));
        averages.previousDelta = uint16(_rarely() ? _below(4_096) : 1 + _below(4));
    }

    function _drawCandidate(uint256 oldPrice) private returns (Candidate memory candidate) {
        candidate.price = _around(oldPrice, _rarely() ? 60_000 : 4_000);
        if (candidate.price == 0) candidate.price = 1;
        if (candidate.price > type(uint64).max) candidate.price = type(uint64).max;
        candidate.dispersionPpm = _rarely() ? _near(2_500) : _below(2_000);
        candidate.divergent = _rarely();
        candidate.source = _rarely() ? Source.Majority : Source.Quorum;
    }

    function _drawWitness(uint256 price, uint256 time) private returns (Witness memory witness) {
        uint256 given = _around(price, _rarely() ? 25_000 : 8_000);
        witness.price = uint64(given > type(uint64).max ? type(uint64).max : given);
        witness.observedAt = uint32(time - (_rarely() ? _near(3_600) : _below(3_000)));
        witness.checkedDelay = uint16(_rarely() ? _below(4_096) : _below(10));
        int256 distance = _rarely() ? int256(_below(4_095)) - 2_047 : int256(_below(151)) - 75;
        witness.distanceBps = int16(distance);
        witness.agreed = _draw() & 1 != 0;
        witness.conflicted = _rarely();
        // What was near when it was asked has none.
        if (distance > 150 || distance < -150) witness.farSamples = uint8(_below(4));
        witness.threshold = uint8(_below(16));
    }

    /// @dev `value` give or take up to `ppm`, often exactly at the edge.
    function _around(uint256 value, uint256 ppm) private returns (uint256) {
        uint256 width = (value * ppm) / 1e6;
        uint256 offset = _draw() & 3 == 0 ? width : _below(width + 1);
        return _draw() & 1 != 0 ? value + offset : value - offset;
    }

    function _near(uint256 value) private returns (uint256) {
        return value + _below(7) - 3;
    }

    function _rarely() private returns (bool) {
        return _below(32) == 0;
    }

    function _below(uint256 limit) private returns (uint256) {
        return _draw() % limit;
    }

    function _draw() private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed >> 64;
    }
}
