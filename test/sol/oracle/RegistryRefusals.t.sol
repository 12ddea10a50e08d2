// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { ValidatorRegistry } from "../../../contracts/oracle/ValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice Who may not do what to whom: every function against strangers, unknown numbers and states that do not fit.
contract RegistryRefusalsTest is RegistryBench {
    uint32 private constant _NOBODY = 99;

    function setUp() external {
        _deploy(7);
    }

    function _refused(bytes memory call, bytes memory reason) private {
        (bool ok, bytes memory answer) = address(registry).call(call);
        require(!ok, "accepted");
        require(keccak256(answer) == keccak256(reason), "refused for another reason");
    }

    function _refusedToStranger(bytes memory call, uint32 id) private {
        vm.prank(STRANGER);
        _refused(call, abi.encodeWithSelector(Registry.ValidatorRegistry_Unauthorized.selector, STRANGER, id));
    }

    /// Calls of an owner upon his validator.
    function _ownersCalls(uint32 id) private view returns (bytes[3] memory) {
        return
            [
                abi.encodeCall(registry.rotateSigner, (id, address(77), "")),
                abi.encodeCall(registry.requestExit, (id)),
                abi.encodeCall(registry.rejoin, (id))
            ];
    }

    /// Calls of the slasher upon a validator.
    function _slashersCalls(uint32 id) private view returns (bytes[6] memory) {
        return
            [
                abi.encodeCall(registry.slash, (id, 1, STRANGER, 0)),
                abi.encodeCall(registry.punish, (Registry.Sentence(id, 1, 0, STRANGER, 1, 1))),
                abi.encodeCall(registry.freeze, (id, 1)),
                abi.encodeCall(registry.unfreeze, (id, 1)),
                abi.encodeCall(registry.jail, (id, 1)),
                abi.encodeCall(registry.tombstone, (id))
            ];
    }

    function _refusedIn(uint32 id, Registry.State state, bytes memory call) private {
        _refused(call, abi.encodeWithSelector(Registry.ValidatorRegistry_WrongState.selector, id, state));
    }

    // ---- Deployment

    function test_RevertWhen_DeployedWithAMinimumBondOutOfBounds() external {
        uint128[2] memory minimums = [999 * UNIT, 10_000_001 * UNIT];
        for (uint256 i = 0; i < minimums.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    Registry.ValidatorRegistry_BadMinimumBond.selector,
                    minimums[i],
                    1_000 * UNIT,
                    10_000_000 * uint256(UNIT)
                )
            );
            _registryWith(minimums[i]);
        }
    }

    function test_RevertWhen_WiredTwiceOrByAStranger() external {
        _refused(
            abi.encodeCall(registry.wire, (STRANGER)),
            abi.encodeWithSelector(Registry.ValidatorRegistry_Unauthorized.selector, address(this), uint32(0))
        );
        registry = _registryWith(MINIMUM);
        _refusedToStranger(abi.encodeCall(registry.wire, (STRANGER)), 0);
        registry.wire(address(this));
        require(registry.slasher() == address(this), "the deployer may, once");
    }

    function _registryWith(uint128 minimum) private returns (ValidatorRegistry) {
        return
            new ValidatorRegistry(
                IERC20Metadata(address(token)),
                IPriceOracle(address(oracle)),
                pot,
                escrow,
                7,
                minimum,
                EPOCH_REWARD,
                address(this)
            );
    }

    // ---- Who calls

    function test_RevertWhen_AStrangerCallsForAnOwner() external {
        uint32 id = _join(BOND);
        bytes[3] memory calls = _ownersCalls(id);
        for (uint256 i = 0; i < calls.length; ++i) _refusedToStranger(calls[i], id);
        _refusedToStranger(abi.encodeCall(registry.selfJail, (id)), id);
        _refusedToStranger(abi.encodeCall(registry.checkIn, (id)), id);
    }

    function test_RevertWhen_AStrangerCallsForTheSlasher() external {
        bytes[6] memory calls = _slashersCalls(_join(BOND));
        for (uint256 i = 0; i < calls.length; ++i) _refusedToStranger(calls[i], 0);
    }

    function test_RevertWhen_NobodyHasThatNumber() external {
        _join(BOND);
        bytes memory reason = abi.encodeWithSelector(
            Registry.ValidatorRegistry_UnknownValidator.selector,
            _NOBODY,
            uint32(1)
        );
        bytes[3] memory owners = _ownersCalls(_NOBODY);
        for (uint256 i = 0; i < owners.length; ++i) _refused(owners[i], reason);
        bytes[6] memory slashers = _slashersCalls(_NOBODY);
        for (uint256 i = 0; i < slashers.length; ++i) _refused(slashers[i], reason);
        _refused(abi.encodeCall(registry.topUp, (_NOBODY, 1)), reason);
        _refused(abi.encodeCall(registry.withdraw, (_NOBODY)), reason);
        _refused(abi.encodeCall(registry.selfJail, (_NOBODY)), reason);
        _refused(abi.encodeCall(registry.checkIn, (_NOBODY)), reason);
    }

    // ---- In which state

    function test_RevertGiven_OneThatLeavesOrIsTombstoned() external {
        _joinMany(2, BOND);
        registry.requestExit(1);
        registry.tombstone(2);
        Registry.State[2] memory states = [Registry.State.Exiting, Registry.State.Tombstoned];
        for (uint32 id = 1; id <= 2; ++id) {
            bytes[3] memory calls = _ownersCalls(id);
            for (uint256 i = 0; i < calls.length; ++i) _refusedIn(id, states[id - 1], calls[i]);
            _refusedIn(id, states[id - 1], abi.encodeCall(registry.topUp, (id, 1)));
            _refusedIn(id, states[id - 1], abi.encodeCall(registry.selfJail, (id)));
            _refusedIn(id, states[id - 1], abi.encodeCall(registry.checkIn, (id)));
        }
    }

    function test_RevertGiven_AStandbyThatJailsItselfOrRejoins() external {
        uint32 id = _join(BOND);
        _refusedIn(id, Registry.State.Standby, abi.encodeCall(registry.selfJail, (id)));
        _refusedIn(id, Registry.State.Standby, abi.encodeCall(registry.rejoin, (id)));
    }

    // ---- With what

    function test_RevertWhen_TheKeyIsNobody() external {
        bytes memory reason = abi.encodeWithSelector(Registry.ValidatorRegistry_ZeroAddress.selector);
        uint32 id = _join(BOND);
        _refused(abi.encodeCall(registry.register, (address(this), address(0), BOND, 0, "")), reason);
        _refused(abi.encodeCall(registry.rotateSigner, (id, address(0), "")), reason);
    }

    function test_RevertWhen_AnAnnouncedKeysProofIsForAnotherOwner() external {
        uint32 id = _join(BOND);
        _refused(
            abi.encodeCall(registry.rotateSigner, (id, vm.addr(77), _proof(77, STRANGER))),
            abi.encodeWithSelector(Registry.ValidatorRegistry_BadProof.selector, vm.addr(77))
        );
    }

    function test_RevertWhen_ATopUpDoesNotFitAWeight() external {
        uint256 maximum = uint256(type(uint32).max) * UNIT;
        uint32 id = _join(BOND);
        _refused(
            abi.encodeCall(registry.topUp, (id, uint128(maximum) - BOND + 1)),
            abi.encodeWithSelector(Registry.ValidatorRegistry_BondTooLarge.selector, maximum + 1, maximum)
        );
    }

    function test_RevertWhen_RejoiningWithTooLittle() external {
        uint32 id = _join(BOND);
        registry.jail(id, 0);
        registry.slash(id, BOND - MINIMUM + 1, STRANGER, 0);
        _refused(
            abi.encodeCall(registry.rejoin, (id)),
            abi.encodeWithSelector(Registry.ValidatorRegistry_BondTooSmall.selector, MINIMUM - 1, MINIMUM)
        );
        registry.topUp(id, 1);
        registry.rejoin(id);
        require(_state(id) == Registry.State.Standby, "with the minimum");
    }

    function test_RevertWhen_RejoiningAFullListOfEqualBonds() external {
        uint32 id = _join(BOND);
        registry.jail(id, 0);
        _joinMany(32, BOND);
        _refused(
            abi.encodeCall(registry.rejoin, (id)),
            abi.encodeWithSelector(Registry.ValidatorRegistry_StandbyFull.selector, BOND, BOND)
        );
    }
}
