// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SeatCode } from "../../../contracts/oracle/libraries/SeatCode.sol";

interface CreateVm {
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
}

/// @notice Creates nothing but sets, as the oracle does.
contract SeatStore {
    function store(bytes calldata encoded) external returns (address code) {
        (uint256 seats, uint256 count) = SeatCode.copy(encoded);
        return SeatCode.write(seats, count);
    }

    function addressOf(uint256 setId) external view returns (address) {
        return SeatCode.addressOf(setId);
    }

    function seatAt(address code, uint256 seat) external view returns (address signer, uint256 weight, uint32 id) {
        uint256 word = SeatCode.wordAt(SeatCode.load(code), seat);
        return (SeatCode.signerOf(word), SeatCode.weightOf(word), SeatCode.validatorOf(word));
    }

    function encode(address[] calldata signers, uint32 weight) external pure returns (bytes memory) {
        uint256 buffer = SeatCode.begin(signers.length);
        for (uint256 i = 0; i < signers.length; ++i) {
            if (signers[i] != address(0)) SeatCode.put(buffer, i, signers[i], weight, i + 1);
        }
        return SeatCode.finish(buffer);
    }
}

/// @notice Sets as code: where they lie and what they hold.
contract SeatCodeTest {
    CreateVm private constant _VM = CreateVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    SeatStore private _store;

    function setUp() external {
        _store = new SeatStore();
    }

    function test_TheFirstThreeHundredSetsLieWhereTheyAreLookedFor() external {
        bytes memory encoded = abi.encodePacked(address(0x1), uint32(1), uint32(1));
        for (uint256 setId = 1; setId <= 300; ++setId) {
            require(_store.store(encoded) == _store.addressOf(setId), "address of the creation");
        }
    }

    function testFuzz_AnySetLiesAtTheAddressOfItsCreation(uint24 setId) external view {
        if (setId == 0) return;
        require(_store.addressOf(setId) == _VM.computeCreateAddress(address(_store), setId), "as the chain counts");
    }

    function testFuzz_WhatIsEncodedIsStored(address[] calldata signers, uint32 weight) external {
        if (signers.length == 0 || signers.length > 32) return;
        bytes memory encoded = _store.encode(signers, weight);
        require(encoded.length == 28 * signers.length, "28 bytes a seat");
        address code = _store.store(encoded);
        for (uint256 seat = 0; seat < 32; ++seat) {
            (address signer, uint256 stored, uint32 id) = _store.seatAt(code, seat);
            bool isTaken = seat < signers.length && signers[seat] != address(0);
            require(signer == (isTaken ? signers[seat] : address(0)), "signer");
            require(stored == (isTaken ? weight : 0) && id == (isTaken ? seat + 1 : 0), "weight and id");
        }
    }

    function test_RevertWhen_NotWholeSeats() external {
        uint256[4] memory lengths = [uint256(0), 27, 29, 33 * 28];
        for (uint256 i = 0; i < lengths.length; ++i) {
            try _store.store(new bytes(lengths[i])) {
                revert("accepted");
            } catch (bytes memory reason) {
                bytes memory expected = abi.encodeWithSelector(
                    SeatCode.SeatCode_BadLength.selector,
                    lengths[i],
                    32 * 28
                );
                require(keccak256(reason) == keccak256(expected), "length and limit");
            }
        }
    }

    /// @dev Storing 32 seats costs some 180,000 gas; what is left of the call is enough to say why.
    function test_RevertWhen_TheCodeCannotBePaidFor() external {
        bytes memory encoded = new bytes(32 * 28);
        encoded[0] = 0x01;
        try _store.store{ gas: 150_000 }(encoded) {
            revert("accepted");
        } catch (bytes memory reason) {
            bytes memory expected = abi.encodeWithSelector(SeatCode.SeatCode_NotStored.selector);
            require(keccak256(reason) == keccak256(expected), "not stored");
        }
        require(_store.store{ gas: 300_000 }(encoded) == _store.addressOf(1), "with enough gas");
    }
}
