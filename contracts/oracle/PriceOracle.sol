// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IAnchor } from "../interfaces/IAnchor.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { BPS, FEED_SLOTS, PriceReport, RING_ROUNDS, ROUND_SECONDS, Source } from "../shared/OracleTypes.sol";
import { OracleReads } from "./OracleReads.sol";
import { FaultMeter } from "./libraries/FaultMeter.sol";
import { CandidateWord } from "./libraries/CandidateWord.sol";
import { FeedStep } from "./libraries/FeedStep.sol";
import { FeedKeeping } from "./libraries/FeedKeeping.sol";
import { InBand, Outliers } from "./libraries/InBand.sol";
import { LateCredit } from "./libraries/LateCredit.sol";
import { FeedInfo, OracleState, RING_WORDS } from "./libraries/OracleState.sol";
import { Bundle, Members, RelayCodec } from "./libraries/RelayCodec.sol";
import { Head, RoundHead } from "./libraries/RoundHead.sol";
import { RoundRing } from "./libraries/RoundRing.sol";
import { SetKeeping } from "./libraries/SetKeeping.sol";
import { StateReads } from "./libraries/StateReads.sol";
import { TipMath } from "./libraries/TipMath.sol";
import { Medians, WeightedMedian } from "./libraries/WeightedMedian.sol";

