// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Validator registry
/// @notice Bonds, keys, states and sets of validators. Bond amounts in units of the bond token.
interface IValidatorRegistry {
    enum State {
        None,
        Standby,
        Active,
        Jailed,
        Exiting,
        Tombstoned
    }

    /// @param withdrawal Owns the bond; may differ from every signing key.
    /// @param signer Current signing key; old ones stay slashable for ever.
    /// @param seat Seat in the current set, 255 when none.
    /// @param domain Failure domain as declared: shown, never scales weight.
    struct Validator {
        address withdrawal;
        address signer;
        State state;
        uint8 seat;
        uint16 domain;
        uint128 bond;
        uint128 frozen;
        uint64 jailedUntil;
        uint64 exitableAt;
        uint8 strikes;
        uint64 lastStrikeAt;
    }

    /// @notice What the slasher asks about the owner of a key, in one call. Zeros when nobody ever owned it.
    /// @param setId The current set.
    /// @param weight In the current set, 0 when not seated; whole bond tokens, like `setWeight`, the sum of the set.
    struct Suspect {
        uint32 validatorId;
        State state;
        uint8 seat;
        uint128 bond;
        uint32 setId;
        uint64 weight;
        uint64 setWeight;
    }

    /// @notice What a proven fault costs, in one call.
    /// @param jailSeconds Term of jail, 0 for none; the maximum tombstones.
    /// @param amount Taken from the bond at once, as far as it is there.
    /// @param frozen Frozen of what is left, added to what is frozen already.
    struct Sentence {
        uint32 validatorId;
        uint64 jailSeconds;
        uint64 faultAt;
        address reporter;
        uint256 amount;
        uint256 frozen;
    }

    error ValidatorRegistry_Unauthorized(address caller, uint32 validatorId);
    error ValidatorRegistry_ZeroAddress();
    error ValidatorRegistry_UnknownValidator(uint32 given, uint32 count);
    error ValidatorRegistry_BondTooSmall(uint256 given, uint256 minimum);
    error ValidatorRegistry_BondTooLarge(uint256 given, uint256 maximum);
    /// @notice The token delivered another amount than it was asked for.
    error ValidatorRegistry_WrongAmountReceived(uint256 received, uint256 expected);
    /// @notice A signing key is unique for ever: otherwise one signature would count twice.
    error ValidatorRegistry_KeyUsed(address signer, uint32 validatorId);
    error ValidatorRegistry_BadProof(address signer);
    error ValidatorRegistry_StandbyFull(uint256 bond, uint256 smallest);
    error ValidatorRegistry_WrongState(uint32 validatorId, State given);
    error ValidatorRegistry_StillJailed(uint32 validatorId, uint256 until);
    error ValidatorRegistry_NotExitable(uint32 validatorId, uint256 exitableAt);
    error ValidatorRegistry_Frozen(uint32 validatorId, uint256 frozen);
    /// @notice Voluntary exits are at most a third of nominal weight in 24 h.
    error ValidatorRegistry_ExitsExhausted(uint256 usedPermille, uint256 wantedPermille, uint256 limitPermille);
    error ValidatorRegistry_EpochNotDue(uint256 rounds, uint256 age);
    error ValidatorRegistry_NotStalled(uint256 lastSignedAt, uint256 declaredAt);
    error ValidatorRegistry_BadMinimumBond(uint256 given, uint256 lowest, uint256 highest);
    /// @notice Raising the minimum bond would leave less than two thirds of the active weight in the set.
    error ValidatorRegistry_TooManyBelow(uint256 minimum, uint256 stayingWeight, uint256 activeWeight);
    error ValidatorRegistry_TriggerActive();
    error ValidatorRegistry_BadTargetSize(uint256 given, uint256 lowest, uint256 highest);

    event Registered(
        uint32 indexed validatorId,
        address indexed withdrawal,
        address indexed signer,
        uint16 domain,
        uint256 bond
    );
    event BondAdded(address indexed from, uint32 indexed validatorId, uint256 amount, uint256 bond);
    event SignerAnnounced(uint32 indexed validatorId, address indexed oldSigner, address indexed newSigner);
    event StateChanged(uint32 indexed validatorId, State oldState, State newState, uint256 until);
    event BondSlashed(uint32 indexed validatorId, uint256 amount, uint256 bond, address indexed reporter);
    event BondFrozen(uint32 indexed validatorId, uint256 oldFrozen, uint256 newFrozen);
    event Withdrawn(address indexed caller, uint32 indexed validatorId, address to, uint256 amount);
    event DowntimeFaulted(uint32 indexed validatorId, uint256 strikes, uint256 participated, uint256 rounds);
    event EpochClosed(address indexed caller, uint64 indexed epoch, uint32 indexed setId, uint256 rounds);
    event SetBuilt(uint32 indexed setId, uint256 members, uint256 totalWeight, uint256 nominalWeight);
    event StallDeclared(address indexed caller, uint256 lastSignedAt);
    event CheckedIn(uint32 indexed validatorId);
    event StallEnforced(address indexed caller, uint256 masked);
    event MinimumBondChanged(uint256 oldMinimum, uint256 newMinimum);

