// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level, MARK_SECONDS, ROUND_SECONDS, Source } from "../../shared/OracleTypes.sol";
import { Signal, SignalInputs, SignalLimits } from "../../shared/Signal.sol";
import { WitnessVerdict } from "../../shared/WitnessVerdict.sol";
import { Candidate } from "./CandidateWord.sol";
import { Decay, FeedFold } from "./FeedFold.sol";
import { Averages, Latest } from "./FeedWords.sol";
import { Pending, Quarantine, Testimony } from "./Quarantine.sol";
import { Witness, WitnessWord } from "./WitnessWord.sol";

/// @notice What all feeds of an accepted round share.
struct Step {
    uint256 round;
    uint256 blockTime;
    uint256 heartbeat;
    uint256 weightEmaBps;
    bool impaired; // every price must lie within 2 % of a fresh witness, ReduceOnly
    bool upgrade; // a superset of the latest round
    bool lagging; // the chain's clock is more than ten minutes behind the round
    Decay decay; // of the interval computed last
}

/// @notice A feed's state in memory while a round is applied.
struct Feed {
    Latest latest;
    Averages averages;
    Witness witness;
    Pending pending;
    bool pendingChanged;
    uint256 mark; // packed mark to keep, 0 for none
    uint256 markBoundary;
    uint256 cause; // what tripped, for the event
}

enum Outcome {
    Kept,
    Quarantined,
    Published
}

