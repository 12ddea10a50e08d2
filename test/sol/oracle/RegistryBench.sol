// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IValidatorRegistry } from "../../../contracts/interfaces/IValidatorRegistry.sol";
import { MockToken } from "../../../contracts/mocks/MockToken.sol";
import { OpenAuthority } from "../../../contracts/mocks/OpenAuthority.sol";
import { ScriptedOracle } from "../../../contracts/mocks/ScriptedOracle.sol";
import { RewardPot } from "../../../contracts/oracle/RewardPot.sol";
import { SlashEscrow } from "../../../contracts/oracle/SlashEscrow.sol";
import { ValidatorRegistry } from "../../../contracts/oracle/ValidatorRegistry.sol";

interface Vm {
    function warp(uint256 time) external;
    function prank(address sender) external;
    function expectRevert(bytes calldata data) external;
    function sign(uint256 key, bytes32 digest) external returns (uint8 v, bytes32 r, bytes32 s);
    function addr(uint256 key) external returns (address);
}

/// @notice Registry, pot and escrow around a scripted oracle. The bench itself is deployer, slasher and every withdrawal address.
abstract contract RegistryBench {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint128 internal constant UNIT = 1e6;
    uint128 internal constant BOND = 100_000 * UNIT;
    uint128 internal constant MINIMUM = 50_000 * UNIT;
    uint256 internal constant EPOCH_REWARD = 5 * UNIT;
    uint256 internal constant START = 1_800_000_000;
    address internal constant STRANGER = address(0x57a6);

    MockToken internal token;
    ScriptedOracle internal oracle;
    RewardPot internal pot;
    SlashEscrow internal escrow;
    ValidatorRegistry internal registry;
    uint256 internal keys;
    uint256 internal clock;

    function _deploy(uint256 targetSize) internal {
        clock = START;
        vm.warp(clock);
        address authority = address(new OpenAuthority());
        token = new MockToken("USD Coin", "USDC", 6);
        oracle = new ScriptedOracle();
        pot = new RewardPot(IERC20(address(token)), IPriceOracle(address(oracle)));
        escrow = new SlashEscrow(IERC20(address(token)), authority);
        registry = new ValidatorRegistry(
            IERC20Metadata(address(token)),
            IPriceOracle(address(oracle)),
            pot,
            escrow,
            targetSize,
            MINIMUM,
            EPOCH_REWARD,
            authority
        );
        registry.wire(address(this));
        pot.wire(address(registry), address(this), address(this));
        escrow.wire(address(registry));
        token.mint(address(this), 1e24);
        token.approve(address(registry), type(uint256).max);
        token.approve(address(pot), type(uint256).max);
    }

    function _pass(uint256 time) internal {
        clock += time;
        vm.warp(clock);
    }

    function _proof(uint256 key, address withdrawal) internal returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast Validator Registry"),
                keccak256("1"),
                block.chainid,
                address(registry)
            )
        );
        bytes32 content = keccak256(
            abi.encode(keccak256("SignerProof(address withdrawal,address signer)"), withdrawal, vm.addr(key))
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, content)));
        return abi.encodePacked(r, s, v);
    }

    function _join(uint128 bond) internal returns (uint32) {
        return _join(bond, 0);
    }

    function _join(uint128 bond, uint16 domain) internal returns (uint32) {
        uint256 key = 1_000 + ++keys;
        return registry.register(address(this), vm.addr(key), bond, domain, _proof(key, address(this)));
    }

    function _joinMany(uint256 count, uint128 bond) internal {
        for (uint256 i = 0; i < count; ++i) {
            _join(bond);
        }
    }

    /// An epoch of 240 rounds; the seats of `absent` took part in none.
    function _close(uint32 absent) internal {
        uint256 counted = 0;
        for (uint256 seat = 0; seat < 32; ++seat) {
            if ((absent >> seat) & 1 == 0) counted |= uint256(240) << (8 * seat);
        }
        oracle.setCounters(240, counted, 0, 0);
        registry.closeEpoch();
    }

    function _state(uint32 id) internal view returns (IValidatorRegistry.State) {
        return registry.validator(id).state;
    }

    function _fails(bytes4 selector) internal {
        vm.expectRevert(abi.encodePacked(selector));
    }
}
