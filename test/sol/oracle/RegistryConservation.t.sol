// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry as Registry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { RegistryBench } from "./RegistryBench.sol";

/// @notice Does anything a validator, a slasher or a stranger may do, and counts what went in and out.
contract RegistryHandler is RegistryBench {
    uint256 public deposited;
    uint256 public withdrawn;
    uint256 public slashed;
    uint256 public calls;

    constructor() {
        _deploy(7);
        for (uint256 i = 0; i < 9; ++i) {
            _join(BOND);
            deposited += BOND;
        }
        registry.closeEpoch();
    }

    function register(uint128 extra) external {
        uint128 bond = MINIMUM + (extra % BOND);
        _join(bond);
        deposited += bond;
    }

    function topUp(uint32 id, uint128 amount) external {
        amount %= BOND;
        registry.topUp(_pick(id), amount);
        deposited += amount;
    }

    function exit(uint32 id) external {
        registry.requestExit(_pick(id));
    }

    function withdraw(uint32 id) external {
        withdrawn += registry.withdraw(_pick(id));
    }

    function slash(uint32 id, uint128 amount) external {
        slashed += registry.slash(_pick(id), amount % (BOND / 2), address(this), uint64(clock));
    }

    function freeze(uint32 id, uint128 amount) external {
        registry.freeze(_pick(id), amount % BOND);
    }

    function unfreeze(uint32 id, uint128 amount) external {
        registry.unfreeze(_pick(id), amount);
    }

    function jail(uint32 id, uint16 time) external {
        registry.jail(_pick(id), time);
    }

    function tombstone(uint32 id) external {
        if (id % 4 == 0) registry.tombstone(_pick(id));
    }

    function rejoin(uint32 id) external {
        registry.rejoin(_pick(id));
    }

    function closeEpoch(uint32 absent) external {
        uint256 before = token.balanceOf(address(escrow));
        _close(absent & (absent >> 8));
        slashed += token.balanceOf(address(escrow)) - before;
        ++calls;
    }

    function warp(uint32 time) external {
        _pass(time % 10 days);
    }

    function check() external view {
        uint256 bonds = 0;
        for (uint32 id = 1; id <= registry.validatorCount(); ++id) {
            bonds += registry.validator(id).bond;
        }
        require(bonds + slashed + withdrawn == deposited, "bonds + slashed + withdrawn = deposited");
        require(token.balanceOf(address(registry)) == bonds, "the registry holds the bonds");
        require(token.balanceOf(address(escrow)) == slashed, "the escrow holds what was slashed");
    }

    function checkSeats() external view {
        uint32[32] memory seats = registry.seats();
        for (uint256 seat = 0; seat < 32; ++seat) {
            if (seats[seat] == 0) continue;
            bool counts = (oracle.mask() >> seat) & 1 == 0;
            require(counts == (_state(seats[seat]) == Registry.State.Active), "who counts is active");
            require(registry.validator(seats[seat]).seat == seat, "one seat each");
        }
        require(registry.standbys().length <= 32, "standbys bounded");
    }

    function _pick(uint32 id) private view returns (uint32) {
        return 1 + (id % registry.validatorCount());
    }
}

/// @notice Bond conservation, exact, whatever happens in whatever order.
contract RegistryConservationTest {
    RegistryHandler private _handler;

    function setUp() external {
        _handler = new RegistryHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariant_BondsAreConserved() external view {
        _handler.check();
    }

    function invariant_OnlyActiveSeatsCount() external view {
        _handler.checkSeats();
    }
}