/// @title Price oracle
/// @notice See {IPriceOracle}. A relay: read the payload, admit the round, verify signatures, take the medians, apply each
/// feed, fold the set's counters, tip, emit. The arithmetic is in the libraries.
contract PriceOracle is OracleReads, AccessManaged {
    using StateReads for OracleState;

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
        Head head;
        FeedKeeping.Round round;
        Outliers outliers;
        uint256[8] candidates; // as CandidateWord packs them
        bool upgrade;
        bool quorum; // at least one feed had more than two thirds
        uint256 feeds; // live feeds
    }

    address private immutable _deployer = msg.sender;

    address public registry;
    address public witnessRouter;

    modifier onlyFrom(address expected) {
        require(msg.sender == expected, PriceOracle_Unauthorized(msg.sender, expected));
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

    /// @inheritdoc IPriceOracle
    function relay(bytes calldata packed) external {
        Run memory run = _runOf(RelayCodec.open(packed, _state.feedCount, _domainSeparatorV4()));
        RelayCodec.verify(run.bundle, run.members, anchor, run.feeds);
        RelayCodec.close(run.bundle);
        uint256 oldWeightBps = run.upgrade ? _checkSuperset(run) : 0;

        if (!run.upgrade) _foldHead(run);
        run.round.weightEmaBps = run.head.weightEmaBps;
        _medians(run);
        FeedKeeping.Applied memory applied = FeedKeeping.applyRound(_state, run.round, run.candidates, run.feeds);
        uint256 signedWeight = run.bundle.signedWeight;
        require(applied.written != 0, PriceOracle_NoQuorum(signedWeight, run.members.active));

        uint256 weightBps = (signedWeight * BPS) / run.members.active;
        _storeRound(run, applied.ring, weightBps);
        if (_state.set.flags != 0 || !run.quorum) {
            SetKeeping.trackPresence(_state, run.members, run.bundle.signers, run.quorum, run.head.round, signedWeight);
        }
        _tip(run, applied, weightBps, oldWeightBps);
        _state.head = RoundHead.pack(run.head);
        _emitRound(run, applied.ring);
    }

    /// @dev Admits the round and loads its set.
    function _runOf(Bundle memory bundle) private view returns (Run memory run) {
        Head memory head = RoundHead.unpack(_state.head);
        bool upgrade = _admit(bundle, head);
        Members memory members = _state.membersOf(bundle.setId);
        (uint256 active, uint256 nominal) = (members.active, members.nominal);
        require(active != 0 && active * 2 >= nominal, PriceOracle_ActiveTooLow(active, nominal));
        FeedKeeping.Round memory round = FeedKeeping.Round({
            round: bundle.round,
            heartbeat: heartbeat,
            weightEmaBps: 0,
            impaired: active * 3 < nominal * 2 || block.timestamp < _state.weights.witnessUntil,
            upgrade: upgrade,
            lagging: bundle.round * ROUND_SECONDS > block.timestamp + _LAG_LIMIT
        });
        uint256[8] memory candidates;
        return Run(bundle, members, head, round, Outliers(0, 0), candidates, upgrade, false, _state.feedCount);
    }

    /// @dev Newer than the latest and near the chain's clock, or a superset of the latest in time.
    function _admit(Bundle memory bundle, Head memory head) private view returns (bool upgrade) {
        uint256 time = bundle.round * ROUND_SECONDS;
        require(block.timestamp <= time + _AGE_LIMIT, PriceOracle_RoundTooOld(time, block.timestamp, _AGE_LIMIT));
        require(
            time <= block.timestamp + _FUTURE_LIMIT,
            PriceOracle_RoundInFuture(time, block.timestamp, _FUTURE_LIMIT)
        );
        if (bundle.round > head.round) return false;
        require(
            bundle.round == head.round && bundle.setId == head.setId,
            PriceOracle_RoundNotNewer(bundle.round, head.round)
        );
        uint256 deadline = RoundHead.acceptedAt(head) + StateReads.UPGRADE_SECONDS;
        require(block.timestamp <= deadline, PriceOracle_UpgradeTooLate(block.timestamp, deadline));
        return true;
    }

    function _checkSuperset(Run memory run) private view returns (uint256 oldWeightBps) {
        uint256 stored = RoundHead.signers(run.head);
        uint256 given = run.bundle.signers;
        require(given != stored && given & stored == stored, PriceOracle_NotASuperset(given, stored));
        return RoundRing.signedWeightBpsOf(_state.ring[run.head.round % RING_ROUNDS][0]);
    }

    /// @dev The latest round is sealed now: it enters the counters and the mean of signed weight.
    function _foldHead(Run memory run) private {
        Head memory head = run.head;
        if (head.round != 0) {
            uint256 sealedBps = RoundRing.signedWeightBpsOf(_state.ring[head.round % RING_ROUNDS][0]);
            head.weightEmaBps = uint16((uint256(head.weightEmaBps) * 19 + sealedBps + 10) / 20);
            _state.tookPartMeter = FaultMeter.add(_state.tookPartMeter, head.partBits);
            _state.inBandMeter = FaultMeter.add(_state.inBandMeter, head.partBits & head.bandBits);
            if (head.epochRounds != type(uint16).max) head.epochRounds += 1;
            uint256 gap = (run.bundle.round - head.round) * ROUND_SECONDS;
            if (gap > FeedStep.resumeSeconds(heartbeat) || run.round.lagging) {
                head.gapEndRound = uint32(run.bundle.round);
            }
        } else {
            head.weightEmaBps = uint16(BPS);
        }
        head.round = uint32(run.bundle.round);
        head.setId = uint24(run.bundle.setId);
        head.acceptedDelay = int16(int256(block.timestamp) - int256(run.bundle.round * ROUND_SECONDS));
    }

    /// @dev Medians of every feed of the payload; the others get no candidate.
    function _medians(Run memory run) private view {
        unchecked {
            Bundle memory bundle = run.bundle;
            Medians memory medians = WeightedMedian.allocate();
            uint256 active = run.members.active;
            uint256 order = bundle.cursor;
            uint256 counts = bundle.counts;
            for (uint256 position = 0; position < bundle.feeds; ++position) {
                uint256 feed = RelayCodec.wordAt(bundle.table, position);
                uint256 totals = RelayCodec.wordAt(bundle.totals, position);
                uint256 rows = bundle.rows + 32 * position;
                uint256 count = counts & 0xff;
                uint256 orders = WeightedMedian.ordersAt(order, count);
                WeightedMedian.pass(medians, rows, orders, count, bundle.reports, totals, active, feed);
                (uint256 price, uint256 candidate) = _judge(run, medians, WeightedMedian.weightOf(totals), count);
                if (candidate != 0) {
                    run.candidates[feed] = candidate;
                    uint256 lagged = FeedKeeping.laggedDispersion(_state, feed);
                    InBand.note(run.outliers, rows, orders, count, price, lagged);
                }
                order += count;
                counts >>= 8;
            }
        }
    }

    /// @dev The dual median. No candidate without more than half of the active weight or with fewer than three signers.
    function _judge(
        Run memory run,
        Medians memory medians,
        uint256 weight,
        uint256 count
    ) private pure returns (uint256 price, uint256 candidate) {
        unchecked {
            uint256 active = run.members.active;
            if (count < _MINIMUM_SIGNERS || weight * 2 <= active) return (0, 0);
            Source source = weight * 3 > active * 2 ? Source.Quorum : Source.Majority;
            if (source == Source.Quorum) run.quorum = true;

            (uint256 stake, uint256 effective) = (medians.stake, medians.effective);
            (uint256 lower, uint256 upper) = (medians.lower, medians.upper);
            uint256 gap = effective > stake ? effective - stake : stake - effective;
            bool divergent = gap * BPS > stake * _DIVERGENT_BPS;
            bool bounded = lower <= effective && effective <= upper;
            price = bounded && !divergent ? effective : stake;
            uint256 spread = upper > lower ? upper - lower : lower - upper;
            uint256 dispersion = (spread * _DISPERSION_PPM + price - 1) / price;
            candidate = CandidateWord.pack(price, dispersion, divergent, source);
        }
    }

    function _storeRound(Run memory run, uint256[3] memory ring, uint256 weightBps) private {
        Head memory head = run.head;
        Bundle memory bundle = run.bundle;
        uint256 inBand = InBand.seats(run.outliers, bundle);
        uint256 tookPart = bundle.tookPart;
        head.partBits = uint32(tookPart);
        head.bandBits = uint32(inBand | (bundle.signers & ~tookPart));
        if (!run.upgrade || bundle.anchorLow < head.anchorLow) head.anchorLow = uint40(bundle.anchorLow);
        uint256[RING_WORDS] storage entry = _state.ring[bundle.round % RING_ROUNDS];
        entry[0] = RoundRing.packHeader(head, weightBps);
        entry[1] = ring[0];
        if (run.feeds > 3) entry[2] = ring[1];
        if (run.feeds > 6) entry[3] = ring[2];
    }

    /// @dev A full round one heartbeat late earns the base; a superset earns the added part of the same.
    function _tip(Run memory run, FeedKeeping.Applied memory applied, uint256 weightBps, uint256 oldWeightBps) private {
        uint256 time = run.bundle.round * ROUND_SECONDS;
        if (
            !applied.tipDue ||
            block.timestamp > time + TipMath.FRESH_SECONDS ||
            !TipMath.underCap(run.head, run.upgrade)
        ) return;
        uint256 amount = TipMath.amount(_state.tipBase, applied.tipRounds, heartbeat, weightBps, oldWeightBps);
        if (amount != 0) _state.tips[msg.sender] += amount;
    }

    function _emitRound(Run memory run, uint256[3] memory ring) private {
        uint64 round = uint64(run.bundle.round);
        uint32 setId = uint32(run.bundle.setId);
        uint32 signers = uint32(run.bundle.signers);
        uint64[8] memory published = RoundRing.publishedIn(ring);
        if (run.upgrade) emit RoundUpgraded(msg.sender, round, setId, signers, published);
        else emit RoundAccepted(msg.sender, round, setId, signers, published);
    }

    /// @inheritdoc IPriceOracle
    function creditLate(PriceReport calldata report, uint256 seat, uint64 anchorBlock, bytes32 r, bytes32 vs) external {
        LateCredit.Claim memory claim = LateCredit.Claim(seat, anchorBlock, r, vs, this.reportDigest(report));
        LateCredit.credit(_state, report, claim, anchor);
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
        feed = _state.feedCount;
        require(feed < FEED_SLOTS, PriceOracle_NoFreeSlot(FEED_SLOTS));
        _state.feedCount = feed + 1;
        _state.feeds[feed] = FeedInfo(description, tick);

        emit FeedAdded(feed, description, tick);
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
        _state.weights.nominal = nominalWeight;
    }

    /// @inheritdoc IPriceOracle
    function requireWitnessUntil(uint64 until) external onlyFrom(registry) {
        _state.weights.witnessUntil = until;

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
