// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IAnchor } from "../interfaces/IAnchor.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { ISlasher } from "../interfaces/ISlasher.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { IWitnessRouter } from "../interfaces/IWitnessRouter.sol";
import { FEED_SLOTS, PriceReport, ROUND_SECONDS } from "../shared/OracleTypes.sol";
import { SlasherEvidence } from "./SlasherEvidence.sol";
import { CaptureEvidence } from "./libraries/CaptureEvidence.sol";
import { CorrelationBuckets } from "./libraries/CorrelationBuckets.sol";
import { FaultHistory } from "./libraries/FaultHistory.sol";
import { Penalties } from "./libraries/Penalties.sol";
import { PriceReportLib } from "./libraries/PriceReportLib.sol";

/// @title Slasher
/// @notice See {ISlasher}. Owns no money and has no owner: it reads the oracle, the registry and the witnesses, keeps the
/// cases and tells the registry what to take.
/// @dev Why an honest validator (one vector per round, true prices, a sane clock) is never penalised, whatever relayers,
/// reorgs and halts do:
/// 1. Equivocation compares vectors only. Signing the same vector again for another fork, anchor or set is no fault, and
///    the domain separates chains and contracts.
/// 2. A deviation must come from a seat whose report this fork's oracle verified itself, anchor included, for that very
///    round: an accepted signer, or one credited late. The anchor of the evidence need not be checked again: a validator
///    that signs one vector per round signed the same prices in every report of it, and one that did not is guilty of F1.
///    A report of a fork that lost is no evidence before it is accepted here.
/// 3. A deviation costs something only if an outside witness agrees with the median. A majority that slashes a minority
///    would have to be right.
/// 4. Future dating is judged by a quorum that had seen the accusation, never by the chain's clock: after a halt that clock
///    may lag by hours, but no later quorum dates itself before an honest report that was already public.
/// 5. Capture only delays a withdrawal.
contract Slasher is SlasherEvidence {
    using CorrelationBuckets for CorrelationBuckets.Buckets;
    using FaultHistory for FaultHistory.History;

    /// @dev Evidence of F1 and accusations of F3 live this long.
    uint256 internal constant EVIDENCE_DELAY = 7 days;
    /// @dev Evidence of F2; with the 72 h for its witness every fault is proven within 7 days.
    uint256 internal constant DEVIATION_EVIDENCE_DELAY = 4 days;
    uint256 internal constant CONFIRMATION_DELAY = 72 hours;
    uint256 internal constant CAPTURE_FREEZE_DELAY = 7 days;
    /// @dev Days from the day of a fault until no evidence can reach its window: 7 of window, 7 of evidence, its own.
    uint256 internal constant FINALIZE_DAYS = 15;
    uint64 internal constant JAIL_SECONDS = 24 hours;
    /// @dev A term without end: tombstoned.
    uint64 private constant _FOR_EVER = type(uint64).max;
    /// @dev How far ahead of the block clock the oracle accepts a round.
    uint256 internal constant MAXIMUM_AHEAD = 15 minutes;
    uint256 internal constant FUTURE_MARGIN = 10 minutes;

    uint256 internal constant WITNESS_PPM = 20_000;
    uint256 internal constant CAPTURE_SIGNED_PPM = 20_000;
    IWitnessRouter public immutable router;
    IAnchor public immutable anchor;
    /// @dev Units of the bond token in one step of a case.
    uint256 private immutable _bondStep;

    mapping(uint256 caseId => Case) private _cases;
    mapping(uint256 caseId => Pending) private _pending;
    CorrelationBuckets.Buckets private _equivocations;
    CorrelationBuckets.Buckets private _deviations;
    mapping(uint32 validatorId => FaultHistory.History) private _deviationHistory;
    mapping(uint32 validatorId => FaultHistory.History) private _futureHistory;

    constructor(
        IValidatorRegistry registry_,
        IPriceOracle oracle_,
        IWitnessRouter router_,
        IAnchor anchor_
    ) SlasherEvidence(registry_, oracle_) {
        router = router_;
        anchor = anchor_;
        _bondStep = _bondUnit > 1e6 ? _bondUnit / 1e6 : 1;
        _equivocations.warmUp();
        _deviations.warmUp();
    }

    /// @inheritdoc ISlasher
    function submitEquivocation(
        PriceReport calldata first,
        bytes32 firstR,
        bytes32 firstVs,
        PriceReport calldata second,
        bytes32 secondR,
        bytes32 secondVs
    ) external returns (uint256 caseId) {
        require(first.round == second.round, Slasher_DifferentRounds(first.round, second.round));
        require(PriceReportLib.pricesHash(first) != PriceReportLib.pricesHash(second), Slasher_SameVector(first.round));
        uint256 faultAt = uint256(first.round) * ROUND_SECONDS;
        require(faultAt <= block.timestamp + MAXIMUM_AHEAD, Slasher_TooEarly(faultAt - MAXIMUM_AHEAD, block.timestamp));
        _requireFresh(faultAt + EVIDENCE_DELAY);
        IValidatorRegistry.Suspect memory accused = _equivocator(first, firstR, firstVs, second, secondR, secondVs);
        uint32 validatorId = accused.validatorId;
        caseId = caseIdOf(Fault.Equivocation, validatorId, first.round);
        _requireNew(caseId);
        require(accused.state != IValidatorRegistry.State.Tombstoned, Slasher_AlreadyTombstoned(validatorId));

        uint256 share = _equivocatorShare(accused, first.setId, second.setId);

        _equivocations.add(faultAt / 1 days, share); // a validator is tombstoned once
        uint64 bondSteps = _stepsOf(accused.bond);
        _open(caseId, bondSteps, Penalties.EQUIVOCATION_PERCENT, Stage.Charged);

        _charge(caseId, bondSteps * _bondStep, Penalties.EQUIVOCATION_PERCENT, faultAt, _FOR_EVER);
    }

    /// @inheritdoc ISlasher
    function submitDeviation(
        PriceReport calldata report,
        bytes32 r,
        bytes32 vs,
        uint256 feed
    ) external returns (uint256 caseId) {
        require(feed < FEED_SLOTS, Slasher_UnknownFeed(feed, FEED_SLOTS));
        uint256 faultAt = uint256(report.round) * ROUND_SECONDS;
        _requireFresh(faultAt + DEVIATION_EVIDENCE_DELAY);
        (IValidatorRegistry.Suspect memory accused, uint256 weight) = _acceptedSigner(report, r, vs);
        uint32 validatorId = accused.validatorId;
        caseId = caseIdOf(Fault.Deviation, validatorId, report.round);
        _requireNew(caseId);

        (IPriceOracle.RoundPrice memory median, uint256 percent) = _deviation(report, feed);
        uint256 share = Penalties.shareUp(weight, oracle.setWeight(report.setId));
        uint64 bondSteps = _stepsOf(accused.bond);
        _earlierDeviation(validatorId, faultAt, percent); // nothing to freeze for what could not be charged

        _open(caseId, bondSteps, percent, Stage.Waiting);
        _pending[caseId] = Pending(uint64(block.timestamp), 0, median.price, uint16(share), uint8(feed));

        if (median.witnessed) _chargeDeviation(caseId, false);
        else registry.freeze(validatorId, bondSteps * _bondStep);
    }

    /// @inheritdoc ISlasher
    function confirmDeviation(uint256 caseId, uint256 sourceIndex, uint80 roundId) external {
        Pending memory pending = _waiting(caseId, Fault.Deviation);
        _requireFresh(pending.openedAt + CONFIRMATION_DELAY);

        (, , uint64 round) = _parts(caseId);
        _requireWitness(pending, sourceIndex, roundId, round * uint64(ROUND_SECONDS));

        _chargeDeviation(caseId, true);
    }

    /// @inheritdoc ISlasher
    function release(uint256 caseId) external {
        Case storage waiting = _cases[caseId];
        require(waiting.stage == Stage.Waiting, Slasher_WrongCase(caseId, waiting.stage));
        (Fault fault, uint32 validatorId, ) = _parts(caseId);
        uint256 delay =
            fault == Fault.Deviation
                ? CONFIRMATION_DELAY
                : fault == Fault.Capture
                    ? CAPTURE_FREEZE_DELAY
                    : EVIDENCE_DELAY;
        uint256 deadline = _pending[caseId].openedAt + delay;
        require(block.timestamp > deadline, Slasher_TooEarly(deadline + 1, block.timestamp));

        waiting.stage = Stage.Closed;
        uint256 unfrozen = waiting.bondSteps * _bondStep; // zero for an accusation

        emit CaseReleased(msg.sender, caseId, validatorId, unfrozen);

        if (unfrozen != 0) registry.unfreeze(validatorId, unfrozen);
    }

    /// @inheritdoc ISlasher
    function accuseFutureDating(PriceReport calldata report, bytes32 r, bytes32 vs) external returns (uint256 caseId) {
        uint256 roundAt = uint256(report.round) * ROUND_SECONDS;
        uint256 limit = block.timestamp + FUTURE_MARGIN;
        require(roundAt > limit, Slasher_NotFuture(roundAt, limit));
        (IValidatorRegistry.Suspect memory accused, ) = _accusedOf(report, r, vs);
        caseId = caseIdOf(Fault.FutureDating, accused.validatorId, report.round);
        _requireNew(caseId);

        _open(caseId, 0, Penalties.FUTURE_DATING_PERCENT, Stage.Waiting);
        _pending[caseId] = Pending(uint64(block.timestamp), uint64(anchor.height()), 0, 0, 0);
    }

    /// @inheritdoc ISlasher
    function convictFutureDating(uint256 caseId, uint64 quorumRound) external {
        Pending memory accusation = _waiting(caseId, Fault.FutureDating);
        uint256 accusedAt = accusation.openedAt;
        _requireFresh(accusedAt + EVIDENCE_DELAY);
        IPriceOracle.RoundHeader memory header = _header(quorumRound);
        require(uint256(header.signedWeightBps) * 3 > 20_000, Slasher_NoQuorum(quorumRound, header.signedWeightBps));
        require(header.anchorLow >= accusation.height, Slasher_AnchoredBefore(header.anchorLow, accusation.height));
        (, uint32 validatorId, uint64 signedRound) = _parts(caseId);
        uint256 quorumLimit = uint256(signedRound) * ROUND_SECONDS - FUTURE_MARGIN;
        uint256 quorumRoundAt = uint256(quorumRound) * ROUND_SECONDS;
        require(quorumRoundAt < quorumLimit, Slasher_NotEarlier(quorumRoundAt, quorumLimit));
        FaultHistory.History storage history = _futureHistory[validatorId];
        uint256 earlierAt = history.near(accusedAt);
        require(earlierAt == 0, Slasher_PenalizedWithinDay(validatorId, earlierAt, accusedAt));

        history.record(accusedAt);
        _cases[caseId].stage = Stage.Closed;
        uint256 amount = Penalties.baseDown(registry.validator(validatorId).bond, Penalties.FUTURE_DATING_PERCENT);
        _sentence(caseId, amount, 0, accusedAt, JAIL_SECONDS);
    }

    /// @inheritdoc ISlasher
    function submitCapture(
        PriceReport calldata report,
        bytes32 r,
        bytes32 vs,
        CaptureProof calldata proof
    ) external returns (uint256 caseId) {
        uint256 feed = proof.feed;
        require(feed < FEED_SLOTS, Slasher_UnknownFeed(feed, FEED_SLOTS));
        require(
            report.round >= proof.firstRound && report.round <= proof.lastRound,
            Slasher_OutsideSpan(report.round, proof.firstRound, proof.lastRound)
        );
        (IValidatorRegistry.Suspect memory accused, ) = _acceptedSigner(report, r, vs);
        uint256 faultAt = uint256(report.round) * ROUND_SECONDS;
        caseId = caseIdOf(Fault.Capture, accused.validatorId, uint64(faultAt / 1 days));
        _requireNew(caseId);
        IPriceOracle.RoundPrice memory median = _roundPrice(feed, report.round);
        require(median.published, Slasher_RoundNotPublished(feed, report.round));
        uint256 signedPrice = report.prices[feed];
        require(
            _offPpm(signedPrice, median.price) <= CAPTURE_SIGNED_PPM,
            Slasher_SignedOtherwise(signedPrice, median.price)
        );
        CaptureEvidence.check(address(oracle), address(router), proof);

        uint64 bondSteps = _stepsOf(accused.bond);
        _open(caseId, bondSteps, 0, Stage.Waiting);
        _pending[caseId] = Pending(uint64(block.timestamp), 0, median.price, 0, uint8(feed));

        registry.freeze(accused.validatorId, bondSteps * _bondStep);
    }

    /// @inheritdoc ISlasher
    function finalize(uint256 caseId) external returns (uint256 taken) {
        Case storage charged = _cases[caseId];
        require(charged.stage == Stage.Charged, Slasher_WrongCase(caseId, charged.stage));
        uint256 allowedAt = finalizableAt(caseId);
        require(block.timestamp >= allowedAt, Slasher_TooEarly(allowedAt, block.timestamp));

        (Fault fault, uint32 validatorId, uint64 round) = _parts(caseId);
        uint256 faultAt = uint256(round) * ROUND_SECONDS;
        uint256 bond = charged.bondSteps * _bondStep;
        uint256 percent = charged.basePercent;
        uint256 share = faultyShareAround(fault, faultAt / 1 days);
        uint256 amount =
            fault == Fault.Equivocation
                ? Penalties.linearDown(bond, percent, share)
                : Penalties.quadraticDown(bond, percent, share);

        charged.stage = Stage.Closed;

        registry.unfreeze(validatorId, bond - Penalties.baseDown(bond, percent));
        taken = registry.slash(validatorId, amount, charged.reporter, uint64(faultAt));

        emit CaseFinalized(msg.sender, caseId, validatorId, share, taken);
    }

    /// @inheritdoc ISlasher
    function caseOf(uint256 caseId) external view returns (Case memory, Pending memory) {
        return (_cases[caseId], _pending[caseId]);
    }

    /// @inheritdoc ISlasher
    function faultyShareAround(Fault fault, uint256 day) public view returns (uint256) {
        return fault == Fault.Equivocation ? _equivocations.sumAround(day) : _deviations.middleOf(day);
    }

    /// @inheritdoc ISlasher
    function finalizableAt(uint256 caseId) public pure returns (uint256) {
        (, , uint64 round) = _parts(caseId);
        return ((uint256(round) * ROUND_SECONDS) / 1 days + FINALIZE_DAYS) * 1 days;
    }

    /// @inheritdoc ISlasher
    function caseIdOf(Fault fault, uint32 validatorId, uint64 key) public pure returns (uint256 caseId) {
        return (uint256(fault) << 96) | (uint256(validatorId) << 64) | key;
    }

    /// @dev Charges a deviation whose median a witness confirmed: base, freeze and jail; or, within 24 h of a mild one that
    /// was charged, only the difference to the higher base, so that showing a mild fault early shields nobody.
    function _chargeDeviation(uint256 caseId, bool isFrozen) private {
        Case storage proven = _cases[caseId];
        (, uint32 validatorId, uint64 round) = _parts(caseId);
        uint256 faultAt = uint256(round) * ROUND_SECONDS;
        uint256 bond = proven.bondSteps * _bondStep;
        uint256 percent = proven.basePercent;
        uint256 earlierId = _earlierDeviation(validatorId, faultAt, percent);

        if (earlierId == 0) {
            proven.stage = Stage.Charged;
            uint256 counted = _deviationHistory[validatorId].record(faultAt);
            _deviations.spread(faultAt / 1 days, _pending[caseId].share, counted);
        } else {
            proven.stage = Stage.Closed;
        }

        if (isFrozen) registry.unfreeze(validatorId, bond);
        if (earlierId != 0) return _raiseBase(earlierId, validatorId, percent, proven.reporter);
        _charge(caseId, bond, percent, faultAt, JAIL_SECONDS);
    }

    function _raiseBase(uint256 caseId, uint32 validatorId, uint256 percent, address reporter) private {
        Case storage earlier = _cases[caseId];
        (, , uint64 round) = _parts(caseId);
        uint256 bond = earlier.bondSteps * _bondStep;
        uint256 oldPercent = earlier.basePercent;
        uint256 amount = Penalties.baseDown(bond, percent) - Penalties.baseDown(bond, oldPercent);

        earlier.basePercent = uint8(percent);

        registry.unfreeze(validatorId, amount);
        uint256 taken = registry.slash(validatorId, amount, reporter, round * uint64(ROUND_SECONDS));

        emit BaseRaised(msg.sender, caseId, oldPercent, percent, taken);
    }

    /// @dev Takes the base and freezes what of the bond the correlated part may still claim.
    function _charge(uint256 caseId, uint256 bond, uint256 percent, uint256 faultAt, uint64 jailSeconds) private {
        uint256 base = Penalties.baseDown(bond, percent);
        _sentence(caseId, base, bond - base, faultAt, jailSeconds);
    }

    function _sentence(uint256 caseId, uint256 amount, uint256 frozen, uint256 faultAt, uint64 jailSeconds) private {
        uint32 validatorId = uint32(caseId >> 64);
        // A round may lie minutes ahead of the block clock; the escrow asks who was exposed then, so not in the future.
        uint64 exposedAt = uint64(Math.min(faultAt, block.timestamp));

        uint256 taken = registry.punish(
            IValidatorRegistry.Sentence(validatorId, jailSeconds, exposedAt, _cases[caseId].reporter, amount, frozen)
        );

        emit BaseTaken(msg.sender, caseId, validatorId, taken);
    }

    /// @dev The deviation charged less than 24 h from `faultAt`, 0 when none; reverts unless `percent` is above its base.
    function _earlierDeviation(
        uint32 validatorId,
        uint256 faultAt,
        uint256 percent
    ) private view returns (uint256 earlierId) {
        uint256 earlierAt = _deviationHistory[validatorId].near(faultAt);
        if (earlierAt == 0) return 0;
        earlierId = caseIdOf(Fault.Deviation, validatorId, uint64(earlierAt / ROUND_SECONDS));
        require(percent > _cases[earlierId].basePercent, Slasher_PenalizedWithinDay(validatorId, earlierAt, faultAt));
    }

    /// @dev The source's round was in force and fresh at `roundAt`, and within 2 % of the median.
    function _requireWitness(Pending memory pending, uint256 sourceIndex, uint80 roundId, uint64 roundAt) private view {
        (bool ok, uint64 witnessPrice, uint64 updatedAt, ) = router.tryPriceAt(
            pending.feed,
            sourceIndex,
            roundId,
            roundAt
        );
        require(ok, Slasher_NoWitnessProof(sourceIndex, roundId));
        uint256 age = roundAt - updatedAt;
        uint256 heartbeat = router.sourceAt(pending.feed, sourceIndex).heartbeat;
        require(age <= heartbeat, Slasher_WitnessStale(sourceIndex, roundId, age, heartbeat));
        require(
            _offPpm(witnessPrice, pending.price) <= WITNESS_PPM,
            Slasher_WitnessDisagrees(witnessPrice, pending.price)
        );
    }

    function _open(uint256 caseId, uint64 bondSteps, uint256 percent, Stage stage) private {
        _cases[caseId] = Case(msg.sender, bondSteps, uint8(percent), stage);

        (Fault fault, uint32 validatorId, uint64 key) = _parts(caseId);
        emit CaseOpened(msg.sender, caseId, validatorId, fault, key, stage);
    }

    function _waiting(uint256 caseId, Fault fault) private view returns (Pending memory) {
        Stage stage = _cases[caseId].stage;
        require(stage == Stage.Waiting && caseId >> 96 == uint256(fault), Slasher_WrongCase(caseId, stage));
        return _pending[caseId];
    }

    function _requireNew(uint256 caseId) private view {
        require(_cases[caseId].stage == Stage.None, Slasher_CaseExists(caseId));
    }

    function _requireFresh(uint256 deadline) private view {
        require(block.timestamp <= deadline, Slasher_EvidenceExpired(deadline, block.timestamp));
    }

    function _stepsOf(uint256 bond) private view returns (uint64) {
        return uint64(Math.min(bond / _bondStep, type(uint64).max));
    }

    function _parts(uint256 caseId) private pure returns (Fault fault, uint32 validatorId, uint64 key) {
        return (Fault(caseId >> 96), uint32(caseId >> 64), uint64(caseId));
    }
}
