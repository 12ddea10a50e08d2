// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { IOptionsVaultFactory } from "../../../contracts/interfaces/IOptionsVaultFactory.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { ScriptedBench } from "../clearing/ScriptedBench.sol";
import { VaultHandler } from "./VaultHandler.sol";
import {
    AUCTION,
    CALLS,
    CAP,
    FLOOR_BPS,
    FUNDING_BPS,
    HIGH_BPS,
    HOLDERS,
    LEVERAGED,
    LOW_CAP,
    MANAGEMENT_BPS,
    PERFORMANCE_BPS,
    RESERVE_BPS,
    Street,
    VAULTS,
    WITH_FEES
} from "./VaultWorld.sol";

/// @dev Here, so that its artifact is one of this file and the fuzzer knows what it calls.
contract Passers is VaultHandler {
    constructor(Street memory street) VaultHandler(street) {}
}

/// @notice Three vaults of the factory on the real Clearinghouse. From their artifacts: what runs is what is deployed.
abstract contract VaultStreet is ScriptedBench {
    function _open() internal returns (Passers handler) {
        Street memory street;
        (street.risk, street.marks) = (new ScriptedRisk(), new ScriptedMarks());
        street.world = _deploy(street.risk, street.marks);
        address house = address(street.world.house);
        bytes memory parts = abi.encode(
            house,
            _create("VaultCode", abi.encode(0)),
            _create("VaultCode", abi.encode(1))
        );
        IOptionsVaultFactory factory = IOptionsVaultFactory(_create("OptionsVaultFactory", parts));
        for (uint256 v; v < VAULTS; ++v) street.vaults[v] = IOptionsVault(factory.create(_termsOf(v)));
        handler = new Passers(street);
        handler.warmUp();
    }

    function _termsOf(uint256 v) private pure returns (IOptionsVault.VaultTerms memory) {
        bool hasFees = v == WITH_FEES;
        return
            IOptionsVault.VaultTerms({
                market: v == CALLS ? 2 : 1,
                fundingBps: v == LEVERAGED ? uint16(FUNDING_BPS) : 0,
                deltaBps: 2_000,
                floorVolatilityBps: uint16(FLOOR_BPS),
                highBps: uint16(HIGH_BPS),
                reserveBps: uint16(RESERVE_BPS),
                auctionSeconds: uint24(AUCTION),
                depositCap: uint64(v == LEVERAGED ? LOW_CAP : CAP),
                managementFeeBps: hasFees ? uint16(MANAGEMENT_BPS) : 0,
                performanceFeeBps: hasFees ? uint16(PERFORMANCE_BPS) : 0,
                feeRecipient: hasFees ? address(uint160(0xa11ce + HOLDERS - 1)) : address(0),
                name: "Ballast weekly",
                symbol: "bWEEK"
            });
    }
}

/// @notice The promises of the options vaults under everything holders, buyers, keepers, donors and liquidators can do.
contract VaultInvariantsTest is VaultStreet {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Passers private _handler;

    function setUp() external {
        _handler = _open();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _handler.actions());
    }

    function invariant_EveryPromiseOfTheVaultsIsKept() external view {
        _handler.checkActions();
        _handler.checkWhatWaits();
        _handler.checkWorth();
        _handler.checkRequests();
        _handler.checkPrices();
        _handler.checkEpochs();
    }

    function afterInvariant() external {
        _handler.finish();
    }
}

/// @notice No promise is vacuous: every act and what follows from it happens, in a world that is the same every time.
contract VaultOccurrencesTest is VaultStreet {
    uint256 private constant _ACTS = 3_000;

    Passers private _handler;

    function setUp() external {
        _handler = _open();
    }

    function test_EveryActAndWhatFollowsFromItOccurs() external {
        bytes4[] memory acts = _handler.actions();
        uint256[] memory done = new uint256[](acts.length);
        for (uint256 i; i < _ACTS; ++i) {
            uint256 random = uint256(keccak256(abi.encode("street", i)));
            uint256 act = random % acts.length;
            (bool ok, ) = address(_handler).call(abi.encodeWithSelector(acts[act], random, random >> 96));
            if (ok) ++done[act];
        }
        for (uint256 i; i < acts.length; ++i) require(done[i] != 0, string.concat("always refused: act ", _digits(i)));
        require(bytes(_handler.broken()).length == 0, _handler.broken());
        bytes32[29] memory names = [
            bytes32("deposit asked"),
            "dust asked",
            "redemption asked",
            "taken back",
            "claimed back",
            "shares claimed",
            "assets claimed",
            "shares sent",
            "operator named",
            "by an operator",
            "by allowance",
            "at the cap",
            "priced",
            "fee",
            "started",
            "bought",
            "sold at reserve",
            "clock stood still",
            "synced",
            "auction over",
            "closed",
            "assigned",
            "left with cash",
            "left with options",
            "gift to the vault",
            "gift of balance",
            "gift to the book",
            "settled by others",
            "exits"
        ];
        for (uint256 i; i < names.length; ++i) {
            require(
                _handler.counts(names[i]) != 0,
                string.concat("never happens: ", string(abi.encodePacked(names[i])))
            );
        }
        _handler.finish();
    }

    function _digits(uint256 number) private pure returns (string memory) {
        return string(abi.encodePacked(bytes1(uint8(48 + number / 10)), bytes1(uint8(48 + (number % 10)))));
    }
}
