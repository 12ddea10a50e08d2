// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OddToken } from "../../../contracts/mocks/OddToken.sol";
import { OpenAuthority } from "../../../contracts/mocks/OpenAuthority.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { CollateralKind, Parameters } from "../../../contracts/shared/ClearingTypes.sol";
import { NO_FEED } from "../../../contracts/shared/RiskTypes.sol";
import { House, START, World, vm } from "./ClearingWorld.sol";

interface Governed {
    function enableRisk(address risk) external;
    function enableFeed(uint8 feed) external;
    function enableCollateral(address token, uint256 feed) external;
    function enableParameters(Parameters calldata parameters) external returns (uint256);
}

/// @notice The real Clearinghouse with its two markets between a scripted risk contract and a scripted oracle.
abstract contract ScriptedBench {
    function _deploy(ScriptedRisk risk, ScriptedMarks marks) internal returns (World memory world) {
        vm.warp(START);
        world.dollar = new OddToken(6);
        world.coin = new MockToken("Coin", "WETH", 18);
        world.rewardPot = address(0xb07);
        address named = address(marks);
        Governed house = Governed(
            _create(
                "Clearinghouse",
                abi.encode(
                    named,
                    world.rewardPot,
                    address(new OpenAuthority()),
                    _create("BookModule", ""),
                    _create("MoveModule", ""),
                    _create("FillModule", ""),
                    _create("SettlementModule", abi.encode(named, named)),
                    _create("LiquidationModule", "")
                )
            )
        );
        world.house = House(address(house));
        house.enableRisk(address(risk));
        house.enableFeed(0);
        house.enableCollateral(address(world.dollar), NO_FEED);
        house.enableCollateral(address(world.coin), NO_FEED);
        house.enableParameters(Parameters(2_500, 1_500, 1_200, 900, 10_000, 20, 100, 50e4, 1_000, 50e6, 1e6));
        house.enableParameters(Parameters(2_800, 1_800, 1_400, 1_000, 10_000, 20, 100, 50e4, 1_000, 15e6, 3e5));
        _market(world, risk, address(world.dollar), CollateralKind.Quote, 0);
        _market(world, risk, address(world.coin), CollateralKind.Coin, 1);
    }

    /// @dev From its artifact, libraries linked: who inherits this need not compile it once more.
    function _create(string memory name, bytes memory arguments) internal returns (address created) {
        bytes memory code = abi.encodePacked(vm.getCode(name), arguments);
        assembly ("memory-safe") {
            created := create(0, add(code, 0x20), mload(code))
        }
        require(created != address(0), name);
    }

    function _market(World memory world, ScriptedRisk risk, address token, CollateralKind kind, uint16 set) private {
        world.house.createMarket(IClearingRecords.MarketParams(token, kind, 0, address(risk), set, address(this)));
    }
}
