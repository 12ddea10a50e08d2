// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { FEED_SLOTS, Level, MARK_SECONDS, ROUND_SECONDS, Source } from "../../shared/OracleTypes.sol";
import { SignalLimits } from "../../shared/Signal.sol";
import { WitnessVerdict } from "../../shared/WitnessVerdict.sol";
import { Candidate, CandidateWord } from "./CandidateWord.sol";
import { Decay, FeedFold } from "./FeedFold.sol";
import { Feed, FeedStep, Outcome, Step } from "./FeedStep.sol";
import { FeedWords, Latest } from "./FeedWords.sol";
import { OracleState, RING_WORDS } from "./OracleState.sol";
import { Pending, Quarantine } from "./Quarantine.sol";
import { RoundHead } from "./RoundHead.sol";
import { RoundRing } from "./RoundRing.sol";
import { StateReads } from "./StateReads.sol";
import { TipMath } from "./TipMath.sol";
import { Witness, WitnessWord } from "./WitnessWord.sol";

/// @title Feed keeping
/// @notice Applies medians and testimonies to the stored feeds; a linked library, so that the oracle fits its code limit.
/// One call does all feeds of a round. The oracle checks who calls and what was signed.
library FeedKeeping {
    using StateReads for OracleState;

    uint256 private constant _SEARCH_ROUNDS = 64;
    /// @dev Two witnesses at most 1 % apart say no more than that about the spread.
    uint256 private constant _WITNESS_DISPERSION_PPM = 10_000;
    /// @dev A second look at the same far witness counts as a new sample after this long, at most a unit of the delay more.
    uint256 private constant _SAMPLE_SECONDS = 60;
    /// @dev A source that lives reports a move within this time, so its standing answer is compared with our price at most
    /// so long ago. Without it a source that is silent because nothing moves would hide our drift until its heartbeat.
    uint256 private constant _LAG_SECONDS = 2 minutes;
    /// @dev What 12 bits hold: 20 %.
    int256 private constant _DISTANCE_MAXIMUM = 2_047;

    /// @notice What the router reports.
    struct Testimony {
        uint64 price;
        uint64 observedAt;
        bool agreed;
        bool conflicted;
        uint16 thresholdBps;
    }

    /// @notice What a round did to the feeds.
    struct Applied {
        uint256[3] ring; // words of prices for the ring; what was published is marked in them
        uint256 written; // feeds whose state changed: published or quarantined
        uint256 published; // feeds whose price is of this round
        bool tipDue; // a published feed moved 25 bps or was a heartbeat old
        uint256 tipRounds; // longest age in rounds of a feed that was published
    }

    /// @notice Applies a round's candidates to the feeds of the bitmap `rest`, those that {FeedCalm} leaves to {FeedStep}.
    /// @param candidates As {CandidateWord} packs them.
    /// @return applied What this did to those feeds alone.
    function applyRest(
        OracleState storage self,
        Step memory step,
        uint256[8] calldata candidates,
        uint256 rest
    ) external returns (Applied memory applied) {
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
            if ((rest >> feed) & 1 == 0) continue;
            uint256 latest = self.latest[feed];
            latest = _apply(self, step, CandidateWord.unpack(candidates[feed]), feed, latest, applied);
            bool published = uint32(latest >> 64) == step.round && (latest >> 113) & 7 != uint256(Source.Witness);
            RoundRing.put(
                applied.ring,
                feed,
                published
                    ? RoundRing.publishedEntry(
                        latest,
                        WitnessWord.isAskedNear(StateReads.witnessAt(self.witness, feed), step.round * ROUND_SECONDS)
                    )
                    : RoundRing.keptEntry(latest)
            );
            if (published) applied.published |= 1 << feed;
        }
    }

    /// @notice As {FeedFold.decayOf}, for who has no room for exponentials.
    function decayOf(uint256 elapsed) external pure returns (Decay memory) {
        return FeedFold.decayOf(elapsed);
    }

    /// @dev The long way. @return latest The feed's latest word.
    function _apply(
        OracleState storage self,
        Step memory step,
        Candidate memory candidate,
        uint256 feed,
        uint256 oldLatest,
        Applied memory applied
    ) private returns (uint256 latest) {
        Feed memory state = _load(self, feed, oldLatest);
        if (!_mayPublish(step, candidate, state.latest)) return oldLatest;
        if (step.upgrade || state.latest.pending) state.pending = Quarantine.unpack(self.pending[feed]);
        Level oldLevel = state.latest.level;
        Outcome outcome = FeedStep.apply_(state, candidate, step);
        if (outcome == Outcome.Kept) return oldLatest;
        applied.written |= 1 << feed;
        latest = _store(self, feed, state, oldLevel, step.round);
        if (outcome == Outcome.Quarantined) {
            emit IPriceOracle.PriceQuarantined(feed, uint64(step.round), uint64(candidate.price), uint64(latest));
        } else {
            _noteTip(step, state.averages.previousRatio, state.averages.previousDelta, applied);
        }
    }

    function _load(OracleState storage self, uint256 feed, uint256 latest) private view returns (Feed memory) {
        Pending memory none;
        return
            Feed({
                latest: FeedWords.unpackLatest(latest),
                averages: FeedWords.unpackAverages(self.averages[feed]),
                witness: WitnessWord.unpack(self.witness[feed / 2], feed),
                pending: none,
                pendingChanged: false,
                mark: 0,
                markBoundary: 0,
                cause: 0
            });
    }

    /// @dev A majority may speak only when the quorum has been silent for two heartbeats; a quorum always may.
    function _mayPublish(
        Step memory step,
        Candidate memory candidate,
        Latest memory latest
    ) private pure returns (bool) {
        if (candidate.source == Source.None) return false;
        if (candidate.source == Source.Quorum) return true;
        if (latest.price == 0) return false;
        return
            latest.source != Source.Quorum ||
            step.blockTime > uint256(latest.round) * ROUND_SECONDS + 2 * step.heartbeat;
    }

    function _noteTip(Step memory step, uint256 ratio, uint256 delta, Applied memory applied) private pure {
        if (TipMath.isDue(ratio, delta, step.heartbeat)) applied.tipDue = true;
        if (delta > applied.tipRounds) applied.tipRounds = delta;
    }

    /// @notice Caches a testimony and publishes it when the feed has been silent for long enough.
    function recordWitness(OracleState storage self, uint256 heartbeat, uint256 feed, Testimony memory given) external {
        self.checkFeed(feed);
        require(
            given.price != 0 &&
                given.observedAt <= block.timestamp &&
                given.observedAt + WitnessWord.DELAY_MAXIMUM >= block.timestamp,
            IPriceOracle.PriceOracle_BadWitness(feed, given.price, given.observedAt)
        );
        uint256 word = self.witness[feed / 2];
        Witness memory witness = WitnessWord.unpack(word, feed);
        _weigh(self, heartbeat, feed, witness, given);
        self.witness[feed / 2] = WitnessWord.pack(word, feed, witness);

        emit IPriceOracle.WitnessRecorded(feed, given.price, given.observedAt, witness.distanceBps, given.agreed);
        if (given.agreed) _publish(self, heartbeat, feed, witness);
    }

    /// @dev Writes the testimony into `witness`. Far from us while only one of us had moved ({WitnessVerdict}), it keeps its
    /// time through further looks, or looking often would put the verdict off.
    function _weigh(
        OracleState storage self,
        uint256 heartbeat,
        uint256 feed,
        Witness memory witness,
        Testimony memory given
    ) private view {
        uint256 spokenAt =
            block.timestamp - given.observedAt > _LAG_SECONDS ? block.timestamp - _LAG_SECONDS : given.observedAt;
        uint256 own = _priceAt(self, feed, spokenAt);
        int256 distance = _distance(given.price, own);
        uint256 size = uint256(distance < 0 ? -distance : distance);
        Latest memory latest = FeedWords.unpackLatest(self.latest[feed]);
        bool resuming = _isResuming(latest, heartbeat);
        bool wasOpen = WitnessVerdict.isOpen(witness.farSamples, WitnessWord.distanceOf(witness));
        // A price that is a witness's own is no second opinion, and one from before an outage says nothing.
        bool mayOpen = size > SignalLimits.WITNESS_CAUTIOUS_BPS && latest.source == Source.Quorum && !resuming;
        bool isSettling = block.timestamp < uint256(witness.observedAt) + WitnessVerdict.SETTLING_SECONDS;
        if (!mayOpen || !wasOpen || !isSettling) {
            bool wasNear = WitnessWord.distanceOf(witness) <= SignalLimits.WITNESS_CAUTIOUS_BPS;
            uint256 opened = mayOpen && wasNear ? _movedAlone(self, feed, witness, given.price, own, size) : 0;
            uint256 checkedAt = block.timestamp;
            if (opened != 0) witness.farSamples = uint8(opened);
            else if (size <= WitnessWord.FAR_BPS || resuming) witness.farSamples = 0;
            else checkedAt = _countSample(witness, given.observedAt, wasOpen);
            witness.checkedDelay = uint16((checkedAt - given.observedAt) / WitnessWord.DELAY_UNIT);
            witness.observedAt = uint32(given.observedAt);
        }
        witness.price = given.price;
        witness.distanceBps = int16(distance);
        witness.agreed = given.agreed;
        witness.conflicted = given.conflicted;
        uint256 threshold =
            (uint256(given.thresholdBps) + WitnessWord.THRESHOLD_UNIT_BPS - 1) / WitnessWord.THRESHOLD_UNIT_BPS;
        witness.threshold = uint8(threshold > 15 ? 15 : threshold);
    }

    /// @dev Witness over our price minus one in bps, as far as its bits go; 0 without a price of ours.
    function _distance(uint256 given, uint256 own) private pure returns (int256 distance) {
        if (own != 0) distance = ((int256(given) - int256(own)) * 10_000) / int256(own);
        if (distance > _DISTANCE_MAXIMUM) return _DISTANCE_MAXIMUM;
        if (distance < -_DISTANCE_MAXIMUM) return -_DISTANCE_MAXIMUM;
    }

    /// @dev Whether the next round ends an outage: what is far from our price of before says nothing about that round, and
    /// two such samples would halt it, which ends the grace that the outage is owed.
    function _isResuming(Latest memory latest, uint256 heartbeat) private view returns (bool) {
        return block.timestamp > uint256(latest.round) * ROUND_SECONDS + FeedStep.resumeSeconds(heartbeat);
    }

    /// @dev Samples that open the testimony when it is far because one of us moved: what the other said before was within a
    /// quarter of the distance. Of us the average says that, which a set that lies now and then takes along. @param own Our
    /// price at its time. @return samples 0 when both moved, or neither did.
    function _movedAlone(
        OracleState storage self,
        uint256 feed,
        Witness memory witness,
        uint256 price,
        uint256 own,
        uint256 size
    ) private view returns (uint256 samples) {
        uint256 quarter = _gap(price, own) / 4;
        if (_gap(witness.price, own) <= quarter) return WitnessVerdict.AHEAD;
        if (size > WitnessWord.FAR_BPS) return 0;
        uint256 average = FeedFold.priceOf(
            uint64(self.latest[feed]),
            FeedWords.unpackAverages(self.averages[feed]).average5m
        );
        return _gap(price, average) <= quarter ? 1 : 0;
    }

    function _gap(uint256 left, uint256 right) private pure returns (uint256) {
        return left > right ? left - right : right - left;
    }

    /// @dev Counts a testimony more than 8 % away. @return checkedAt When the sample counts from.
    function _countSample(
        Witness memory witness,
        uint256 observedAt,
        bool wasOpen
    ) private view returns (uint256 checkedAt) {
        checkedAt = WitnessWord.checkedAt(witness);
        bool another =
            observedAt > witness.observedAt || block.timestamp >= checkedAt + WitnessWord.DELAY_UNIT + _SAMPLE_SECONDS;
        if (wasOpen) witness.farSamples = WitnessWord.distanceOf(witness) > WitnessWord.FAR_BPS ? 1 : 0;
        if (witness.farSamples != 0 && !another) return checkedAt; // or looking often would keep the next sample away
        if (witness.farSamples < 2) witness.farSamples += 1;
        return block.timestamp;
    }

    /// @dev Our price at `time`: the newest published round at or before it, at most 64 rounds back; else the latest.
    function _priceAt(OracleState storage self, uint256 feed, uint256 time) private view returns (uint256) {
        uint256 word = self.latest[feed];
        uint256 newest = time / ROUND_SECONDS;
        if (newest >= uint32(word >> 64)) return uint64(word);
        for (uint256 back = 0; back < _SEARCH_ROUNDS && back < newest; ++back) {
            (bool ok, uint256[RING_WORDS] storage entry) = self.ringAt(newest - back);
            if (!ok) continue;
            IPriceOracle.RoundPrice memory kept = RoundRing.feedEntry(entry[1 + feed / 3], feed);
            if (kept.published) return kept.price;
        }
        return uint64(word);
    }

    /// @dev L2: two witnesses that agree speak for a feed that has been silent for four heartbeats.
    function _publish(OracleState storage self, uint256 heartbeat, uint256 feed, Witness memory witness) private {
        Feed memory state;
        state.latest = FeedWords.unpackLatest(self.latest[feed]);
        uint256 round = uint256(witness.observedAt) / ROUND_SECONDS;
        bool silent =
            state.latest.source == Source.Witness ||
                block.timestamp > uint256(state.latest.round) * ROUND_SECONDS + 4 * heartbeat;
        if (state.latest.price == 0 || !silent || round <= state.latest.round) return;
        // A half hour that readers may have settled on stays as it is, whoever pokes and when.
        if (FeedFold.isClosed(FeedFold.boundaryAfter(round), block.timestamp)) return;
        state.averages = FeedWords.unpackAverages(self.averages[feed]);
        state.witness = witness;
        Step memory step;
        step.round = round;
        step.blockTime = block.timestamp;
        step.heartbeat = heartbeat;
        step.weightEmaBps = RoundHead.unpack(self.head).weightEmaBps;
        Candidate memory candidate = Candidate(witness.price, _WITNESS_DISPERSION_PPM, false, Source.Witness);
        Level oldLevel = state.latest.level;
        if (FeedStep.apply_(state, candidate, step) == Outcome.Kept) return;
        _store(self, feed, state, oldLevel, round);

        emit IPriceOracle.WitnessPublished(feed, uint64(round), witness.price);
    }

    /// @dev Writes a feed after a step: its words, the waiting jump if it changed, the mark if a half hour ended.
    function _store(
        OracleState storage self,
        uint256 feed,
        Feed memory state,
        Level oldLevel,
        uint256 round
    ) private returns (uint256 latest) {
        latest = FeedWords.packLatest(state.latest);
        self.latest[feed] = latest;
        self.averages[feed] = FeedWords.packAverages(state.averages);
        if (state.pendingChanged) self.pending[feed] = Quarantine.pack(state.pending);
        if (state.mark != 0) _keepMark(self, feed, state);
        if (state.latest.level != oldLevel) {
            emit IPriceOracle.LevelChanged(feed, uint64(round), oldLevel, state.latest.level, state.cause);
        }
    }

    function _keepMark(OracleState storage self, uint256 feed, Feed memory state) private {
        uint256 links = self.lastMarks;
        uint256 previous = uint32(links >> (32 * feed));
        uint256 index = state.markBoundary / MARK_SECONDS;
        self.marks[feed][state.markBoundary] = state.mark | (previous << 191);
        self.lastMarks = (links & ~(uint256(type(uint32).max) << (32 * feed))) | (index << (32 * feed));

        emit IPriceOracle.MarkKept(
            feed,
            uint64(state.markBoundary),
            uint64(state.mark),
            uint64(uint32(state.mark >> 64)),
            uint96((state.mark >> 96) & ((1 << 75) - 1)),
            uint16((state.mark >> 171) & 0x7ff)
        );
    }
}
