// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { AccessManager } from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IRiskManager } from "../../../contracts/interfaces/IRiskManager.sol";
import { ISlasher } from "../../../contracts/interfaces/ISlasher.sol";
import { IValidatorRegistry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { IWitnessRouter } from "../../../contracts/interfaces/IWitnessRouter.sol";
import { MockAggregator } from "../../../contracts/mocks/MockAggregator.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OddToken } from "../../../contracts/mocks/OddToken.sol";
import { CollateralKind, Parameters } from "../../../contracts/shared/ClearingTypes.sol";
import { NO_FEED } from "../../../contracts/shared/RiskTypes.sol";
import { House, World, vm } from "../clearing/ClearingWorld.sol";
import {
    BEGIN,
    BOND,
    CEILING,
    GUARDIAN,
    HEARTBEAT,
    Rooms,
    VALIDATORS,
    keyOf,
    reporterOf,
    withdrawalOf
} from "./ProtocolWorld.sol";

/// @dev What the deployer does once.
interface Wiring {
    function wire(address slasherOrRegistry) external;
    function wire(address registry, address witnessRouter) external;
    function wire(address registry, address witnessRouter, address riskManager) external;
    function enableRisk(address risk) external;
    function enableFeed(uint8 feed) external;
    function enableCollateral(address token, uint256 feed) external;
    function enableParameters(Parameters calldata parameters) external returns (uint256);
}

/// @notice The whole protocol, deployed and wired as in production. Afterwards nobody governs it: the guardian alone has a
/// role, and the deployer gave up his. The contracts come from their artifacts, libraries linked: what runs is the bytecode
/// that is deployed, and this file need not compile all of it once more.
abstract contract ProtocolBench {
    uint64 private constant _GUARDIAN_ROLE = 2;

    AccessManager private _authority;

    function _deploy() internal returns (World memory world, Rooms memory rooms) {
        vm.warp(BEGIN);
        vm.roll(BEGIN / 12);
        _authority = new AccessManager(address(this));
        world.dollar = new OddToken(6);
        world.coin = new MockToken("Coin", "WETH", 18);
        _deployOracle(world, rooms);
        _deployClearing(world, rooms);
        _handOver(world, rooms);
        for (uint256 i; i < VALIDATORS; ++i) _join(world, rooms, i);
    }

    function _create(string memory name, bytes memory arguments) private returns (address created) {
        bytes memory code = abi.encodePacked(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        require(created != address(0), name);
    }

    function _deployOracle(World memory world, Rooms memory rooms) private {
        address authority = address(_authority);
        address token = address(world.dollar);
        address anchor = _create("BlockHashAnchor", abi.encode(address(0x0000F90827F1C53a10cb7A02335B175320002935)));
        address oracle = _create("PriceOracle", abi.encode(anchor, HEARTBEAT, 5e5, authority));
        address pot = _create("RewardPot", abi.encode(token, oracle));
        address escrow = _create("SlashEscrow", abi.encode(token, authority));
        bytes memory settings = abi.encode(token, oracle, pot, escrow, 21, BOND / 2, 5e6, authority);
        address registry = _create("ValidatorRegistry", settings);
        address router = _create("WitnessRouter", abi.encode(oracle, pot, 1e6, authority));
        address slasher = _create("Slasher", abi.encode(registry, oracle, router, anchor));
        Wiring(oracle).wire(registry, router);
        Wiring(escrow).wire(registry);
        Wiring(registry).wire(slasher);
        rooms.oracle = IPriceOracle(oracle);
        rooms.oracle.addFeed("ETH / USD", 1e6);
        rooms.router = IWitnessRouter(router);
        for (uint256 i; i < 2; ++i) rooms.witnesses[i] = _addWitness(rooms.router);
        (rooms.registry, rooms.slasher) = (IValidatorRegistry(registry), ISlasher(slasher));
        (rooms.pot, rooms.escrow, world.rewardPot) = (pot, escrow, pot);
        settings = abi.encode(oracle, registry, pot, 1e6, NO_FEED, 6, 9_000, CEILING, authority);
        rooms.risk = IRiskManager(_create("RiskManager", settings));
        Wiring(pot).wire(registry, router, address(rooms.risk));
    }

    function _addWitness(IWitnessRouter router) private returns (MockAggregator witness) {
        witness = new MockAggregator(8, "ETH / USD");
        witness.push(3_000e8, BEGIN);
        IWitnessRouter.WitnessSource memory source;
        source.target = address(witness);
        (source.heartbeat, source.minimum, source.maximum) = (3_600, 10e8, 1_000_000e8);
        (source.thresholdBps, source.trueTime) = (50, true);
        router.addSource(0, source);
    }

    function _deployClearing(World memory world, Rooms memory rooms) private {
        bytes memory settings = abi.encode(
            rooms.oracle,
            rooms.pot,
            address(_authority),
            _create("BookModule", ""),
            _create("MoveModule", ""),
            _create("FillModule", ""),
            _create("SettlementModule", abi.encode(rooms.oracle, rooms.router)),
            _create("LiquidationModule", "")
        );
        Wiring house = Wiring(_create("Clearinghouse", settings));
        world.house = House(address(house));
        house.enableRisk(address(rooms.risk));
        house.enableFeed(0);
        house.enableCollateral(address(world.dollar), NO_FEED);
        house.enableCollateral(address(world.coin), NO_FEED);
        house.enableParameters(Parameters(2_500, 1_500, 1_200, 900, 10_000, 20, 50, 50e4, 1_000, 50e6, 1e6));
        house.enableParameters(Parameters(2_800, 1_800, 1_400, 1_000, 10_000, 20, 50, 50e4, 1_000, 15e6, 3e5));
        _market(world, rooms, address(world.dollar), CollateralKind.Quote, 0);
        _market(world, rooms, address(world.coin), CollateralKind.Coin, 1);
    }

    function _market(World memory world, Rooms memory rooms, address token, CollateralKind kind, uint16 set) private {
        world.house.createMarket(
            IClearingRecords.MarketParams(token, kind, 0, address(rooms.risk), set, address(this))
        );
    }

    function _handOver(World memory world, Rooms memory rooms) private {
        rooms.risk.setReporters([reporterOf(0), reporterOf(1), reporterOf(2)]);
        bytes4[] memory guarded = new bytes4[](2);
        (guarded[0], guarded[1]) = (rooms.risk.guard.selector, rooms.risk.zeroAddOn.selector);
        _authority.setTargetFunctionRole(address(rooms.risk), guarded, _GUARDIAN_ROLE);
        guarded = new bytes4[](1);
        guarded[0] = world.house.sunset.selector;
        _authority.setTargetFunctionRole(address(world.house), guarded, _GUARDIAN_ROLE);
        _authority.grantRole(_GUARDIAN_ROLE, GUARDIAN, 0);
        _authority.renounceRole(0, address(this));
    }

    function _join(World memory world, Rooms memory rooms, uint256 i) private {
        address registry = address(rooms.registry);
        world.dollar.mint(address(this), BOND);
        world.dollar.approve(registry, BOND);
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast Validator Registry"),
                keccak256("1"),
                block.chainid,
                registry
            )
        );
        address signer = vm.addr(keyOf(i));
        bytes32 content = keccak256(
            abi.encode(keccak256("SignerProof(address withdrawal,address signer)"), withdrawalOf(i), signer)
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(keyOf(i), keccak256(abi.encodePacked(hex"1901", domain, content)));
        rooms.registry.register(withdrawalOf(i), signer, BOND, uint16(i), abi.encodePacked(r, s, v));
    }
}
