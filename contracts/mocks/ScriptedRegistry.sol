// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { IValidatorRegistry } from "../interfaces/IValidatorRegistry.sol";

/// @title Scripted registry
/// @notice Plays the registry for the slasher's unit tests: the test writes validators, the slasher changes their bonds.
/// Its bond token has six decimals and is nothing but this contract's books.
contract ScriptedRegistry {
    uint8 public decimals = 6;
    uint32 public currentSet;
    mapping(address signer => uint32) public validatorOf;
    mapping(address reporter => uint256) public bountyOf;
    uint256 public insurance;
    uint64 public lastFaultAt;

    mapping(uint32 validatorId => IValidatorRegistry.Validator) private _validators;

    IPriceOracle private _oracle;

    /// @dev Whose current set says what a suspect weighs.
    function setOracle(IPriceOracle oracle) external {
        _oracle = oracle;
    }

    function setDecimals(uint8 decimals_) external {
        decimals = decimals_;
    }

    function setCurrentSet(uint32 setId) external {
        currentSet = setId;
    }

    function enroll(uint32 validatorId, address signer, uint8 seat, uint128 bond) external {
        IValidatorRegistry.Validator storage enrolled = _validators[validatorId];
        enrolled.signer = signer;
        enrolled.seat = seat;
        enrolled.bond = bond;
        enrolled.state = IValidatorRegistry.State.Active;
        validatorOf[signer] = validatorId;
    }

    function rotate(uint32 validatorId, address signer) external {
        _validators[validatorId].signer = signer;
        validatorOf[signer] = validatorId;
    }

    function slash(
        uint32 validatorId,
        uint256 amount,
        address reporter,
        uint64 faultAt
    ) public returns (uint256 taken) {
        uint128 bond = _validators[validatorId].bond;
        taken = amount > bond ? bond : amount;
        _validators[validatorId].bond = bond - uint128(taken);
        bountyOf[reporter] += taken / 10;
        insurance += taken - taken / 10;
        lastFaultAt = faultAt;
    }

    function punish(IValidatorRegistry.Sentence calldata sentence) external returns (uint256 taken) {
        if (sentence.jailSeconds == type(uint64).max) tombstone(sentence.validatorId);
        else if (sentence.jailSeconds != 0) jail(sentence.validatorId, sentence.jailSeconds);
        taken = slash(sentence.validatorId, sentence.amount, sentence.reporter, sentence.faultAt);
        if (sentence.frozen != 0) freeze(sentence.validatorId, sentence.frozen);
    }

    function freeze(uint32 validatorId, uint256 amount) public returns (uint256) {
        _validators[validatorId].frozen += uint128(amount);
        return amount;
    }

    function unfreeze(uint32 validatorId, uint256 amount) external {
        _validators[validatorId].frozen -= uint128(amount);
    }

    function jail(uint32 validatorId, uint64 duration) public {
        _validators[validatorId].state = IValidatorRegistry.State.Jailed;
        _validators[validatorId].jailedUntil = uint64(block.timestamp) + duration;
    }

    function tombstone(uint32 validatorId) public {
        _validators[validatorId].state = IValidatorRegistry.State.Tombstoned;
    }

    function bondToken() external view returns (address) {
        return address(this);
    }

    function suspectOf(address signer) external view returns (IValidatorRegistry.Suspect memory suspect) {
        uint32 id = validatorOf[signer];
        IValidatorRegistry.Validator storage found = _validators[id];
        (suspect.validatorId, suspect.state, suspect.seat, suspect.bond) = (id, found.state, found.seat, found.bond);
        (suspect.setId, suspect.setWeight) = (currentSet, _oracle.setWeight(currentSet));
        (, uint64 weight, uint32 occupant) = _oracle.seatAt(currentSet, found.seat);
        if (occupant == id) suspect.weight = weight;
    }

    function validator(uint32 validatorId) external view returns (IValidatorRegistry.Validator memory) {
        return _validators[validatorId];
    }
}
