// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { NO_FEED } from "../../../contracts/shared/RiskTypes.sol";
import { Clearinghouse } from "../../../contracts/clearing/Clearinghouse.sol";
import { BookModule } from "../../../contracts/clearing/modules/BookModule.sol";
import { FillModule } from "../../../contracts/clearing/modules/FillModule.sol";
import { MoveModule } from "../../../contracts/clearing/modules/MoveModule.sol";
import { LiquidationModule } from "../../../contracts/clearing/modules/LiquidationModule.sol";
import { SettlementModule } from "../../../contracts/clearing/modules/SettlementModule.sol";
import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IWitnessRouter } from "../../../contracts/interfaces/IWitnessRouter.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OddToken } from "../../../contracts/mocks/OddToken.sol";
import { OpenAuthority } from "../../../contracts/mocks/OpenAuthority.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { CollateralKind, Parameters } from "../../../contracts/shared/ClearingTypes.sol";
import { ClearingEnding } from "./ClearingEnding.sol";
import { START, World, vm } from "./ClearingWorld.sol";

/// @notice The promises of the clearing room under everything four people, a keeper, a breaker and an oracle can do.
contract ClearingInvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    ClearingEnding private _handler;

    function setUp() external {
        vm.warp(START);
        World memory world;
        world.risk = new ScriptedRisk();
        world.marks = new ScriptedMarks();
        world.dollar = new OddToken(6);
        world.coin = new MockToken("Coin", "WETH", 18);
        world.rewardPot = address(0xb07);
        IPriceOracle oracle = IPriceOracle(address(world.marks));
        world.house = new Clearinghouse(
            oracle,
            world.rewardPot,
            address(new OpenAuthority()),
            Clearinghouse.Modules({
                books: address(new BookModule()),
                moves: address(new MoveModule()),
                fills: address(new FillModule()),
                settlement: address(new SettlementModule(oracle, IWitnessRouter(address(world.marks)))),
                liquidation: address(new LiquidationModule())
            })
        );
        world.house.enableRisk(address(world.risk));
        world.house.enableFeed(0);
        world.house.enableCollateral(address(world.dollar), NO_FEED);
        world.house.enableCollateral(address(world.coin), NO_FEED);
        world.house.enableParameters(Parameters(2_500, 1_500, 1_200, 900, 10_000, 20, 100, 50e4, 1_000, 50e6, 1e6));
        world.house.enableParameters(Parameters(2_800, 1_800, 1_400, 1_000, 10_000, 20, 100, 50e4, 1_000, 15e6, 3e5));
        _market(world, address(world.dollar), CollateralKind.Quote, 0);
        _market(world, address(world.coin), CollateralKind.Coin, 1);
        _handler = new ClearingEnding(world);
    }

    function _market(World memory world, address token, CollateralKind kind, uint16 set) private {
        world.house.createMarket(
            IClearingRecords.MarketParams(token, kind, 0, address(world.risk), set, address(this))
        );
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _handler.actions());
    }

    function invariant_EveryPromiseIsKept() external view {
        _handler.checkActions();
        _handler.checkConservation();
        _handler.checkSolvency();
        _handler.checkInterest();
        _handler.checkNotional();
        _handler.checkPots();
        _handler.checkReserves();
    }

    function afterInvariant() external {
        _handler.finish();
    }
}
