// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PriceReport } from "../shared/OracleTypes.sol";

/// @title Slasher
/// @notice Turns evidence anyone can submit into penalties (DESIGN §3, F1–F5). A fault is one case. Safety faults cost a
/// base at once and freeze the rest of the bond; the part that grows with x, the distinct faulty weight of the class within
/// seven days of the fault, is taken when no more evidence can reach that window, 14 to 15 days after the fault. The
/// reporter gets 10 % of what is taken at either time, so reporting oneself loses 90 %.
/// Amounts are in units of the bond token, rounded down. Signatures are compact (EIP-2098: r, then the parity bit and s).
/// Downtime (F4) has no evidence to submit: the registry judges it when an epoch closes.
/// Warning: evidence travels in the open; whoever copies it first gets the bounty. The penalty is the same.
interface ISlasher {
    enum Fault {
        Equivocation,
        Deviation,
        FutureDating,
        Downtime,
        Capture
    }

    enum Stage {
        None,
        /// @dev A deviation without witness, an accusation or a capture: waits for its proof or its release.
        Waiting,
        /// @dev The base was taken, the rest of the bond is frozen until `finalize`.
        Charged,
        Closed
    }

    /// @notice What every case is; one word.
    /// @param reporter Gets the bounty of both phases.
    /// @param bondSteps Bond the penalty is measured by, in millionths of a whole token (or units, if the token has fewer
    /// than six decimals), rounded down.
    /// @param basePercent Base penalty, in percent of that bond; 0 when it takes none.
    struct Case {
        address reporter;
        uint64 bondSteps;
        uint8 basePercent;
        Stage stage;
    }

    /// @notice What a case that waits needs besides; one word.
    /// @param openedAt Time of the report.
    /// @param height Height of the accusing block, in the numbering of the anchor.
    /// @param price Published median a deviation is measured against, USD with 8 decimals.
    /// @param share Weight of the validator in the fault's own set, in 1/65,536.
    /// @param feed Feed the fault is about.
    struct Pending {
        uint64 openedAt;
        uint64 height;
        uint64 price;
        uint16 share;
        uint8 feed;
    }

    /// @notice Proof that the published median was false while two witnesses agreed and stood still.
    /// @param firstRound First and last accepted round of the span; at least 10 min, at most 64 rounds apart.
    /// @param sources Two different witnesses with true observation times.
    /// @param firstRoundIds Consecutive rounds of the first that cover the span and two hours on either side; at most 128.
    /// @param secondRoundIds The same of the second.
    struct CaptureProof {
        uint256 feed;
        uint64 firstRound;
        uint64 lastRound;
        uint256[2] sources;
        uint80[] firstRoundIds;
        uint80[] secondRoundIds;
    }

    /// @param key The third part of the id: round of the fault, for a capture its day.
    event CaseOpened(
        address indexed reporter,
        uint256 indexed caseId,
        uint32 indexed validatorId,
        Fault fault,
        uint64 key,
        Stage stage
    );
    event BaseTaken(address indexed caller, uint256 indexed caseId, uint32 indexed validatorId, uint256 amount);
    /// @notice A gross deviation within 24 h of a charged mild one raised that one's base.
    event BaseRaised(
        address indexed caller,
        uint256 indexed caseId,
        uint256 oldPercent,
        uint256 newPercent,
        uint256 amount
    );
    event CaseFinalized(
        address indexed caller,
        uint256 indexed caseId,
        uint32 indexed validatorId,
        uint256 share,
        uint256 amount
    );
    event CaseReleased(address indexed caller, uint256 indexed caseId, uint32 indexed validatorId, uint256 unfrozen);

