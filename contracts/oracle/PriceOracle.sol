// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { IAnchor } from "../interfaces/IAnchor.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { BPS, FEED_SLOTS, PriceReport, RING_ROUNDS, ROUND_SECONDS, Source } from "../shared/OracleTypes.sol";
import { OracleReads } from "./OracleReads.sol";
import { FaultMeter } from "./libraries/FaultMeter.sol";
import { CandidateWord } from "./libraries/CandidateWord.sol";
import { FeedCalm } from "./libraries/FeedCalm.sol";
import { Decay, FeedFold } from "./libraries/FeedFold.sol";
import { FeedStep, Step } from "./libraries/FeedStep.sol";
import { FeedKeeping } from "./libraries/FeedKeeping.sol";
import { InBand, Outliers } from "./libraries/InBand.sol";
import { LateCredit } from "./libraries/LateCredit.sol";
import { OracleState, RING_WORDS } from "./libraries/OracleState.sol";
import { Bundle, Members, RelayCodec } from "./libraries/RelayCodec.sol";
import { Head, RoundHead } from "./libraries/RoundHead.sol";
import { RoundRing } from "./libraries/RoundRing.sol";
import { SetKeeping } from "./libraries/SetKeeping.sol";
import { StateReads } from "./libraries/StateReads.sol";
import { WitnessWord } from "./libraries/WitnessWord.sol";
import { TipMath } from "./libraries/TipMath.sol";
import { WeightedMedian } from "./libraries/WeightedMedian.sol";

