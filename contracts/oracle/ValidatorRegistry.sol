// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManaged } from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { EIP712 } from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import { SignatureChecker } from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IRewardPot } from "../interfaces/IRewardPot.sol";
import { ISlashEscrow } from "../interfaces/ISlashEscrow.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";
import { SEATS } from "../shared/OracleTypes.sol";
import { RegistryReads } from "./RegistryReads.sol";
import { EpochDuty } from "./libraries/EpochDuty.sol";
import { JailTerm } from "./libraries/JailTerm.sol";
import { MAXIMUM_STANDBYS, NO_SEAT, Record } from "./libraries/RegistryState.sol";
import { NominalWeight } from "./libraries/NominalWeight.sol";
import { RollingDay } from "./libraries/RollingDay.sol";
import { SetBuilder } from "./libraries/SetBuilder.sol";
import { Standbys } from "./libraries/Standbys.sol";
import { WeightMath } from "./libraries/WeightMath.sol";

/// @title Validator registry
/// @notice See {IValidatorRegistry}. Bonds, keys and states live here; what a set is and what an epoch costs is computed in
/// libraries. Every bond is here until it is slashed to the escrow or withdrawn by its owner.
contract ValidatorRegistry is RegistryReads, AccessManaged, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20Metadata;

    bytes32 private constant _PROOF_TYPE_HASH = keccak256("SignerProof(address withdrawal,address signer)");
    uint256 private constant _UNBONDING_SECONDS = 21 days;
    uint256 private constant _STALL_SECONDS = 24 hours;
    uint256 private constant _REFILL_SECONDS = 24 hours;
    uint256 private constant _DOWNTIME_JAIL_SECONDS = 6 hours;
    /// @dev Minimum bond, in whole bond tokens.
    uint256 private constant _MINIMUM_BOND_LOWEST = 1_000;
    uint256 private constant _MINIMUM_BOND_HIGHEST = 10_000_000;

    IERC20Metadata private immutable _token;
    IPriceOracle public immutable oracle;
    IRewardPot public immutable rewardPot;
    ISlashEscrow public immutable escrow;
    uint256 public immutable targetSize;
    /// @notice Bond token units in one unit of weight.
    uint256 public immutable weightUnit;
    /// @notice Pay for closing an epoch, in reward token units.
    uint256 public immutable epochReward;
    address private immutable _deployer = msg.sender;

    modifier onlySlasher() {
        require(msg.sender == _state.slasher, ValidatorRegistry_Unauthorized(msg.sender, 0));
        _;
    }

    constructor(
        IERC20Metadata token,
        IPriceOracle oracle_,
        IRewardPot rewardPot_,
        ISlashEscrow escrow_,
        uint256 targetSize_,
        uint128 minimumBond_,
        uint256 epochReward_,
        address authority
    ) AccessManaged(authority) EIP712("Ballast Validator Registry", "1") {
        require(
            targetSize_ >= WeightMath.MINIMUM_MEMBERS && targetSize_ <= SEATS,
            ValidatorRegistry_BadTargetSize(targetSize_, WeightMath.MINIMUM_MEMBERS, SEATS)
        );
        _token = token;
        oracle = oracle_;
        rewardPot = rewardPot_;
        escrow = escrow_;
        targetSize = targetSize_;
        epochReward = epochReward_;
        weightUnit = 10 ** token.decimals();
        _state.epochStartedAt = uint40(block.timestamp);
        _setMinimumBond(minimumBond_);
    }

    /// @notice Names the slasher, once and for ever. Only the deployer.
    function wire(address slasher_) external {
        require(msg.sender == _deployer && _state.slasher == address(0), ValidatorRegistry_Unauthorized(msg.sender, 0));
        require(slasher_ != address(0), ValidatorRegistry_ZeroAddress());
        _state.slasher = slasher_;
    }

    /// @inheritdoc IValidatorRegistry
    function register(
        address withdrawal,
        address signer,
        uint128 bond,
        uint16 domain,
        bytes calldata signerProof
    ) external nonReentrant returns (uint32 validatorId) {
        require(withdrawal != address(0), ValidatorRegistry_ZeroAddress());
        require(bond >= _state.minimumBond, ValidatorRegistry_BondTooSmall(bond, _state.minimumBond));
        _checkBondSize(bond);
        validatorId = ++_state.count;
        _claimKey(validatorId, withdrawal, signer, signerProof);

        Record storage record = _state.records[validatorId];
        record.withdrawal = withdrawal;
        record.signer = signer;
        record.domain = domain;
        record.bond = uint96(bond);
        record.seat = NO_SEAT;
        _enterStandby(validatorId, record, bond);
        emit Registered(validatorId, withdrawal, signer, domain, bond);

        _pull(bond);
    }

    /// @inheritdoc IValidatorRegistry
    function topUp(uint32 validatorId, uint128 amount) external nonReentrant {
        Record storage record = _known(validatorId);
        State state = record.state;
        bool mayGrow = state == State.Standby || state == State.Active || state == State.Jailed;
        require(mayGrow, ValidatorRegistry_WrongState(validatorId, state));
        uint256 bond = uint256(record.bond) + amount;
        _checkBondSize(bond);

        record.bond = uint96(bond);
        if (state == State.Active) _state.dirty = true;
        emit BondAdded(msg.sender, validatorId, amount, bond);

        _pull(amount);
    }

    /// @inheritdoc IValidatorRegistry
    function rotateSigner(uint32 validatorId, address newSigner, bytes calldata signerProof) external {
        Record storage record = _owned(validatorId);
        State state = record.state;
        require(
            state == State.Standby || state == State.Active || state == State.Jailed,
            ValidatorRegistry_WrongState(validatorId, state)
        );
        _claimKey(validatorId, record.withdrawal, newSigner, signerProof);
        if (record.seat == NO_SEAT) {
            emit SignerAnnounced(validatorId, record.signer, newSigner);
            // A key announced before the seat was lost must not come back over this one.
            (record.signer, record.rotates) = (newSigner, false);
        } else {
            (record.nextSigner, record.rotates) = (newSigner, true);
            _state.dirty = true;
            emit SignerAnnounced(validatorId, record.signer, newSigner);
        }
    }

    /// @inheritdoc IValidatorRegistry
    function requestExit(uint32 validatorId) external {
        Record storage record = _owned(validatorId);
        State state = record.state;
        require(
            state == State.Standby || state == State.Active || state == State.Jailed,
            ValidatorRegistry_WrongState(validatorId, state)
        );
        // Whoever still holds a seat spends the day's exits, a jailed one too: otherwise selfJail would be the way around.
        if (record.seat < SEATS) _spendExit(record);
        if (state == State.Standby) Standbys.remove(_state, validatorId);

        // Standbys wait as well: borrowed bonds could otherwise evict every standby and leave in the same transaction.
        record.exitableAt = uint32(block.timestamp + _UNBONDING_SECONDS);
        _setState(validatorId, record, State.Exiting, record.exitableAt);
    }

    /// @inheritdoc IValidatorRegistry
    function withdraw(uint32 validatorId) external nonReentrant returns (uint256 amount) {
        Record storage record = _known(validatorId);
        bool leaving = record.state == State.Exiting || record.state == State.Tombstoned;
        require(
            leaving && block.timestamp >= record.exitableAt,
            ValidatorRegistry_NotExitable(validatorId, leaving ? record.exitableAt : type(uint32).max)
        );
        require(record.frozen == 0, ValidatorRegistry_Frozen(validatorId, record.frozen));

        amount = record.bond;
        record.bond = 0;
        emit Withdrawn(msg.sender, validatorId, record.withdrawal, amount);

        if (amount != 0) _token.safeTransfer(record.withdrawal, amount);
    }

    /// @inheritdoc IValidatorRegistry
    function selfJail(uint32 validatorId) external {
        Record storage record = _known(validatorId);
        bool authorized =
            msg.sender == record.withdrawal ||
                msg.sender == record.signer ||
                (record.rotates && msg.sender == record.nextSigner);
        require(authorized, ValidatorRegistry_Unauthorized(msg.sender, validatorId));
        require(record.state == State.Active, ValidatorRegistry_WrongState(validatorId, record.state));

        record.jailedUntil = uint40(block.timestamp);
        _setState(validatorId, record, State.Jailed, record.jailedUntil);
    }

    /// @inheritdoc IValidatorRegistry
    function rejoin(uint32 validatorId) external {
        Record storage record = _owned(validatorId);
        require(record.state == State.Jailed, ValidatorRegistry_WrongState(validatorId, record.state));
        require(block.timestamp >= record.jailedUntil, ValidatorRegistry_StillJailed(validatorId, record.jailedUntil));
        require(record.bond >= _state.minimumBond, ValidatorRegistry_BondTooSmall(record.bond, _state.minimumBond));

        _enterStandby(validatorId, record, record.bond);
    }

    /// @inheritdoc IValidatorRegistry
    function closeEpoch() external nonReentrant {
        uint256 nominal = NominalWeight.value(_state.nominal);
        EpochDuty.Closing memory closing = EpochDuty.close(_state, oracle);
        _allot(closing.inBand, closing.points);
        for (uint256 i = 0; i < closing.absences.length; ++i) {
            // A jail first: what is slashed from an active bond would count as lost stake twice.
            _jail(closing.absences[i].validatorId, _DOWNTIME_JAIL_SECONDS);
            _slash(closing.absences[i].validatorId, closing.absences[i].penalty, msg.sender, block.timestamp);
        }
        bool built = _build(false, closing.due);
        bool moved = EpochDuty.passNominal(_state, oracle, nominal, built);
        // Before the first set, and while no quorum is possible, only new members or a lower nominal weight count.
        require(closing.due || built || moved, ValidatorRegistry_EpochNotDue(closing.rounds, closing.age));
        rewardPot.credit(msg.sender, epochReward);
    }

    /// @inheritdoc IValidatorRegistry
    function declareStalled() external {
        uint256 signedAt = oracle.lastSignedAt();
        // Before the first round the set has been silent since its epoch began.
        uint256 since = signedAt == 0 ? _state.epochStartedAt : signedAt;
        bool stalled = _state.setId != 0 && block.timestamp > since + _STALL_SECONDS;
        bool fresh = _state.stallDeclaredAt == 0 || signedAt > _state.stallDeclaredAt;
        require(stalled && fresh, ValidatorRegistry_NotStalled(signedAt, _state.stallDeclaredAt));

        _state.stallDeclaredAt = uint40(block.timestamp);
        _state.checkedIn = 0;

        emit StallDeclared(msg.sender, signedAt);

        rewardPot.credit(msg.sender, epochReward); // at most once a day, like its enforcement
    }

    /// @inheritdoc IValidatorRegistry
    function checkIn(uint32 validatorId) external {
        Record storage record = _known(validatorId);
        bool authorized = msg.sender == record.withdrawal || msg.sender == record.signer;
        require(authorized, ValidatorRegistry_Unauthorized(msg.sender, validatorId));
        require(
            record.state == State.Active && record.seat < SEATS,
            ValidatorRegistry_WrongState(validatorId, record.state)
        );

        _state.checkedIn |= uint32(1 << record.seat);

        emit CheckedIn(validatorId);
    }

    /// @inheritdoc IValidatorRegistry
    function enforceStall() external nonReentrant {
        uint256 declaredAt = _state.stallDeclaredAt;
        uint256 signedAt = oracle.lastSignedAt();
        bool due = declaredAt != 0 && signedAt < declaredAt && block.timestamp > declaredAt + _STALL_SECONDS;
        require(due, ValidatorRegistry_NotStalled(signedAt, declaredAt));

        uint256 masked = 0;
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint32 id = _state.seats[seat];
            if (id == 0 || (_state.checkedIn >> seat) & 1 != 0) continue;
            Record storage record = _state.records[id];
            if (record.state != State.Active) continue;
            masked |= 1 << seat;
            record.jailedUntil = uint40(block.timestamp);
            _emitState(id, record, State.Jailed, block.timestamp);
        }
        _state.stallDeclaredAt = 0;
        uint256 nominal = NominalWeight.value(_state.nominal);
        (uint256 inBand, uint256 points) = EpochDuty.abandon(_state, oracle);
        _allot(inBand, points);
        _mask(masked);
        EpochDuty.passNominal(_state, oracle, nominal, _build(true, true));

        emit StallEnforced(msg.sender, masked);

        rewardPot.credit(msg.sender, epochReward);
    }

    /// @inheritdoc IValidatorRegistry
    function slash(
        uint32 validatorId,
        uint256 amount,
        address reporter,
        uint64 faultAt
    ) external onlySlasher nonReentrant returns (uint256 taken) {
        return _slash(validatorId, amount, reporter, faultAt);
    }

    /// @inheritdoc IValidatorRegistry
    function punish(Sentence calldata sentence) external onlySlasher nonReentrant returns (uint256 taken) {
        uint32 id = sentence.validatorId;
        if (sentence.jailSeconds == type(uint64).max) _tombstone(id);
        else if (sentence.jailSeconds != 0) _jail(id, sentence.jailSeconds);
        taken = _slash(id, sentence.amount, sentence.reporter, sentence.faultAt);
        if (sentence.frozen != 0) _freeze(id, sentence.frozen);
    }

    /// @inheritdoc IValidatorRegistry
    function freeze(uint32 validatorId, uint256 amount) external onlySlasher returns (uint256 frozen) {
        return _freeze(validatorId, amount);
    }

    /// @inheritdoc IValidatorRegistry
    function unfreeze(uint32 validatorId, uint256 amount) external onlySlasher {
        Record storage record = _known(validatorId);
        uint256 frozen = record.frozen > amount ? record.frozen - amount : 0;
        emit BondFrozen(validatorId, record.frozen, frozen);
        record.frozen = uint96(frozen);
    }

    /// @inheritdoc IValidatorRegistry
    function jail(uint32 validatorId, uint64 duration) external onlySlasher {
        _jail(validatorId, duration);
    }

    /// @inheritdoc IValidatorRegistry
    function tombstone(uint32 validatorId) external onlySlasher {
        _tombstone(validatorId);
    }

    /// @notice Lowering the minimum bond is loosening; raising it must leave two thirds of the weight in the set.
    function setMinimumBond(uint128 newMinimum) external restricted {
        require(newMinimum >= _state.minimumBond || !oracle.anyTrigger(), ValidatorRegistry_TriggerActive());
        if (newMinimum > _state.minimumBond) SetBuilder.requireMostStay(_state, newMinimum);
        _setMinimumBond(newMinimum);
        _state.dirty = true;
    }

    /// @inheritdoc IValidatorRegistry
    function bondToken() external view returns (address) {
        return address(_token);
    }

    function _known(uint32 validatorId) private view returns (Record storage record) {
        record = _state.records[validatorId];
        require(record.state != State.None, ValidatorRegistry_UnknownValidator(validatorId, _state.count));
    }

    function _owned(uint32 validatorId) private view returns (Record storage record) {
        record = _known(validatorId);
        require(msg.sender == record.withdrawal, ValidatorRegistry_Unauthorized(msg.sender, validatorId));
    }

    function _checkBondSize(uint256 bond) private view {
        uint256 maximum = Math.min(uint256(type(uint32).max) * weightUnit, type(uint96).max);
        require(bond <= maximum, ValidatorRegistry_BondTooLarge(bond, maximum));
    }

    function _claimKey(uint32 validatorId, address withdrawal, address signer, bytes calldata proof) private {
        require(signer != address(0), ValidatorRegistry_ZeroAddress());
        uint32 owner = _state.owners[signer];
        require(owner == 0, ValidatorRegistry_KeyUsed(signer, owner));
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(_PROOF_TYPE_HASH, withdrawal, signer)));
        require(SignatureChecker.isValidSignatureNow(signer, digest, proof), ValidatorRegistry_BadProof(signer));
        _state.owners[signer] = validatorId;
    }

    function _pull(uint256 amount) private {
        uint256 before = _token.balanceOf(address(this));
        _token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = _token.balanceOf(address(this)) - before;
        require(received == amount, ValidatorRegistry_WrongAmountReceived(received, amount));
    }

    /// @dev A full list gives way to a larger bond; who is pushed out leaves at once if it never sat in a set.
    function _enterStandby(uint32 validatorId, Record storage record, uint256 bond) private {
        if (_state.standbys.length == MAXIMUM_STANDBYS) _evictSmallest(bond);
        _state.standbys.push(validatorId);
        _emitState(validatorId, record, State.Standby, 0);
    }

    function _evictSmallest(uint256 bond) private {
        (uint32 evicted, uint256 smallest, uint256 index) = Standbys.smallest(_state);
        require(bond > smallest, ValidatorRegistry_StandbyFull(bond, smallest));
        Standbys.removeAt(_state, index);
        Record storage record = _state.records[evicted];
        record.exitableAt = uint32(block.timestamp + (record.seated ? _UNBONDING_SECONDS : 0));
        _emitState(evicted, record, State.Exiting, record.exitableAt);
    }

    /// @dev A state that leaves Active stops counting at once.
    function _setState(uint32 validatorId, Record storage record, State newState, uint256 until) private {
        bool wasActive = record.state == State.Active;
        _emitState(validatorId, record, newState, until);
        if (wasActive) {
            _noteLoss(record.seat < SEATS ? _state.weights[record.seat] : 0);
            if (record.seat < SEATS) _mask(1 << record.seat);
        }
    }

    function _emitState(uint32 validatorId, Record storage record, State newState, uint256 until) private {
        emit StateChanged(validatorId, record.state, newState, until);
        record.state = newState;
        if (record.seat < SEATS) _state.dirty = true;
    }

    /// @dev Sets rewards aside for who was in band.
    function _allot(uint256 inBand, uint256 points) private {
        if (inBand != 0) rewardPot.allotEpoch(_state.setId, inBand, points);
    }

    /// @dev Seats that stop counting; a set's mask is lifted only by the next set.
    function _mask(uint256 bits) private {
        if (_state.setId == 0 || bits == 0) return;
        _state.mask |= uint32(bits);
        oracle.setMask(_state.mask);
    }

    function _spendExit(Record storage record) private {
        uint256 nominal = NominalWeight.value(_state.nominal);
        if (nominal == 0 || record.seat >= SEATS) return;
        uint256 wanted = (uint256(_state.weights[record.seat]) * 1000 + nominal - 1) / nominal;
        uint256 used = RollingDay.sum(_state.exited, block.timestamp);
        require(
            used + wanted <= SetBuilder.CHURN_PERMILLE,
            ValidatorRegistry_ExitsExhausted(used, wanted, SetBuilder.CHURN_PERMILLE)
        );
        _state.exited = RollingDay.add(_state.exited, wanted, block.timestamp);
    }

    function _noteLoss(uint256 weight) private {
        uint256 nominal = NominalWeight.value(_state.nominal);
        if (nominal == 0 || weight == 0) return;
        uint256 permille = (weight * 1000 + nominal - 1) / nominal;
        _state.lost = RollingDay.add(_state.lost, permille, block.timestamp);
    }

    function _slash(
        uint32 validatorId,
        uint256 amount,
        address reporter,
        uint256 faultAt
    ) private returns (uint256 taken) {
        Record storage record = _known(validatorId);
        taken = amount < record.bond ? amount : record.bond;
        if (taken == 0) return 0;
        record.bond -= uint96(taken);
        if (record.seat < SEATS) _state.dirty = true;
        if (record.state == State.Active) _noteLoss(taken / weightUnit);
        emit BondSlashed(validatorId, taken, record.bond, reporter);

        _token.safeTransfer(address(escrow), taken);
        escrow.record(validatorId, taken, reporter, uint64(faultAt));
    }

    function _freeze(uint32 validatorId, uint256 amount) private returns (uint256 frozen) {
        Record storage record = _known(validatorId);
        uint256 before = record.frozen;
        frozen = Math.min(before + amount, type(uint96).max);
        emit BondFrozen(validatorId, before, frozen);
        record.frozen = uint96(frozen);
    }

    function _tombstone(uint32 validatorId) private {
        Record storage record = _known(validatorId);
        State state = record.state;
        if (state == State.Tombstoned) return;
        if (state == State.Standby) Standbys.remove(_state, validatorId);
        if (state != State.Exiting) record.exitableAt = uint32(block.timestamp + _UNBONDING_SECONDS);
        _setState(validatorId, record, State.Tombstoned, record.exitableAt);
    }

    function _jail(uint32 validatorId, uint256 duration) private {
        Record storage record = _known(validatorId);
        State state = record.state;
        if (state == State.Exiting || state == State.Tombstoned) return;
        uint256 until = JailTerm.book(record, duration);
        if (state == State.Standby) Standbys.remove(_state, validatorId);
        _setState(validatorId, record, State.Jailed, until);
    }

    /// @dev Builds the next set when something changed or a seat is free. @return built Whether one was installed.
    function _build(bool stalled, bool due) private returns (bool built) {
        bool hasRoom = _state.members < targetSize && _state.standbys.length != 0;
        if (!stalled && !_state.dirty && !hasRoom) return false;
        bool wasRefill;
        (built, wasRefill) = SetBuilder.build(_state, oracle, weightUnit, targetSize, stalled, due);
        if (wasRefill) {
            _state.refilledAt = uint40(block.timestamp);
            oracle.requireWitnessUntil(uint64(block.timestamp + _REFILL_SECONDS));
        }
    }

    function _setMinimumBond(uint128 newMinimum) private {
        (uint256 lowest, uint256 highest) = (_MINIMUM_BOND_LOWEST * weightUnit, _MINIMUM_BOND_HIGHEST * weightUnit);
        require(
            newMinimum >= lowest && newMinimum <= highest,
            ValidatorRegistry_BadMinimumBond(newMinimum, lowest, highest)
        );
        emit MinimumBondChanged(_state.minimumBond, newMinimum);
        _state.minimumBond = newMinimum;
    }
}
