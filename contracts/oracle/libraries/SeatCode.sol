// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SEATS } from "../../shared/OracleTypes.sol";

/// @title Seat code
/// @notice A validator set as contract code: a zero byte (so that it can never run), then 28 bytes per seat:
/// signer (20) | weight (4) | validator id (4). Reading a set costs one account access.
library SeatCode {
    uint256 internal constant SEAT_BYTES = 28;
    uint256 private constant _HEADER = 1;

    error SeatCode_BadLength(uint256 given, uint256 maximum);
    error SeatCode_NotStored();

    /// @notice Stores a set. Reverts unless `seats` is 1 to 32 whole seats.
    function write(bytes calldata seats) internal returns (address code) {
        uint256 length = seats.length;
        require(
            length != 0 && length % SEAT_BYTES == 0 && length <= SEATS * SEAT_BYTES,
            SeatCode_BadLength(length, SEATS * SEAT_BYTES)
        );
        // Init code: PUSH2 size, DUP1, PUSH1 10, PUSH0, CODECOPY, PUSH0, RETURN, then the runtime code.
        bytes memory initCode = abi.encodePacked(
            hex"61",
            uint16(length + _HEADER),
            hex"80600a5f395ff3",
            hex"00",
            seats
        );
        assembly ("memory-safe") {
            code := create(0, add(initCode, 32), mload(initCode))
        }
        require(code != address(0), SeatCode_NotStored());
    }

    /// @notice Copies the seats of a set to memory. @return seats Pointer of 32 seats, empty ones zero.
    /// @dev One word more than the seats, so that reading the last seat's word stays inside.
    function load(address code) internal view returns (uint256 seats) {
        bytes memory buffer = new bytes(SEATS * SEAT_BYTES + 32);
        assembly ("memory-safe") {
            seats := add(buffer, 32)
            extcodecopy(code, seats, _HEADER, mul(SEATS, SEAT_BYTES))
        }
    }

    /// @notice Word of a seat: signer (160) | weight (32) | validator id (32) | rubbish (32), from the most significant.
    function wordAt(uint256 seats, uint256 seat) internal pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(seats, mul(seat, SEAT_BYTES)))
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
