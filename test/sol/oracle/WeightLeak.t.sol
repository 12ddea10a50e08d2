// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { WeightLeak } from "../../../contracts/oracle/libraries/WeightLeak.sol";

/// @notice The leak stops at its floor, takes from the absent alone, and is undone by signing.
contract WeightLeakTest {
    uint256 private constant _SEAT_BYTES = 28;

    function _seats(uint256 seed, uint256 count) private pure returns (uint256 seats, uint256 total) {
        uint256[32] memory weights;
        for (uint256 seat = 0; seat < count; ++seat) {
            weights[seat] = 1 + (uint256(keccak256(abi.encode(seed, seat))) % 1e6);
            total += weights[seat];
        }
        seats = _seatsOf(weights);
    }

    /// @dev A set in memory as SeatCode lays it out; only weights matter here.
    function _seatsOf(uint256[32] memory weights) private pure returns (uint256 seats) {
        bytes memory buffer = new bytes(32 * _SEAT_BYTES + 32);
        assembly ("memory-safe") {
            seats := add(buffer, 32)
        }
        for (uint256 seat = 0; seat < 32; ++seat) {
            uint256 offset = seat * _SEAT_BYTES + 20;
            for (uint256 i = 0; i < 4; ++i) {
                buffer[offset + i] = bytes1(uint8(weights[seat] >> (8 * (3 - i))));
            }
        }
    }

    function testFuzz_NeverBelowTheFloorAndOnlyFromTheAbsent(uint256 seed, uint32 present, uint8 slots) external pure {
        (uint256 seats, uint256 total) = _seats(seed, 4 + (seed % 29));
        uint256 floor = (total + 1) / 2;
        (uint256 state, uint256 active) = (uint256(0), total);
        for (uint256 slot = 0; slot < slots % 24; ++slot) {
            (state, active) = WeightLeak.leak(seats, 0, state, present, active, floor);
            require(active >= floor, "floor");
            require(WeightLeak.activeWeight(seats, 0, state) == active, "sum of what counts");
        }
        for (uint256 seat = 0; seat < 32; ++seat) {
            if ((present >> seat) & 1 != 0) require(WeightLeak.stepsOf(state, seat) == 0, "the present keep all");
        }
    }

    /// @notice Seat by seat: a step for whoever is absent, not masked and not at the last one, as far as the floor lets it.
    function testFuzz_ASlotIsAStepForEveryAbsentSeat(uint256 seed, uint32 mask, uint32 present) external pure {
        uint256[32] memory weights;
        uint256[32] memory steps;
        uint256 state = 0;
        uint256 total = 0;
        for (uint256 seat = 0; seat < 32; ++seat) {
            seed = uint256(keccak256(abi.encode(seed)));
            weights[seat] = seed % 4 == 0 ? seed % 3 : (seed >> 8) % 1e6;
            steps[seat] = (seed >> 32) % 8;
            state |= steps[seat] << (8 * seat + 5);
        }
        uint256 seats = _seatsOf(weights);
        for (uint256 seat = 0; seat < 32; ++seat) {
            if ((mask >> seat) & 1 == 0) total += WeightLeak.reduced(weights[seat], steps[seat]);
        }
        uint256 floor = (total * (50 + (seed % 51))) / 100;
        (uint256 leaked, uint256 active) = WeightLeak.leak(seats, mask, state, present, total, floor);
        for (uint256 seat = 0; seat < 32; ++seat) {
            uint256 loss =
                WeightLeak.reduced(weights[seat], steps[seat]) - WeightLeak.reduced(weights[seat], steps[seat] + 1);
            bool isAbsent = ((mask | present) >> seat) & 1 == 0;
            if (isAbsent && weights[seat] != 0 && steps[seat] < 7 && total >= floor + loss) {
                total -= loss;
                ++steps[seat];
            }
            require(WeightLeak.stepsOf(leaked, seat) == steps[seat], "steps");
        }
        require(active == total, "what counts");
    }

    function testFuzz_SigningGivesEverythingBack(uint256 seed, uint32 present) external pure {
        (uint256 seats, uint256 total) = _seats(seed, 32);
        (uint256 state, uint256 active) = (uint256(0), total);
        for (uint256 slot = 0; slot < 12; ++slot) {
            (state, active) = WeightLeak.leak(seats, 0, state, present, active, total / 2);
        }
        for (uint256 round = 0; round < 20 * 7; ++round) {
            (state, ) = WeightLeak.restore(state, type(uint32).max);
        }
        require(WeightLeak.activeWeight(seats, 0, state) == total, "whole");
        require(state == 0, "nothing left behind");
    }

    /// @notice Who goes on being absent gets nothing back, and counts no rounds.
    function testFuzz_OnlyWhoSignsGetsItsWeightBack(uint256 seed, uint32 signers) external pure {
        (uint256 seats, uint256 total) = _seats(seed, 32);
        (uint256 leaked, ) = WeightLeak.leak(seats, 0, 0, 0, total, 0);
        uint256 state = leaked;
        for (uint256 round = 0; round < 20; ++round) (state, ) = WeightLeak.restore(state, signers);
        for (uint256 seat = 0; seat < 32; ++seat) {
            uint256 kept = (signers >> seat) & 1 != 0 ? 0 : (leaked >> (8 * seat)) & 0xff;
            require((state >> (8 * seat)) & 0xff == kept, "steps and rounds of the seat");
        }
    }

    function testFuzz_NineteenRoundsGiveNothingBack(uint256 seed) external pure {
        (uint256 seats, uint256 total) = _seats(seed, 21);
        (uint256 state, uint256 active) = WeightLeak.leak(seats, 0, 0, 0xff, total, total / 2);
        bool stepped;
        for (uint256 round = 0; round < 19; ++round) {
            (state, stepped) = WeightLeak.restore(state, type(uint32).max);
            require(!stepped, "no step yet");
        }
        require(WeightLeak.activeWeight(seats, 0, state) == active, "unchanged");
        (state, stepped) = WeightLeak.restore(state, type(uint32).max);
        require(stepped && WeightLeak.activeWeight(seats, 0, state) == total, "the twentieth does");
    }
}
