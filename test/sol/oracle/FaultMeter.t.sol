// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FaultMeter } from "../../../contracts/oracle/libraries/FaultMeter.sol";

/// @notice Bit-sliced counters against plain ones.
contract FaultMeterTest {
    function testFuzz_CountsLikePlainCounters(uint256 seed, uint8 rounds) external pure {
        uint256 planes = 0;
        uint256[32] memory plain;
        for (uint256 round = 0; round < rounds; ++round) {
            uint256 bitmap = uint32(uint256(keccak256(abi.encode(seed, round))));
            planes = FaultMeter.add(planes, bitmap);
            for (uint256 seat = 0; seat < 32; ++seat) {
                plain[seat] += (bitmap >> seat) & 1;
            }
        }
        uint256 counts = FaultMeter.toBytes(planes);
        for (uint256 seat = 0; seat < 32; ++seat) {
            require(FaultMeter.at(planes, seat) == plain[seat], "counter");
            require((counts >> (8 * seat)) & 0xff == plain[seat], "byte");
        }
    }

    /// @notice For rounds missed out of rounds attested: what was counted is what was not missed.
    function testFuzz_ComplementsAreTheWholeLessTheCounter(
        uint256 seed,
        uint8 rounds,
        uint8 more,
        uint32 turned
    ) external pure {
        uint256 planes = 0;
        uint256 counted = rounds % 200;
        for (uint256 round = 0; round < counted; ++round) {
            planes = FaultMeter.add(planes, uint32(uint256(keccak256(abi.encode(seed, round)))));
        }
        uint256 whole = counted + (more % (FaultMeter.SATURATION - counted + 1));
        _requireTurned(planes, turned, whole);
        _requireTurned(0, turned, whole);
        _requireTurned(planes, 0, whole);
    }

    function _requireTurned(uint256 planes, uint32 turned, uint256 whole) private pure {
        uint256 counts = FaultMeter.counts(planes, turned, whole);
        for (uint256 seat = 0; seat < 32; ++seat) {
            bool isTurned = (turned >> seat) & 1 != 0;
            uint256 count = FaultMeter.at(planes, seat);
            // Where none is turned nothing counts but what was counted.
            uint256 expected = isTurned ? whole - count : count;
            require((counts >> (8 * seat)) & 0xff == expected, "turned");
        }
    }

    function test_StopsAt240AndLeavesNeighboursAlone() external pure {
        uint256 planes = 0;
        for (uint256 round = 0; round < 300; ++round) {
            planes = FaultMeter.add(planes, round % 2 == 0 ? 0xffffffff : 0x80000001);
        }
        require(FaultMeter.at(planes, 0) == 240, "seat 0 saturates");
        require(FaultMeter.at(planes, 31) == 240, "seat 31 saturates");
        require(FaultMeter.at(planes, 1) == 150, "seat 1 counts on");
    }
}
