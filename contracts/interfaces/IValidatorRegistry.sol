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

    // Anyone.
    function register(address withdrawal, address signer, uint128 bond, uint16 domain, bytes calldata signerProof)
        external
        returns (uint32 validatorId);
    function topUp(uint32 validatorId, uint128 amount) external;
    function rotateSigner(uint32 validatorId, address newSigner, bytes calldata signerProof) external;
    function selfJail(uint32 validatorId) external;
    function rejoin(uint32 validatorId) external;
    function requestExit(uint32 validatorId) external;
    function withdraw(uint32 validatorId) external returns (uint256 amount);
    function closeEpoch() external;
    function declareStalled() external;
    function checkIn(uint32 validatorId) external;
    function enforceStall() external;

    // Only the slasher.
    /// @notice Takes up to `amount` from the bond to the escrow. @return taken What was left to take.
    function slash(uint32 validatorId, uint256 amount, address reporter, uint64 faultAt) external returns (uint256 taken);
    /// @notice Blocks any withdrawal of `amount` until unfrozen; frozen amounts add up.
    function freeze(uint32 validatorId, uint256 amount) external returns (uint256 frozen);
    function unfreeze(uint32 validatorId, uint256 amount) external;
    function jail(uint32 validatorId, uint64 duration) external;
    function tombstone(uint32 validatorId) external;

    // Reads.
    /// @notice Validator that ever owned `signer`, 0 when none.
    function validatorOf(address signer) external view returns (uint32);
    function validator(uint32 validatorId) external view returns (Validator memory);
    function bondToken() external view returns (address);
    function currentSet() external view returns (uint32 setId);
    function epoch() external view returns (uint64);
    /// @notice Stake slashed or leaving in the last 24 h, in bps of nominal weight: a breaker trigger.
    function stakeLossBps() external view returns (uint256);
    /// @notice Bond that one third of the weight can lose, for the open-interest cap.
    function slashableStake() external view returns (uint256);
}
