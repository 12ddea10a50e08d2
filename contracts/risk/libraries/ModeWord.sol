// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../shared/OracleTypes.sol";
import { RiskLimits } from "./RiskLimits.sol";

/// @notice What the risk contract itself knows about a feed, in the one word a reading loads: ceiling u28 | stake cap u28 |
/// guardian until u32 | guardian level u3 | stake level u3 | add-on u10 | add-on at u32 | trips 3 × u3 | tripped at 3 × u26 |
/// clear seen 3 × u1 | stake refreshed at u26, from the low end. Ceiling and cap in thousand dollars, trips by Cautious,
/// ReduceOnly, Halted, times of trips and of the refresh in 64 s. What is global lies in every feed's word, so that a reading loads one.
type ModeWord is uint256;

using ModeWords for ModeWord global;

/// @dev Positions of the three levels that dwell.
uint256 constant CAUTIOUS = 0;
uint256 constant REDUCE_ONLY = 1;
uint256 constant HALTED = 2;
uint256 constant DWELLING_LEVELS = 3;

/// @title Mode words
/// @notice Writers keep every field inside its bits.
library ModeWords {
    uint256 internal constant CEILING_MAXIMUM = (1 << 28) - 1;
    uint256 private constant _HELD = ((1 << 38) - 1) << 56;
    uint256 private constant _TRIPS = 136;
    uint256 private constant _TRIPPED_AT = 145;
    uint256 private constant _CLEAR_SEEN = 223;
    uint256 private constant _REFRESHED_AT = 226;
    uint256 private constant _TRIP_BITS = 3;
    uint256 private constant _TIME_BITS = 26;
    uint256 private constant _TIME_UNIT = 64;
    uint256 private constant _TRIPS_MAXIMUM = 7;

    /// @notice Global ceiling of open notional, thousand dollars.
    function ceiling(ModeWord self) internal pure returns (uint256) {
        return ModeWord.unwrap(self) & CEILING_MAXIMUM;
    }

    /// @notice What slashable stake secures as last refreshed, thousand dollars; 0 while stake does not count.
    function stakeCap(ModeWord self) internal pure returns (uint256) {
        return (ModeWord.unwrap(self) >> 28) & CEILING_MAXIMUM;
    }

    /// @notice The same at `time`; 0 when nobody refreshed it for a day, for stake can leave.
    function stakeCapAt(ModeWord self, uint256 time) internal pure returns (uint256 cap) {
        unchecked {
            cap = self.stakeCap();
            if (cap == 0) return 0;
            uint256 refreshedAt = (ModeWord.unwrap(self) >> _REFRESHED_AT) * _TIME_UNIT;
            return time < refreshedAt + RiskLimits.STAKE_FRESH_SECONDS ? cap : 0;
        }
    }

    /// @notice Guardian or stake may ask for something; most of the time neither ever did.
    function isHeld(ModeWord self) internal pure returns (bool) {
        return ModeWord.unwrap(self) & _HELD != 0;
    }

    function guardianUntil(ModeWord self) internal pure returns (uint256) {
        return uint32(ModeWord.unwrap(self) >> 56);
    }

    /// @notice Level the guardian asked for; Normal when his time is over.
    function guardianLevelAt(ModeWord self, uint256 time) internal pure returns (uint256) {
        return time < self.guardianUntil() ? (ModeWord.unwrap(self) >> 88) & 7 : 0;
    }

    /// @notice Level of stake slashed or leaving, as last refreshed.
    function stakeLevel(ModeWord self) internal pure returns (uint256) {
        return (ModeWord.unwrap(self) >> 91) & 7;
    }

    /// @notice The sentinel's add-on at `time`, bps, rounded up; decays in a straight line to nothing.
    function addOnBpsAt(ModeWord self, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 word = ModeWord.unwrap(self);
            uint256 given = (word >> 94) & 0x3ff;
            if (given == 0) return 0;
            uint256 age = time - uint32(word >> 104); // never later than now
            if (age >= RiskLimits.ADD_ON_DECAY_SECONDS) return 0;
            uint256 left = RiskLimits.ADD_ON_DECAY_SECONDS - age;
            return (given * left + RiskLimits.ADD_ON_DECAY_SECONDS - 1) / RiskLimits.ADD_ON_DECAY_SECONDS;
        }
    }

    /// @notice Trips of a level that came within a day of the one before, in a row.
    function repeatsAt(ModeWord self, uint256 level, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 repeats = (ModeWord.unwrap(self) >> (_TRIPS + _TRIP_BITS * level)) & _TRIPS_MAXIMUM;
            if (repeats == 0) return 0;
            return time < self.trippedAt(level) + RiskLimits.REPEAT_SECONDS ? repeats : 0;
        }
    }

    /// @notice Time of the last recorded trip, less than 64 s early.
    function trippedAt(ModeWord self, uint256 level) internal pure returns (uint256) {
        unchecked {
            uint256 units = ModeWord.unwrap(self) >> (_TRIPPED_AT + _TIME_BITS * level);
            return (units & ((1 << _TIME_BITS) - 1)) * _TIME_UNIT;
        }
    }

    /// @notice A poke saw the level not true since its last recorded trip.
    function isClearSeen(ModeWord self, uint256 level) internal pure returns (bool) {
        return (ModeWord.unwrap(self) >> (_CLEAR_SEEN + level)) & 1 != 0;
    }

    /// @notice All of them, as bits of the levels' positions.
    function clearsSeen(ModeWord self) internal pure returns (uint256) {
        return (ModeWord.unwrap(self) >> _CLEAR_SEEN) & ((1 << DWELLING_LEVELS) - 1);
    }

    function withCeiling(ModeWord self, uint256 thousands) internal pure returns (ModeWord) {
        return _with(self, 0, 28, thousands);
    }

    function withStake(ModeWord self, uint256 thousands, Level level, uint256 time) internal pure returns (ModeWord) {
        self = _with(self, _REFRESHED_AT, _TIME_BITS, time / _TIME_UNIT);
        return _with(_with(self, 28, 28, thousands), 91, 3, uint256(level));
    }

    function withGuardian(ModeWord self, Level level, uint256 until) internal pure returns (ModeWord) {
        return _with(_with(self, 56, 32, until), 88, 3, uint256(level));
    }

    function withAddOn(ModeWord self, uint256 addOnBps, uint256 time) internal pure returns (ModeWord) {
        return _with(_with(self, 94, 10, addOnBps), 104, 32, time);
    }

    /// @notice One more trip of a level: a repeat when the last was within a day, else the first.
    function withTrip(ModeWord self, uint256 level, uint256 time) internal pure returns (ModeWord) {
        unchecked {
            uint256 repeats = 0;
            uint256 last = self.trippedAt(level);
            if (last != 0 && time < last + RiskLimits.REPEAT_SECONDS) {
                repeats = self.repeatsAt(level, time);
                if (repeats != _TRIPS_MAXIMUM) ++repeats;
            }
            self = _with(self, _TRIPS + _TRIP_BITS * level, _TRIP_BITS, repeats);
            return _with(self, _TRIPPED_AT + _TIME_BITS * level, _TIME_BITS, time / _TIME_UNIT);
        }
    }

    function withClearSeen(ModeWord self, uint256 level, bool seen) internal pure returns (ModeWord) {
        return _with(self, _CLEAR_SEEN + level, 1, seen ? 1 : 0);
    }

    /// @notice No repeats: every dwell is its base again.
    function withoutRepeats(ModeWord self) internal pure returns (ModeWord) {
        return _with(self, _TRIPS, _TRIP_BITS * DWELLING_LEVELS, 0);
    }

    function _with(ModeWord self, uint256 offset, uint256 width, uint256 value) private pure returns (ModeWord) {
        unchecked {
            uint256 mask = ((1 << width) - 1) << offset;
            return ModeWord.wrap((ModeWord.unwrap(self) & ~mask) | (value << offset));
        }
    }
}