    // Evidence.
    error Slasher_MalleableSignature(bytes32 s, bytes32 maximum);
    error Slasher_UnknownSigner(address signer);
    error Slasher_EvidenceExpired(uint256 deadline, uint256 time);
    error Slasher_CaseExists(uint256 caseId);
    /// @dev The base of this validator and class was taken for a fault less than 24 h away.
    error Slasher_PenalizedWithinDay(uint32 validatorId, uint256 earlierFaultAt, uint256 faultAt);
    error Slasher_WrongCase(uint256 caseId, Stage stage);
    error Slasher_TooEarly(uint256 allowedAt, uint256 time);
    // Equivocation.
    error Slasher_DifferentRounds(uint64 first, uint64 second);
    error Slasher_DifferentValidators(uint32 first, uint32 second);
    error Slasher_SameVector(uint64 round);
    error Slasher_AlreadyTombstoned(uint32 validatorId);
    // Deviation and capture.
    error Slasher_UnknownFeed(uint256 feed, uint256 feeds);
    error Slasher_RoundNotKept(uint64 round);
    error Slasher_WrongSet(uint32 given, uint32 expected);
    error Slasher_NotSeated(uint32 validatorId, uint32 setId);
    error Slasher_RetiredKey(address signer, address seated);
    error Slasher_NotInRound(uint32 validatorId, uint64 round);
    error Slasher_RoundNotClean(uint256 feed, uint64 round);
    error Slasher_Abstained(uint256 feed, uint64 round);
    error Slasher_WithinTolerance(uint256 deviationPpm, uint256 limitPpm);
    error Slasher_NoWitnessProof(uint256 source, uint80 roundId);
    /// @dev The witness round was older, or lasted longer, than the source's heartbeat: a dead witness agrees with anything.
    error Slasher_WitnessStale(uint256 source, uint80 roundId, uint256 age, uint256 heartbeat);
    error Slasher_WitnessDisagrees(uint256 witnessPrice, uint256 price);
    // Future dating.
    error Slasher_NotFuture(uint256 roundAt, uint256 limit);
    error Slasher_NoQuorum(uint64 round, uint256 signedWeightBps);
    error Slasher_AnchoredBefore(uint256 anchorLow, uint256 height);
    error Slasher_NotEarlier(uint256 quorumRoundAt, uint256 limit);
    // Capture.
    error Slasher_BadSpan(uint64 firstRound, uint64 lastRound);
    error Slasher_OutsideSpan(uint64 round, uint64 firstRound, uint64 lastRound);
    error Slasher_SignedOtherwise(uint256 signedPrice, uint256 price);
    error Slasher_RoundNotPublished(uint256 feed, uint64 round);
    error Slasher_TooManyWitnessRounds(uint256 given, uint256 limit);
    error Slasher_SameSource(uint256 source);
    error Slasher_NotTrueTime(uint256 source);
    error Slasher_WitnessGap(uint256 source, uint80 roundId, uint256 expectedAt);
    error Slasher_WitnessUncovered(uint256 source, uint256 coveredUntil, uint256 needed);
    error Slasher_WitnessRepeats(uint256 source, uint80 roundId, uint256 price);
    error Slasher_WitnessUnsteady(uint256 source, uint256 low, uint256 high);
    error Slasher_WitnessesApart(uint256 firstPrice, uint256 secondPrice);
    error Slasher_MedianHolds(uint64 round, uint256 price, uint256 witnessPrice);

    /// @notice F1: one validator signed two different vectors for one round, under any set, key or anchor.
    /// 5 % + 3x and never a validator again. The same vector with another anchor or set is no fault.
    /// @dev The round must lie between 7 days ago and the 15 min ahead that the oracle accepts.
    function submitEquivocation(
        PriceReport calldata first,
        bytes32 firstR,
        bytes32 firstVs,
        PriceReport calldata second,
        bytes32 secondR,
        bytes32 secondVs
    ) external returns (uint256 caseId);

    /// @notice F2: a seat of an accepted round priced `feed` further than max(5 %, 6 D) from the clean median. D is the
    /// feed's lagged dispersion, or the round's own, which counts up to 1.5 %.
    /// Charged at once when a witness agreed at acceptance; otherwise the bond is frozen for `confirmDeviation`.
    /// 1 % (more than 20 % off: 5 %) + 9x², jail for 24 h; one base per validator and 24 h.
    /// @dev The round must still be kept and be at most 4 days old, so that confirming ends within 7 days of the fault.
    function submitDeviation(
        PriceReport calldata report,
        bytes32 r,
        bytes32 vs,
        uint256 feed
    ) external returns (uint256 caseId);

    /// @notice Charges a waiting deviation, within 72 h, with a witness round that was fresh at the round's time and within
    /// 2 % of the median.
    function confirmDeviation(uint256 caseId, uint256 sourceIndex, uint80 roundId) external;

    /// @notice Ends a case that still waits after its time (72 h; accusations and captures 7 days) and unfreezes the bond.
    function release(uint256 caseId) external;

    /// @notice F3, first step: names a signed report whose round starts more than 10 min from now. Costs nothing yet: the
    /// chain's clock may lag after a halt, so it does not judge.
    function accuseFutureDating(PriceReport calldata report, bytes32 r, bytes32 vs) external returns (uint256 caseId);

    /// @notice F3, second step, within 7 days: a quorum that had seen the accusing block still dated its round more than
    /// 10 min before the signed one. 1 % and jail for 24 h; one base per validator and 24 h of accusations.
    function convictFutureDating(uint256 caseId, uint64 quorumRound) external;

    /// @notice F5: freezes the bond of a validator that signed within 2 % of a median which was more than 8 % off two
    /// witnesses for at least 10 min. Released after 7 days; this version takes no money for it.
    function submitCapture(
        PriceReport calldata report,
        bytes32 r,
        bytes32 vs,
        CaptureProof calldata proof
    ) external returns (uint256 caseId);

    /// @notice Takes the correlated part of a charged case, 14 days after the end of the day of the fault.
    function finalize(uint256 caseId) external returns (uint256 taken);

    // Reads.
    /// @notice Id of a case. `key` is the round of the fault; for a capture the day, unix time divided by one day.
    function caseIdOf(Fault fault, uint32 validatorId, uint64 key) external pure returns (uint256 caseId);
    /// @notice A case, and what it needs while it waits; zeros for an unknown id.
    function caseOf(uint256 caseId) external view returns (Case memory, Pending memory);
    /// @notice First moment at which `finalize` is allowed for a case of an equivocation or a deviation.
    function finalizableAt(uint256 caseId) external pure returns (uint256);
    /// @notice x as it stands: distinct faulty share of the class within seven days of `day`, in 1/65,536.
    function faultyShareAround(Fault fault, uint256 day) external view returns (uint256);
}
