// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FaultMeter } from "../../../contracts/oracle/libraries/FaultMeter.sol";

/// @notice Counting rounds that differ from the first of an epoch, turned to plain counters at the 240th, against counting
/// what is so: the same counters at any length of an epoch.
contract RoundCountTest {
    uint256 private constant _SEATS = type(uint32).max;

    function testFuzz_ComplementTurnsOnlyTheSeatsGiven(uint256 planes, uint32 bitmap, uint8 whole) external pure {
        uint256 result = FaultMeter.complement(planes, bitmap, whole);
        for (uint256 seat = 0; seat < 32; ++seat) {
            uint256 count = FaultMeter.at(planes, seat);
            uint256 expected = (bitmap >> seat) & 1 == 0 ? count : (uint256(whole) + 256 - count) & 0xff;
            require(FaultMeter.at(result, seat) == expected, "counter");
        }
    }

    /// @dev Seats come and go with a chance that the seed draws, so that some miss every round and some none.
    function testFuzz_CountsLikeAPlainMeter(uint256 seed, uint16 length) external pure {
        uint256 rounds = uint256(length) % 300;
        uint256 habit = uint256(keccak256(abi.encode(seed)));
        (uint256 plain, uint256 meter, uint256 reference_) = (0, 0, 0);
        for (uint256 round = 0; round < rounds; ++round) {
            uint256 draw = uint256(keccak256(abi.encode(seed, round)));
            uint256 part = (habit ^ (draw & (draw >> 32) & (draw >> 64) & (draw >> 96))) & _SEATS;
            plain = FaultMeter.add(plain, part);
            if (round == 0) reference_ = part;
            if (round == FaultMeter.SATURATION) {
                meter = FaultMeter.complement(meter, reference_, round);
                reference_ = 0;
            }
            meter = FaultMeter.add(meter, part ^ reference_);
        }
        require(FaultMeter.counts(meter, reference_, rounds) == FaultMeter.toBytes(plain), "counters");
    }
}
