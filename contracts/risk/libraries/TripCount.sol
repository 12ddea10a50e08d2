// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RiskWords } from "../../shared/RiskWords.sol";
import { CAUTIOUS, DWELLING_LEVELS, HALTED, ModeWord, REDUCE_ONLY } from "./ModeWord.sol";

/// @title Trip count
/// @notice What a poke makes of the oracle's clocks: a level tripped again when it was true after a poke had seen it clear.
/// A level that went on being true counts once, however often it is poked; one that came and went between two pokes counts.
library TripCount {
    /// @param pokedUptime Oracle uptime at the last poke.
    /// @return next The word with what is new. @return tripped Bits of the levels that tripped, by their positions.
    function record(
        ModeWord word,
        uint256 latest,
        uint256 averages,
        uint256 pokedUptime,
        uint256 time
    ) internal pure returns (ModeWord next, uint256 tripped) {
        unchecked {
            uint256 uptime = RiskWords.uptimeOf(latest);
            for (uint256 level = CAUTIOUS; level < DWELLING_LEVELS; ++level) {
                uint256 since = _since(averages, level);
                bool known = since != RiskWords.CLOCK_MAXIMUM && word.isClearSeen(level);
                if (known && uptime > pokedUptime + since) {
                    word = word.withTrip(level, time);
                    tripped |= 1 << level;
                    word = word.withClearSeen(level, false);
                }
                if (since != 0) word = word.withClearSeen(level, true);
            }
            return (word, tripped);
        }
    }

    function _since(uint256 averages, uint256 level) private pure returns (uint256) {
        if (level == HALTED) return RiskWords.sinceHalted(averages);
        return level == REDUCE_ONLY ? RiskWords.sinceReduceOnly(averages) : RiskWords.sinceCautious(averages);
    }
}
