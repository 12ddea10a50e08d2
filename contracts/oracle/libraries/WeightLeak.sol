// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SEATS } from "../../shared/OracleTypes.sol";
import { SeatCode } from "./SeatCode.sol";

/// @title Weight leak
/// @notice While no quorum is reached, seats that appear in no relay of a ten-minute slot count for less, step by step,
/// so that those who are left can form one again; a seat comes back one step per 20 rounds it signs.
/// @dev State is a byte per seat: steps (3 high bits) | signed rounds toward the next step back (5 low bits).
library WeightLeak {
    uint256 internal constant SLOT_SECONDS = 10 minutes;
    uint256 internal constant START_SECONDS = 30 minutes;
    uint256 internal constant RESTORE_ROUNDS = 20;
    uint256 internal constant STEPS_MAXIMUM = 7;

    function stepsOf(uint256 state, uint256 seat) internal pure returns (uint256) {
        return (state >> (8 * seat + 5)) & 7;
    }

    /// @notice Weight after `steps` steps of 10 %, rounded down at each.
    function reduced(uint256 weight, uint256 steps) internal pure returns (uint256) {
        unchecked {
            for (; steps != 0; --steps) {
                weight = (weight * 9) / 10;
            }
            return weight;
        }
    }

    /// @notice Takes the steps off the weights of a set in memory.
    function applyTo(uint256 seats, uint256 state) internal pure {
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            uint256 weight = SeatCode.weightOf(SeatCode.wordAt(seats, seat));
            SeatCode.setWeight(seats, seat, reduced(weight, stepsOf(state, seat)));
        }
    }

    /// @notice Sum of what counts: seats not masked, reduced by their steps.
    function activeWeight(uint256 seats, uint256 mask, uint256 state) internal pure returns (uint256 active) {
        unchecked {
            for (uint256 seat = 0; seat < SEATS; ++seat) {
                if ((mask >> seat) & 1 != 0) continue;
                uint256 weight = SeatCode.weightOf(SeatCode.wordAt(seats, seat));
                if (weight != 0) active += state == 0 ? weight : reduced(weight, stepsOf(state, seat));
            }
        }
    }

    /// @notice One more step for every unmasked seat outside `present`, as far as `active` stays at or above `floor`.
    function leak(
        uint256 seats,
        uint256 mask,
        uint256 state,
        uint256 present,
        uint256 active,
        uint256 floor
    ) internal pure returns (uint256, uint256) {
        unchecked {
            for (uint256 seat = 0; seat < SEATS; ++seat) {
                if (((mask | present) >> seat) & 1 != 0) continue;
                uint256 weight = SeatCode.weightOf(SeatCode.wordAt(seats, seat));
                uint256 steps = stepsOf(state, seat);
                if (weight == 0 || steps == STEPS_MAXIMUM) continue;
                uint256 loss = reduced(weight, steps) - reduced(weight, steps + 1);
                if (active < floor + loss) continue;
                active -= loss;
                state = (state & ~(uint256(0xff) << (8 * seat))) | ((steps + 1) << (8 * seat + 5));
            }
            return (state, active);
        }
    }

    /// @notice Counts a signed round for every leaked seat in `signers`; every twentieth gives a step back.
    function restore(uint256 state, uint256 signers) internal pure returns (uint256, bool stepped) {
        unchecked {
            for (uint256 seat = 0; seat < SEATS; ++seat) {
                uint256 steps = stepsOf(state, seat);
                if (steps == 0 || (signers >> seat) & 1 == 0) continue;
                uint256 signed = ((state >> (8 * seat)) & 31) + 1;
                if (signed == RESTORE_ROUNDS) (signed, steps, stepped) = (0, steps - 1, true);
                state = (state & ~(uint256(0xff) << (8 * seat))) | (((steps << 5) | signed) << (8 * seat));
            }
            return (state, stepped);
        }
    }
}