/// @title Price oracle
/// @notice See {IPriceOracle}. A relay: read the payload, admit the round, verify signatures, take the medians, apply each
/// feed, fold the set's counters, tip, emit. The arithmetic is in the libraries.
contract PriceOracle is OracleReads, AccessManaged {
    using StateReads for OracleState;
    using StateReads for uint256[FEED_SLOTS];
    using StateReads for uint256[FEED_SLOTS / 2];

    uint256 private constant _AGE_LIMIT = 10 minutes;
    uint256 private constant _FUTURE_LIMIT = 15 minutes;
    uint256 private constant _LAG_LIMIT = 10 minutes;
    uint256 private constant _HEARTBEAT_MAXIMUM = 1 hours;
    uint128 private constant _TIP_BASE_MAXIMUM = 1e24;
    uint256 private constant _DIVERGENT_BPS = 25;
    uint256 private constant _MINIMUM_SIGNERS = 3;
    /// @dev 1.57 in ppm: the interquartile range of honest noise over the tercile range U − L.
    uint256 private constant _DISPERSION_PPM = 1_570_000;

    /// @dev What a relay carries from step to step.
    struct Run {
        Bundle bundle;
        Members members;
        Step step;
        FeedKeeping.Applied applied;
        Outliers outliers;
        uint256[8] candidates; // as CandidateWord packs them
        uint256 announced; // memory: set, signers and the eight published prices, as the event has them
        uint256 weights; // as StateReads reads them
        uint256 head; // RoundHead
        bool quorum; // at least one feed had more than two thirds
    }

    address private immutable _deployer = msg.sender;

    address public registry;
    address public witnessRouter;

    modifier onlyFrom(address expected) {
        _requireFrom(expected);
        _;
    }

    constructor(
        IAnchor anchor_,
        uint256 heartbeat_,
        uint128 tipBase_,
        address authority
    ) OracleReads(anchor_, heartbeat_) AccessManaged(authority) {
        require(
            heartbeat_ >= ROUND_SECONDS && heartbeat_ <= _HEARTBEAT_MAXIMUM,
            PriceOracle_BadHeartbeat(heartbeat_, ROUND_SECONDS, _HEARTBEAT_MAXIMUM)
        );
        require(address(anchor_) != address(0), PriceOracle_ZeroAddress());
        _setTipBase(tipBase_);
    }

    /// @dev Not in the modifier, which would be copied into every function that has it.
    function _requireFrom(address expected) private view {
        require(msg.sender == expected, PriceOracle_Unauthorized(msg.sender, expected));
    }

    /// @inheritdoc IPriceOracle
    function relay(bytes calldata packed) external {
        uint256 weights = _state.weightsWord();
        Bundle memory bundle = RelayCodec.open(packed, StateReads.feedsOf(weights), _domainSeparator());
        uint256 head = _state.head;
        bool upgrade = _admit(bundle, head);
        Members memory members = _state.membersOf(bundle.setId, weights);
        (uint256 active, uint256 nominal) = (members.active, members.nominal);
        require(active != 0 && active * 2 >= nominal, PriceOracle_ActiveTooLow(active, nominal));
        RelayCodec.verify(bundle, members, anchor);
        RelayCodec.close(bundle);

        // Built here and in one piece: a function that returned it would build an empty one first.
        FeedKeeping.Applied memory applied;
        uint256[8] memory candidates;
        Run memory run = Run({
            bundle: bundle,
            members: members,
            step: Step({
                round: bundle.round,
                blockTime: block.timestamp,
                heartbeat: heartbeat,
                weightEmaBps: 0,
                impaired: active * 3 < nominal * 2 || block.timestamp < StateReads.witnessUntilOf(weights),
                upgrade: upgrade,
                lagging: bundle.round * ROUND_SECONDS > block.timestamp + _LAG_LIMIT,
                decay: Decay(0, 0, 0, 0)
            }),
            applied: applied,
            outliers: Outliers(0, 0),
            candidates: candidates,
            announced: RelayCodec.allocate(2 + FEED_SLOTS),
            weights: weights,
            head: head,
            quorum: false
        });
        _accept(run);
    }

    /// @dev A verified round: medians, feeds, counters, tip.
    function _accept(Run memory run) private {
        uint256 oldWeightBps = 0;
        if (run.step.upgrade) oldWeightBps = _checkSuperset(run);
        else _foldHead(run);
        run.step.weightEmaBps = RoundHead.weightEmaBpsOf(run.head);
        _medians(run);
        _applyFeeds(run);
        uint256 signedWeight = run.bundle.signedWeight;
        require(run.applied.written != 0, PriceOracle_NoQuorum(signedWeight, run.members.active));

        uint256 weightBps = (signedWeight * BPS) / run.members.active;
        _storeRound(run, weightBps);
        if (run.members.flags != 0 || !run.quorum) {
            Members memory members = run.members;
            SetKeeping.Presence memory presence = SetKeeping.Presence(
                members.leakState,
                members.nominal,
                run.bundle.signers,
                run.step.round,
                signedWeight
            );
            SetKeeping.trackPresence(_state, presence, run.quorum);
        }
        if (run.applied.tipDue) _tip(run, weightBps, oldWeightBps);
        _state.head = run.head;
        _emitRound(run);
    }

    /// @dev Newer than the latest and near the chain's clock, or a superset of the latest in time.
    function _admit(Bundle memory bundle, uint256 head) private view returns (bool upgrade) {
        uint256 round = bundle.round;
        uint256 time = round * ROUND_SECONDS;
        require(block.timestamp <= time + _AGE_LIMIT, PriceOracle_RoundTooOld(time, block.timestamp, _AGE_LIMIT));
        require(
            time <= block.timestamp + _FUTURE_LIMIT,
            PriceOracle_RoundInFuture(time, block.timestamp, _FUTURE_LIMIT)
        );
        uint256 latest = RoundHead.roundOf(head);
        if (round > latest) return false;
        require(round == latest && bundle.setId == RoundHead.setIdOf(head), PriceOracle_RoundNotNewer(round, latest));
        uint256 deadline = RoundHead.acceptedAtOf(head) + StateReads.UPGRADE_SECONDS;
        require(block.timestamp <= deadline, PriceOracle_UpgradeTooLate(block.timestamp, deadline));
        return true;
    }

    function _checkSuperset(Run memory run) private pure returns (uint256 oldWeightBps) {
        uint256 stored = RoundHead.signersOf(run.head);
        uint256 given = run.bundle.signers;
        require(given != stored && given & stored == stored, PriceOracle_NotASuperset(given, stored));
        return RoundHead.signedBpsOf(run.head);
    }

    /// @dev The latest round is sealed now: it enters the counters and the mean of signed weight.
    function _foldHead(Run memory run) private {
        unchecked {
            uint256 head = run.head;
            uint256 round = run.step.round;
            uint256 latest = RoundHead.roundOf(head);
            if (latest != 0) {
                _count(run.weights, head);
                uint256 sum = RoundHead.weightEmaBpsOf(head) * 19 + RoundHead.signedBpsOf(head);
                head = RoundHead.withFold(head, (sum + 10) / 20);
                uint256 gap = (round - latest) * ROUND_SECONDS;
                if (gap > FeedStep.resumeSeconds(heartbeat) || run.step.lagging) {
                    head = RoundHead.withGapEnd(head, round);
                }
            } else {
                head = BPS << 240; // the mean of signed weight starts full
            }
            uint256 delay = block.timestamp - round * ROUND_SECONDS; // may be negative: its low bits are kept
            run.head = RoundHead.withRound(head, round, run.bundle.setId, delay);
        }
    }

    /// @dev Counts a sealed round against what the epoch's counters refer to, see SetKeeping.refer.
    function _count(uint256 weights, uint256 head) private {
        uint256 rounds = RoundHead.epochRoundsOf(head);
        (uint256 part, uint256 band) = (RoundHead.partOf(head), RoundHead.inBandOf(head));
        if (rounds == 0 || rounds == FaultMeter.SATURATION) {
            SetKeeping.refer(_state, rounds, part, band);
            weights = _state.weightsWord();
        }
        part ^= StateReads.partReferenceOf(weights);
        band ^= StateReads.bandReferenceOf(weights);
        if (part != 0) _state.tookPartMeter = FaultMeter.add(_state.tookPartMeter, part);
        if (band != 0) _state.inBandMeter = FaultMeter.add(_state.inBandMeter, band);
    }

    /// @dev Medians of every feed of the payload; the others get no candidate.
    function _medians(Run memory run) private view {
        unchecked {
            Bundle memory bundle = run.bundle;
            uint256 kept = WeightedMedian.room();
            uint256 order = bundle.cursor;
            uint256 active = run.members.active;
            for (uint256 position = 0; position < bundle.feeds; ++position) {
                uint256 totals = RelayCodec.wordAt(bundle.totals, position);
                uint256 rows = bundle.rows + 32 * position;
                uint256 count = (bundle.counts >> (8 * position)) & 0xff;
                uint256 orders = WeightedMedian.ordersAt(order, count);
                uint256 feed = RelayCodec.wordAt(bundle.table, position);
                uint256 crossed = WeightedMedian.pass(kept, rows, orders, count, bundle.reports, totals, active, feed);
                // No candidate without more than half of the active weight or with fewer than three signers.
                uint256 weight = WeightedMedian.weightOf(totals);
                if (count >= _MINIMUM_SIGNERS && weight * 2 > active) {
                    bool quorum = weight * 3 > active * 2;
                    if (quorum) run.quorum = true;
                    (uint256 stake, uint256 effective) = WeightedMedian.mediansAfter(
                        kept,
                        rows,
                        orders,
                        count,
                        crossed,
                        totals
                    );
                    (uint256 lower, uint256 upper) = WeightedMedian.boundsAfter(rows, orders, count, crossed);
                    uint256 candidate = _propose(quorum, stake, effective, lower, upper);
                    RelayCodec.setWordAt(run.candidates, feed, candidate);
                    uint256 lagged = (_state.averages.wordAt(feed) >> 128) & 0x3fff;
                    InBand.note(run.outliers, rows, orders, count, uint64(candidate), lagged);
                }
                order += count;
            }
        }
    }

    /// @dev The dual median: the effective one inside the bounds and near the other, else that. A price is never zero.
    function _propose(
        bool quorum,
        uint256 stake,
        uint256 effective,
        uint256 lower,
        uint256 upper
    ) private pure returns (uint256 candidate) {
        unchecked {
            uint256 price = stake;
            bool divergent = false;
            if (effective != stake) {
                uint256 gap = effective > stake ? effective - stake : stake - effective;
                divergent = gap * BPS > stake * _DIVERGENT_BPS;
                if (!divergent && lower <= effective && effective <= upper) price = effective;
            }
            uint256 spread = upper > lower ? upper - lower : lower - upper;
            uint256 dispersion = FixedPointMathLib.rawDiv(spread * _DISPERSION_PPM + price - 1, price);
            if (quorum && !divergent) return CandidateWord.packClean(price, dispersion);
            return CandidateWord.pack(price, dispersion, divergent, quorum ? Source.Quorum : Source.Majority);
        }
    }

    /// @dev Applies the candidates: calm feeds here, the others in a library, all of them in one call.
    function _applyFeeds(Run memory run) private {
        unchecked {
            bool mayBeCalm = FeedCalm.mayApply(run.step);
            uint256 rest = 0;
            uint256 feeds = StateReads.feedsOf(run.weights);
            for (uint256 feed = 0; feed < feeds; ++feed) {
                uint256 candidate = RelayCodec.wordAt(run.candidates, feed);
                if (candidate == 0) {
                    RoundRing.put(run.applied.ring, feed, RoundRing.keptEntry(_state.latest.wordAt(feed)));
                } else if (!mayBeCalm || !_applyCalm(run, feed, candidate)) {
                    rest |= 1 << feed;
                }
            }
            if (rest != 0) _applyRest(run, rest);
        }
    }

    /// @dev @return calm False when nothing was done.
    function _applyCalm(Run memory run, uint256 feed, uint256 candidate) private returns (bool calm) {
        unchecked {
            uint256 latest;
            uint256 averages;
            uint256 witness = _state.witness.witnessAt(feed);
            (calm, latest, averages) = FeedCalm.tryStep(
                _state.latest.wordAt(feed),
                _state.averages.wordAt(feed),
                witness,
                candidate,
                run.step
            );
            if (!calm) return false;
            _state.latest.setWordAt(feed, latest);
            _state.averages.setWordAt(feed, averages);
            FeedKeeping.Applied memory applied = run.applied;
            applied.written |= 1 << feed;
            bool isAsked = WitnessWord.isAskedNear(witness, run.step.round * ROUND_SECONDS);
            RoundRing.put(applied.ring, feed, RoundRing.calmEntry(latest, isAsked));
            RelayCodec.announce(run.announced, feed, uint64(candidate));
            uint256 age = averages >> 244;
            if (TipMath.isDue((averages >> 78) & FeedFold.RATIO_MAXIMUM, age, run.step.heartbeat))
                applied.tipDue = true;
            if (age > applied.tipRounds) applied.tipRounds = age;
        }
    }

    function _applyRest(Run memory run, uint256 rest) private {
        FeedKeeping.Applied memory more = FeedKeeping.applyRest(_state, run.step, run.candidates, rest);
        FeedKeeping.Applied memory applied = run.applied;
        for (uint256 word = 0; word < 3; ++word) {
            applied.ring[word] |= more.ring[word];
        }
        for (uint256 feed = 0; feed < FEED_SLOTS; ++feed) {
            if ((more.published >> feed) & 1 == 0) continue;
            RelayCodec.announce(run.announced, feed, uint64(_state.latest[feed]));
        }
        applied.written |= more.written;
        if (more.tipDue) applied.tipDue = true;
        if (more.tipRounds > applied.tipRounds) applied.tipRounds = more.tipRounds;
    }

    function _storeRound(Run memory run, uint256 weightBps) private {
        Bundle memory bundle = run.bundle;
        uint256 tookPart = bundle.tookPart;
        uint256 band = InBand.seats(run.outliers, bundle) | (bundle.signers & ~tookPart);
        uint256 head = RoundHead.withReports(run.head, tookPart, band, weightBps);
        run.head = head;
        uint256[RING_WORDS] storage entry = _state.ring[run.step.round % RING_ROUNDS];
        uint256 anchorLow = bundle.anchorLow;
        if (run.step.upgrade) {
            uint256 stored = RoundRing.anchorLowOf(entry[0]);
            if (stored < anchorLow) anchorLow = stored;
        }
        uint256[3] memory ring = run.applied.ring;
        uint256 feeds = StateReads.feedsOf(run.weights);
        entry[0] = RoundRing.packHeader(head, anchorLow, weightBps);
        entry[1] = ring[0];
        if (feeds > 3) entry[2] = ring[1];
        if (feeds > 6) entry[3] = ring[2];
    }

    /// @dev A full round one heartbeat late earns the base; a superset earns the added part of the same.
    function _tip(Run memory run, uint256 weightBps, uint256 oldWeightBps) private {
        if (block.timestamp > run.step.round * ROUND_SECONDS + TipMath.FRESH_SECONDS) return;
        Head memory head = RoundHead.unpack(run.head);
        if (!TipMath.underCap(head, run.step.upgrade)) return;
        run.head = RoundHead.pack(head);
        uint256 rounds = run.applied.tipRounds;
        uint256 amount = TipMath.amount(_state.tipBase, rounds, heartbeat, weightBps, oldWeightBps);
        if (amount != 0) _state.tips[msg.sender] += amount;
    }

    function _emitRound(Run memory run) private {
        bytes32 topic = run.step.upgrade ? RoundUpgraded.selector : RoundAccepted.selector;
        (uint256 setId, uint256 signers) = (run.bundle.setId, run.bundle.signers);
        (uint256 announced, uint256 round) = (run.announced, run.step.round);
        // The Solidity it replaces: emit RoundAccepted(msg.sender, round, setId, signers, prices), or RoundUpgraded. Every
        // word of prices is a u64 already, the set a u24 and the signers a u32.
        assembly ("memory-safe") {
            mstore(announced, setId)
            mstore(add(announced, 0x20), signers)
            log3(announced, 0x140, topic, caller(), round)
        }
    }

    /// @inheritdoc IPriceOracle
    function creditLate(PriceReport calldata report, uint256 seat, uint64 anchorBlock, bytes32 r, bytes32 vs) external {
        LateCredit.credit(_state, report, LateCredit.Claim(seat, anchorBlock, r, vs, _domainSeparator()), anchor);
    }

    /// @notice Names the two contracts that write here, once and for ever. Only the deployer.
    function wire(address registry_, address witnessRouter_) external onlyFrom(_deployer) {
        require(registry == address(0), PriceOracle_AlreadyWired(registry, witnessRouter));
        require(registry_ != address(0) && witnessRouter_ != address(0), PriceOracle_ZeroAddress());
        registry = registry_;
        witnessRouter = witnessRouter_;
    }

    /// @inheritdoc IPriceOracle
    function addFeed(string calldata description, uint64 tick) external restricted returns (uint256 feed) {
        return SetKeeping.addFeed(_state, description, tick);
    }

    /// @inheritdoc IPriceOracle
    function setTipBase(uint128 newBase) external restricted {
        require(!anyTrigger(), PriceOracle_TriggerActive());
        _setTipBase(newBase);
    }

    function _setTipBase(uint128 newBase) private {
        require(newBase <= _TIP_BASE_MAXIMUM, PriceOracle_BadTipBase(newBase, _TIP_BASE_MAXIMUM));
        emit TipBaseChanged(_state.tipBase, newBase);
        _state.tipBase = newBase;
    }

    /// @inheritdoc IPriceOracle
    function installSet(bytes calldata seats, uint64 nominalWeight) external onlyFrom(registry) returns (uint32 setId) {
        return SetKeeping.installSet(_state, seats, nominalWeight);
    }

    /// @inheritdoc IPriceOracle
    function setMask(uint32 newMask) external onlyFrom(registry) {
        SetKeeping.setMask(_state, newMask);
    }

    /// @inheritdoc IPriceOracle
    function setNominalWeight(uint64 nominalWeight) external onlyFrom(registry) {
        _state.weights.nominal = StateReads.fit(nominalWeight);
    }

    /// @inheritdoc IPriceOracle
    function requireWitnessUntil(uint64 until) external onlyFrom(registry) {
        _state.weights.witnessUntil = until > type(uint40).max ? type(uint40).max : uint40(until);

        emit WitnessRequired(until);
    }

    /// @inheritdoc IPriceOracle
    function closeEpoch() external onlyFrom(registry) returns (EpochCounters memory) {
        return SetKeeping.closeEpoch(_state);
    }

    /// @inheritdoc IPriceOracle
    function recordWitness(
        uint256 feed,
        uint64 price,
        uint64 observedAt,
        bool agreed,
        bool conflicted,
        uint16 thresholdBps
    ) external onlyFrom(witnessRouter) {
        FeedKeeping.Testimony memory given = FeedKeeping.Testimony(price, observedAt, agreed, conflicted, thresholdBps);
        FeedKeeping.recordWitness(_state, heartbeat, feed, given);
    }
}
