// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../shared/OracleTypes.sol";
import { RiskLimits } from "./RiskLimits.sol";

/// @notice What a poke recorded.
/// @param tripped Levels that tripped again, as bits of their positions.
/// @param clears A level was seen clear for the first time since its last trip.
/// @param bidSeconds Bid time that was counted.
/// @param resumes The guardian's halt was over, and bid time goes on from here.
struct PokeRecord {
    uint256 tripped;
    bool clears;
    uint256 bidSeconds;
    bool resumes;
}

/// @title Poke budget
/// @notice When a poke is paid. The second of two pokes records nothing new, and an hour pays a few of them whatever happens,
/// so there is nothing to farm. Word: hour u32 | tips paid in it u8.
library PokeBudget {
    /// @notice The poke recorded something that would have been missed. In calm a halt is not near, and bid time not at stake.
    function isNews(PokeRecord memory done, Level mode) internal pure returns (bool) {
        if (done.tripped != 0 || done.clears || done.resumes) return true;
        return mode != Level.Normal && done.bidSeconds >= RiskLimits.POKE_BID_SECONDS;
    }

    /// @notice Takes a tip out of the hour's. @return next The word after it. @return paid False when there is none left.
    function taken(uint256 word, uint256 time) internal pure returns (uint256 next, bool paid) {
        unchecked {
            uint256 hour = time / 1 hours;
            uint256 count = uint32(word) == hour ? word >> 32 : 0;
            if (count >= RiskLimits.TIPS_PER_HOUR) return (word, false);
            return (hour | ((count + 1) << 32), true);
        }
    }
}