/// @title Feed step
/// @notice Applies a median to one feed: witness, quarantine, fold, signal. Pure: it sees structs and returns structs.
library FeedStep {
    using FeedFold for Latest;

    uint256 private constant _DISPERSION_UNIT = 10;
    uint256 private constant _DISPERSION_MAXIMUM = (1 << 14) - 1;
    uint256 private constant _DELTA_MAXIMUM = (1 << 12) - 1;
    uint256 private constant _CALM_ROUNDS = 30 minutes / ROUND_SECONDS;
    uint256 private constant _CALM_MAXIMUM = 127;
    uint256 private constant _CALM_MOVE = 20_000;
    uint256 private constant _LISTING_SECONDS = 10 minutes;
    uint256 private constant _GRACE_UNIT = 2 minutes;
    uint256 private constant _GRACE_SPENT_UNIT = 4 minutes;
    uint256 private constant _GRACE_SPENT_MAXIMUM = 15;
    uint256 private constant _GRACE_MAXIMUM = 30 minutes;
    uint256 private constant _GRACE_PERIOD = 6 hours;
    /// @dev Clocks of levels that were never true.
    uint16 private constant _NEVER = (1 << 15) - 1;

    /// @notice Applies `candidate` to `feed`.
    function apply_(
        Feed memory feed,
        Candidate memory candidate,
        Step memory step
    ) internal pure returns (Outcome outcome) {
        Latest memory latest = feed.latest;
        if (!_admissible(feed, candidate, step)) return Outcome.Kept;
        if (latest.price == 0) {
            _seed(feed, candidate, step);
            return Outcome.Published;
        }
        if (step.upgrade && latest.round == step.round) return _upgrade(feed, candidate, step);
        if (latest.round >= step.round) return Outcome.Kept; // a witness price newer than this round stands
        if (step.upgrade && feed.pending.lastRound == step.round) return Outcome.Kept; // the first version's verdict stands

        unchecked {
            uint256 elapsed = (step.round - latest.round) * ROUND_SECONDS;
            uint256 jump = Quarantine.scaledJump(latest.price, candidate.price, elapsed);
            // Two agreeing witnesses are their own confirmation.
            bool waits = candidate.source != Source.Witness && _quarantine(feed, candidate.price, jump, elapsed, step);
            if (waits) {
                _withhold(feed, candidate, step, jump, elapsed);
                return Outcome.Quarantined;
            }
            _advance(feed, candidate, step, elapsed);
            latest.pending = false; // not before: a wait that lasted into a new half hour marks that one too
            _signal(feed, candidate, step, jump, elapsed);
            if (elapsed > resumeSeconds(step.heartbeat)) _grantGrace(latest, elapsed);
            return Outcome.Published;
        }
    }

    /// @dev The jump waits. A round behind the open half hour says nothing about it: a window that is over stays as it was.
    function _withhold(
        Feed memory feed,
        Candidate memory candidate,
        Step memory step,
        uint256 jump,
        uint256 elapsed
    ) private pure {
        Latest memory latest = feed.latest;
        bool isInside = step.round * ROUND_SECONDS < FeedFold.boundaryAfter(latest.round);
        bool wasHalted = latest.dirtyHalted;
        latest.pending = true;
        if (isInside) latest.dirtyQuarantine = true;
        _signal(feed, candidate, step, jump, elapsed);
        if (!isInside) latest.dirtyHalted = wasHalted;
    }

    /// @notice First price of a feed: averages start at it, and the feed is closed to openings until listed.
    function _seed(Feed memory feed, Candidate memory candidate, Step memory step) private pure {
        Averages memory averages = feed.averages;
        averages.average5m = uint32(FeedFold.RATIO_ONE);
        averages.average30m = uint32(FeedFold.RATIO_ONE);
        averages.average12h = uint32(FeedFold.RATIO_ONE);
        averages.previousRatio = uint32(FeedFold.RATIO_ONE);
        averages.variance = uint24(FeedFold.VARIANCE_SEED);
        averages.laggedDispersion = uint16(FeedFold.LAGGED_SEED);
        averages.sinceReduceOnly = _NEVER;
        averages.sinceHalted = _NEVER;
        feed.latest.isNew = true;
        _write(feed, candidate, step);
        _signal(feed, candidate, step, 0, 0);
    }

    /// @dev Source and set may require a witness (DESIGN §3, L1 and the impaired set).
    function _admissible(Feed memory feed, Candidate memory candidate, Step memory step) private pure returns (bool) {
        if (candidate.source == Source.Witness) return true;
        bool majority = candidate.source == Source.Majority;
        if (!majority && !step.impaired) return true;
        if (WitnessWord.ageAt(feed.witness, step.blockTime) <= WitnessWord.FRESH_SECONDS) {
            return WitnessWord.within(feed.witness, candidate.price, WitnessWord.NEAR_BPS);
        }
        if (!majority) return false;
        candidate.source = Source.Unwitnessed;
        return true;
    }

    /// @dev A superset replaces an ordinary price. A version that went through quarantine stands until the next round, and
    /// a version that would need quarantine does not replace one that did not.
    function _upgrade(Feed memory feed, Candidate memory candidate, Step memory step) private pure returns (Outcome) {
        unchecked {
            Latest memory latest = feed.latest;
            Averages memory averages = feed.averages;
            if (feed.pending.lastRound == step.round) return Outcome.Kept;
            uint256 elapsed = uint256(averages.previousDelta) * ROUND_SECONDS;
            uint256 jump = 0;
            if (elapsed != 0) {
                uint256 previous = FeedFold.priceOf(latest.price, averages.previousRatio);
                jump = Quarantine.scaledJump(previous, candidate.price, elapsed);
                if (jump >= Quarantine.JUMP_PPM) return Outcome.Kept;
            }
            FeedFold.rebase(averages, latest.price, candidate.price);
            _write(feed, candidate, step);
            _signal(feed, candidate, step, jump, elapsed);
            return Outcome.Published;
        }
    }

    function _quarantine(
        Feed memory feed,
        uint256 price,
        uint256 jump,
        uint256 elapsed,
        Step memory step
    ) private pure returns (bool waits) {
        Latest memory latest = feed.latest;
        if (latest.pending && Quarantine.agrees(feed.pending, latest.price, price)) {
            feed.pendingChanged = true;
            return !Quarantine.confirm(feed.pending, price, step.round, jump, _testimony(feed.witness, price, step));
        }
        Pending memory opened;
        (waits, opened) = Quarantine.open(price, step.round, jump, elapsed);
        if (waits) {
            feed.pending = opened;
            feed.pendingChanged = true;
        }
    }

    function _testimony(Witness memory witness, uint256 price, Step memory step) private pure returns (Testimony) {
        if (WitnessWord.ageAt(witness, step.blockTime) > WitnessWord.FRESH_SECONDS) return Testimony.None;
        return WitnessWord.within(witness, price, WitnessWord.FAR_BPS) ? Testimony.Supports : Testimony.Contradicts;
    }

    /// @dev Folds the latest round over the time to this one, then makes this one the latest.
    function _advance(Feed memory feed, Candidate memory candidate, Step memory step, uint256 elapsed) private pure {
        unchecked {
            Latest memory latest = feed.latest;
            Averages memory averages = feed.averages;
            if (step.decay.seconds_ != elapsed) step.decay = FeedFold.decayOf(elapsed);
            uint256 covered = FeedFold.fold(latest, averages, step.decay, step.heartbeat);
            _keepMark(feed, covered, step.round * ROUND_SECONDS);

            FeedFold.rebase(averages, latest.price, candidate.price);
            uint256 ratio = (uint256(latest.price) * FeedFold.RATIO_ONE + candidate.price / 2) / candidate.price;
            if (elapsed > Quarantine.GAP_SECONDS) {
                // A gap leaves no average of the last minutes: the short ones start again, or every halt with a move would
                // end in Halted instead of Recovery.
                averages.average5m = uint32(FeedFold.RATIO_ONE);
                averages.average30m = uint32(FeedFold.RATIO_ONE);
            }
            averages.previousRatio = uint32(ratio > FeedFold.RATIO_MAXIMUM ? FeedFold.RATIO_MAXIMUM : ratio);
            uint256 delta = elapsed / ROUND_SECONDS;
            averages.previousDelta = uint16(delta > _DELTA_MAXIMUM ? _DELTA_MAXIMUM : delta);
            _countCalm(averages, delta);
            _write(feed, candidate, step);
        }
    }

    /// @dev The interval may cross a half hour: what lies before it closes the mark. Time carried over a whole window is
    /// dropped, since a window without a round of its own has no mark.
    function _keepMark(Feed memory feed, uint256 covered, uint256 time) private pure {
        unchecked {
            Latest memory latest = feed.latest;
            uint256 boundary = FeedFold.boundaryAfter(latest.round);
            uint256 part = latest.accumulate(covered, boundary);
            if (time < boundary) return;
            feed.mark = packMark(latest);
            feed.markBoundary = boundary;
            latest.sum = 0;
            latest.coverage = 0;
            latest.divergentRounds = 0;
            latest.dirtyQuarantine = latest.pending;
            latest.dirtyHalted = latest.level == Level.Halted;
            if (time < boundary + MARK_SECONDS) latest.addCoverage(covered - part);
        }
    }

    /// @notice The open half hour as a mark without its link: price 64 | round 32 | sum 75 | coverage 11 | divergent 7 | flags 2.
    function packMark(Latest memory latest) internal pure returns (uint256 mark) {
        mark = uint256(latest.price) | (uint256(latest.round) << 64) | (uint256(latest.sum) << 96);
        mark |= (uint256(latest.coverage) << 171) | (uint256(latest.divergentRounds) << 182);
        if (latest.dirtyQuarantine) mark |= 1 << 189;
        if (latest.dirtyHalted) mark |= 1 << 190;
    }

    function _write(Feed memory feed, Candidate memory candidate, Step memory step) private pure {
        Latest memory latest = feed.latest;
        latest.price = uint64(candidate.price);
        latest.round = uint32(step.round);
        uint256 dispersion = (candidate.dispersionPpm + _DISPERSION_UNIT - 1) / _DISPERSION_UNIT;
        latest.dispersion = uint16(dispersion > _DISPERSION_MAXIMUM ? _DISPERSION_MAXIMUM : dispersion);
        latest.source = candidate.source;
        latest.divergent = candidate.divergent;
        bool fresh = WitnessWord.ageAt(feed.witness, step.blockTime) <= WitnessWord.FRESH_SECONDS;
        latest.witnessed = fresh && WitnessWord.within(feed.witness, candidate.price, WitnessWord.NEAR_BPS);
        latest.contradicted = fresh && !WitnessWord.within(feed.witness, candidate.price, WitnessWord.FAR_BPS);
    }

    function _countCalm(Averages memory averages, uint256 rounds) private pure {
        unchecked {
            if (_move(averages.average30m) >= _CALM_MOVE) {
                averages.calmRounds = 0;
                return;
            }
            uint256 calm = averages.calmRounds + rounds;
            averages.calmRounds = uint8(calm > _CALM_MAXIMUM ? _CALM_MAXIMUM : calm);
        }
    }

    /// @dev Distance of the price to an average, in ppm.
    function _move(uint256 average) private pure returns (uint256) {
        unchecked {
            if (average == 0) return type(uint128).max;
            uint256 gap = average > FeedFold.RATIO_ONE ? average - FeedFold.RATIO_ONE : FeedFold.RATIO_ONE - average;
            return (gap * 1e6) / average;
        }
    }

    function _signal(
        Feed memory feed,
        Candidate memory candidate,
        Step memory step,
        uint256 jump,
        uint256 elapsed
    ) private pure {
        Latest memory latest = feed.latest;
        SignalInputs memory inputs;
        _fillMoves(feed, inputs, step);
        inputs.jump = jump;
        inputs.afterGap = elapsed > Quarantine.GAP_SECONDS;
        inputs.resumed = elapsed > resumeSeconds(step.heartbeat) || step.lagging;
        _fillSet(feed, candidate, inputs, step);
        inputs.isNew = _list(feed, inputs.quorumStreak);
        (Level tripped, Level held, uint256 cause) = Signal.judge(inputs);
        Level level;
        if (step.upgrade) {
            level = tripped > latest.level ? tripped : latest.level; // a trip of the first version stays
            if (held >= level) feed.averages.clearStreak = 0; // and a round whose last version is not clear counts for none
        } else {
            uint256 streak;
            (level, streak) = Signal.next(latest.level, feed.averages.clearStreak, tripped, held);
            feed.averages.clearStreak = uint8(streak);
        }
        feed.cause = cause;
        _setLevel(feed, level, inputs.resumed, step.upgrade);
    }

    function _fillMoves(Feed memory feed, SignalInputs memory inputs, Step memory step) private pure {
        Averages memory averages = feed.averages;
        inputs.move5m = _move(averages.average5m);
        inputs.move30m = _move(averages.average30m);
        inputs.move12h = _move(averages.average12h);
        inputs.witnessAge = WitnessWord.ageAt(feed.witness, step.blockTime);
        // The slow average follows a move that is over, so that Normal returns; never on our own word alone.
        if (
            inputs.move12h > SignalLimits.AVERAGE_12H_CAUTIOUS / 2 &&
            feed.latest.level != Level.Normal &&
            averages.calmRounds >= _CALM_ROUNDS &&
            feed.latest.witnessed
        ) {
            averages.average12h = uint32(FeedFold.RATIO_ONE);
            inputs.move12h = 0;
        }
    }

    function _fillSet(
        Feed memory feed,
        Candidate memory candidate,
        SignalInputs memory inputs,
        Step memory step
    ) private pure {
        unchecked {
            Averages memory averages = feed.averages;
            inputs.impaired = step.impaired;
            inputs.unwitnessed = candidate.source == Source.Unwitnessed;
            inputs.signedWeightBps = step.weightEmaBps;
            inputs.dispersion = candidate.dispersionPpm;
            inputs.wideCautious = averages.wideCautious;
            inputs.wideReduceOnly = averages.wideReduceOnly;
            inputs.wideHalted = averages.wideHalted;
            inputs.quorumStreak = candidate.source == Source.Quorum ? averages.quorumStreak + 1 : 0;
            inputs.divergentInTwenty = popCount20(
                (uint256(averages.divergentHistory) << 1) | (candidate.divergent ? 1 : 0)
            );
            inputs.conflicted = feed.witness.conflicted;
            inputs.contradicted = feed.latest.contradicted;
            inputs.witnessThresholdBps = uint256(feed.witness.threshold) * WitnessWord.THRESHOLD_UNIT_BPS;
            inputs.witnessDistanceBps = WitnessWord.distanceOf(feed.witness);
            if (feed.witness.farSamples != 0) _fillVerdict(feed.witness, candidate.price, inputs, step);
        }
    }

    /// @dev The witness was far away when it was asked.
    function _fillVerdict(
        Witness memory witness,
        uint256 price,
        SignalInputs memory inputs,
        Step memory step
    ) private pure {
        (inputs.witnessDistanceBps, inputs.witnessFarSamples) = WitnessVerdict.judged(
            witness.farSamples,
            inputs.witnessDistanceBps,
            WitnessWord.gapBps(witness, price),
            witness.observedAt,
            step.round * ROUND_SECONDS,
            step.blockTime
        );
    }

    /// @dev A new feed is listed after 20 quorum rounds over ten minutes in a row that agree with its witness.
    function _list(Feed memory feed, uint256 streak) private pure returns (bool) {
        Latest memory latest = feed.latest;
        if (!latest.isNew) return false;
        Averages memory averages = feed.averages;
        if (!latest.witnessed || streak == 0) {
            averages.quorumStreak = 0;
            averages.sinceRecovery = 0;
        } else if (streak >= SignalLimits.LADDER_ROUNDS && averages.sinceRecovery >= _LISTING_SECONDS) {
            latest.isNew = false;
        }
        return latest.isNew;
    }

    function _setLevel(Feed memory feed, Level level, bool resumed, bool isUpgrade) private pure {
        Averages memory averages = feed.averages;
        if (level >= Level.Cautious) averages.sinceCautious = 0;
        if (level >= Level.ReduceOnly) averages.sinceReduceOnly = 0;
        if (level == Level.Halted) averages.sinceHalted = 0;
        if (resumed || level == Level.Halted) {
            if (averages.sinceRecovery >= _GRACE_PERIOD) feed.latest.graceSpent = 0;
            averages.sinceRecovery = 0;
            // Or the clock that starts again would grant it again; a superset keeps what its first version was granted.
            if (!resumed || !isUpgrade) feed.latest.grace = 0;
        }
        feed.latest.level = level;
        if (level == Level.Halted) feed.latest.dirtyHalted = true;
    }

    /// @dev The round that ends an outage grants its length, at most 30 min and at most 60 min until six hours of uptime went
    /// by without one: stalls every half hour stop no liquidation for ever. A lagging clock without a gap grants nothing.
    function _grantGrace(Latest memory latest, uint256 elapsed) private pure {
        unchecked {
            uint256 grace = elapsed > _GRACE_MAXIMUM ? _GRACE_MAXIMUM : elapsed;
            uint256 left = (_GRACE_SPENT_MAXIMUM - latest.graceSpent) * _GRACE_SPENT_UNIT;
            latest.grace = uint8((grace > left ? left : grace) / _GRACE_UNIT);
            latest.graceSpent += uint8((latest.grace * _GRACE_UNIT + _GRACE_SPENT_UNIT - 1) / _GRACE_SPENT_UNIT);
        }
    }

    /// @notice A gap longer than this ends in Recovery.
    function resumeSeconds(uint256 heartbeat) internal pure returns (uint256) {
        return heartbeat * 10 > 10 minutes ? heartbeat * 10 : 10 minutes;
    }

    /// @notice Ones among the 20 low bits.
    function popCount20(uint256 bits) internal pure returns (uint256 count) {
        unchecked {
            for (bits &= 0xfffff; bits != 0; bits &= bits - 1) {
                ++count;
            }
        }
    }
}
