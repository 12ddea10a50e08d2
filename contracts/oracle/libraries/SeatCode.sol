// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SEATS } from "../../shared/OracleTypes.sol";

/// @title Seat code
/// @notice A validator set as contract code: a zero byte (so that it can never run), then 28 bytes per seat:
/// signer (20) | weight (4) | validator id (4). Reading a set costs one account access, finding it nothing: sets are all
/// that their contract creates, so set k lies at the address of its k-th creation and no word has to keep that.
library SeatCode {
    uint256 internal constant SEAT_BYTES = 28;
    uint256 private constant _HEADER = 1;

    error SeatCode_BadLength(uint256 given, uint256 maximum);
    error SeatCode_NotStored();

    /// @notice Memory for a set of `seats` seats, all empty. @return buffer Its pointer, for {put}, {store} and {finish}.
    /// @dev One word more than the seats, so that writing the last seat's word stays inside.
    function begin(uint256 seats) internal pure returns (uint256 buffer) {
        bytes memory code = new bytes(seats * SEAT_BYTES + 32);
        // The Solidity it replaces: code.length = seats * SEAT_BYTES;
        assembly ("memory-safe") {
            mstore(code, mul(seats, SEAT_BYTES))
            buffer := code
        }
    }

    /// @notice Writes a seat. Seats must be written in rising order: each overwrites four bytes of the next.
    function put(uint256 buffer, uint256 seat, address signer, uint256 weight, uint256 validatorId) internal pure {
        uint256 word = (uint256(uint160(signer)) << 96) | (weight << 64) | (validatorId << 32);
        // The Solidity it replaces: code = abi.encodePacked(code, signer, uint32(weight), uint32(validatorId));
        assembly ("memory-safe") {
            mstore(add(add(buffer, 32), mul(seat, SEAT_BYTES)), word)
        }
    }

    /// @notice The set as bytes.
    function finish(uint256 buffer) internal pure returns (bytes memory code) {
        // `begin` gave the pointer of these bytes.
        assembly ("memory-safe") {
            code := buffer
        }
    }

    /// @notice Copies an encoded set to memory as {load} does, behind room for the init code.
    /// Reverts unless it is 1 to 32 whole seats. @return seats Pointer as of {load}; seats past the last are rubbish.
    function copy(bytes calldata encoded) internal pure returns (uint256 seats, uint256 count) {
        uint256 length = encoded.length;
        require(
            length != 0 && length % SEAT_BYTES == 0 && length <= SEATS * SEAT_BYTES,
            SeatCode_BadLength(length, SEATS * SEAT_BYTES)
        );
        count = length / SEAT_BYTES;
        bytes memory buffer = new bytes(length + 64);
        // The Solidity it replaces: seats = pointer of bytes(encoded);
        assembly ("memory-safe") {
            seats := add(buffer, 64)
            calldatacopy(seats, encoded.offset, length)
        }
    }

    /// @notice Replaces the signer of a seat in memory, and nothing else.
    function setSigner(uint256 seats, uint256 seat, address signer) internal pure {
        // The Solidity it replaces: (signer, weight, validatorId) = (signer, weightOf(word), validatorOf(word));
        assembly ("memory-safe") {
            let place := add(seats, mul(seat, SEAT_BYTES))
            mstore(place, or(shl(96, signer), and(mload(place), 0xffffffffffffffffffffffff)))
        }
    }

    /// @notice Stores `count` seats from memory that {copy} made.
    function write(uint256 seats, uint256 count) internal returns (address code) {
        uint256 size = count * SEAT_BYTES + _HEADER;
        // Init code: PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN, then the runtime code: zero, seats.
        // The Solidity it replaces: code = address of abi.encodePacked(prefix, seats) as created.
        uint256 prefix = (0x61 << 80) | (size << 64) | 0x80600a5f395ff300;
        assembly ("memory-safe") {
            mstore(sub(seats, 32), prefix)
            code := create(0, sub(seats, 11), add(size, 10))
        }
        require(code != address(0), SeatCode_NotStored());
    }

    /// @notice Copies the seats of a set to memory. @return seats Pointer of 32 seats, empty ones zero.
    /// @dev One word more than the seats, so that reading the last seat's word stays inside. No zeroing: the copy writes zeros
    /// behind the code, and what lies behind the seats is never looked at.
    function load(address code) internal view returns (uint256 seats) {
        assembly ("memory-safe") {
            seats := mload(0x40)
            mstore(0x40, add(seats, add(mul(SEATS, SEAT_BYTES), 0x20)))
            extcodecopy(code, seats, _HEADER, mul(SEATS, SEAT_BYTES))
        }
    }

    /// @notice Where set `setId` of this contract lies, or will lie: the address of its creation number `setId`.
    function addressOf(uint256 setId) internal view returns (address) {
        bytes memory number = abi.encodePacked(uint8(setId)); // RLP of an integer: below 128 it is its own byte
        if (setId > 0xffff) number = abi.encodePacked(hex"83", uint24(setId));
        else if (setId > 0xff) number = abi.encodePacked(hex"82", uint16(setId));
        else if (setId > 0x7f) number = abi.encodePacked(hex"81", uint8(setId));
        bytes memory list = abi.encodePacked(uint8(0xc0 + 21 + number.length), hex"94", address(this), number);
        return address(uint160(uint256(keccak256(list))));
    }

    /// @notice Seats of a stored set, empty ones before the last included.
    function countOf(address code) internal view returns (uint256) {
        return code.code.length / SEAT_BYTES; // the header is shorter than a seat
    }

    /// @notice Word of a seat: signer (160) | weight (32) | validator id (32) | rubbish (32), from the most significant.
    function wordAt(uint256 seats, uint256 seat) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(seats, mul(seat, SEAT_BYTES)))
        }
    }

    /// @notice Changes the weight of a seat of a set in memory.
    function setWeight(uint256 seats, uint256 seat, uint256 weight) internal pure {
        uint256 word = (wordAt(seats, seat) & ~(uint256(type(uint32).max) << 64)) | (weight << 64);
        assembly ("memory-safe") {
            mstore(add(seats, mul(seat, SEAT_BYTES)), word)
        }
    }

    function signerOf(uint256 word) internal pure returns (address) {
        return address(uint160(word >> 96));
    }

    function weightOf(uint256 word) internal pure returns (uint256) {
        return (word >> 64) & type(uint32).max;
    }

    function validatorOf(uint256 word) internal pure returns (uint32) {
        return uint32(word >> 32);
    }
}