    // Anyone.
    /// @notice Bonds a new validator, who waits as a standby for the next set. Pulls the bond from the caller, exactly: a token that
    /// delivers less is refused. A full list of 32 standbys gives way to a larger bond.
    /// @param withdrawal Owns the bond for ever and alone may rotate keys, rejoin and ask to leave.
    /// @param bond Units of the bond token, at least the minimum and below 2^32 whole tokens.
    /// @param domain Failure domain as declared: shown, never scales weight.
    /// @param signerProof EIP-712 `SignerProof(address withdrawal,address signer)` by `signer` (a contract by ERC-1271), so that nobody
    /// registers the key of somebody else.
    /// @return validatorId From 1 on.
    function register(
        address withdrawal,
        address signer,
        uint128 bond,
        uint16 domain,
        bytes calldata signerProof
    ) external returns (uint32 validatorId);
    /// @notice Adds to a bond; anyone's call and money. Counts from the next set on. Not for who is leaving or tombstoned.
    function topUp(uint32 validatorId, uint128 amount) external;
    /// @notice Announces another signing key: of a seat from the next set on, else at once. Only the withdrawal address. No key that was
    /// ever used comes back, and the old one stays slashable.
    function rotateSigner(uint32 validatorId, address newSigner, bytes calldata signerProof) external;
    /// @notice Takes a seat out of the count at once: for a key that is stolen or a machine that is broken. By the withdrawal address, the
    /// signing key or the announced one; costs nothing but the seat until `rejoin`.
    function selfJail(uint32 validatorId) external;
    /// @notice Back among the standbys, once the term of jail is over and the bond is at least the minimum. Only the withdrawal address.
    function rejoin(uint32 validatorId) external;
    /// @notice Stops counting at once and starts 21 days of unbonding, in which faults are still punished. Only the withdrawal address. Seats
    /// share a third of nominal weight a day.
    function requestExit(uint32 validatorId) external;
    /// @notice Pays the whole bond to the withdrawal address, 21 days after it asked to leave, unless some of it is frozen. Anyone's call.
    /// @return amount Units of the bond token.
    function withdraw(uint32 validatorId) external returns (uint256 amount);
    /// @notice Counts participation, sets rewards aside, jails and fines absence, and builds the next set. Anyone's call, for a reward, once
    /// an epoch has 240 rounds or a day has passed; without a set, or where no quorum is possible, as soon as it changes something.
    function closeEpoch() external;
    /// @notice Says that the set has signed nothing for 24 h, and asks who is there. Anyone's call, for a reward.
    function declareStalled() external;
    /// @notice Answers a declared stall: a seat that checked in is not masked. By the withdrawal address or the signing key.
    function checkIn(uint32 validatorId) external;
    /// @notice 24 h after a stall was declared, still without a round: jails who did not check in, fills the set from the standbys without
    /// bound, and asks a witness of every price for a day. Anyone's call, for a reward.
    function enforceStall() external;

    // Only the slasher.
    /// @notice Takes up to `amount` from the bond to the escrow. @return taken What was left to take.
    function slash(
        uint32 validatorId,
        uint256 amount,
        address reporter,
        uint64 faultAt
    ) external returns (uint256 taken);
    /// @notice Blocks any withdrawal of `amount` until unfrozen; frozen amounts add up.
    function freeze(uint32 validatorId, uint256 amount) external returns (uint256 frozen);
    /// @notice Takes `amount` off what is frozen, at most all of it.
    function unfreeze(uint32 validatorId, uint256 amount) external;
    /// @notice Stops a seat or standby from counting for `duration` seconds; the third jailing within 30 days lasts a week at least, and no
    /// term shortens another.
    function jail(uint32 validatorId, uint64 duration) external;
    /// @notice Jail for ever: the key never counts again, and the bond, as far as nothing else is taken of it, may be withdrawn after 21 days.
    function tombstone(uint32 validatorId) external;
    /// @notice Jails or tombstones, then slashes, then freezes: a bond that stopped counting first is lost stake once.
    function punish(Sentence calldata sentence) external returns (uint256 taken);

    // Reads.
    /// @notice Validator that ever owned `signer`, 0 when none.
    function validatorOf(address signer) external view returns (uint32);
    /// @notice Reverts for an unknown id.
    function validator(uint32 validatorId) external view returns (Validator memory);
    /// @notice What the slasher asks about whoever owns or ever owned `signer`.
    function suspectOf(address signer) external view returns (Suspect memory);
    /// @notice Token of the bonds.
    function bondToken() external view returns (address);
    /// @notice Number of the set that signs now, 0 before the first.
    function currentSet() external view returns (uint32 setId);
    /// @notice Epochs that were closed.
    function epoch() external view returns (uint64);
    /// @notice Stake slashed or leaving in the last 24 h, in bps of nominal weight: a breaker trigger.
    function stakeLossBps() external view returns (uint256);
    /// @notice Validators that ever registered; ids are 1 to this.
    function validatorCount() external view returns (uint32);
    /// @notice Least bond of a member, units of the bond token.
    function minimumBond() external view returns (uint256);
    /// @notice Validator in each seat of the current set, 0 for an empty seat.
    function seats() external view returns (uint32[32] memory);
    /// @notice Validators that wait for a seat, at most 32, in no order.
    function standbys() external view returns (uint32[] memory);
    /// @notice Time of the last refill of an empty or stalled set: ReduceOnly for 24 h from it.
    function refilledAt() external view returns (uint256);
    /// @notice Bonds of all seats that are active now, token units; the open-interest cap takes its third of them.
    function slashableStake() external view returns (uint256);
}
