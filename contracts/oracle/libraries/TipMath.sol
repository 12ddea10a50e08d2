// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BPS, ROUND_SECONDS } from "../../shared/OracleTypes.sol";
import { FeedFold } from "./FeedFold.sol";
import { Head } from "./RoundHead.sol";

/// @title Tip math
/// @notice What a relayer earns: base × (stored age / heartbeat)² × weight². The age makes the tip price gas by itself, the
/// square of the weight makes a full bundle worth waiting for.
library TipMath {
    uint256 internal constant TIPS_PER_HOUR = 60;
    uint256 internal constant FRESH_SECONDS = 60;
    uint256 internal constant MOVE_BPS = 25;
    /// @dev Ages above this many heartbeats pay no more: after a long outage a tip stays within 100 × base.
    uint256 internal constant AGE_LIMIT = 10;
    /// @dev Late credits paid per seat and epoch. They have a bound of their own: under the relays' cap a seat that is late
    /// on purpose would take the tips of a whole hour.
    uint256 internal constant LATE_PAID_PER_EPOCH = 8;
    uint256 private constant _LATE_SHARE = 16;

    /// @notice Whether a feed's update is worth a tip.
    /// @param previousRatio Former price over the new one, `previousDelta` its age in rounds.
    function isDue(uint256 previousRatio, uint256 previousDelta, uint256 heartbeat) internal pure returns (bool) {
        unchecked {
            uint256 gap =
                previousRatio > FeedFold.RATIO_ONE
                    ? previousRatio - FeedFold.RATIO_ONE
                    : FeedFold.RATIO_ONE - previousRatio;
            return gap * BPS >= FeedFold.RATIO_ONE * MOVE_BPS || previousDelta * ROUND_SECONDS >= heartbeat;
        }
    }

    /// @notice Tip of a version of a round, rounded down.
    /// @param rounds Age of the stored price in rounds.
    /// @param weightBps Signed share of active weight; `oldWeightBps` of the version it replaces, 0 for none.
    function amount(
        uint256 base,
        uint256 rounds,
        uint256 heartbeat,
        uint256 weightBps,
        uint256 oldWeightBps
    ) internal pure returns (uint256) {
        if (weightBps <= oldWeightBps) return 0;
        uint256 age = rounds * ROUND_SECONDS;
        if (age > AGE_LIMIT * heartbeat) age = AGE_LIMIT * heartbeat;
        uint256 added = weightBps * weightBps - oldWeightBps * oldWeightBps;
        return (base * age * age * added) / (heartbeat * heartbeat * BPS * BPS);
    }

    /// @notice Pay for crediting a validator that was left out.
    function lateCredit(uint256 base) internal pure returns (uint256) {
        return base / _LATE_SHARE;
    }

    /// @notice Whether a further late credit of a seat with `credited` of them in this epoch is paid.
    function isLatePaid(uint256 credited) internal pure returns (bool) {
        return credited < LATE_PAID_PER_EPOCH;
    }

    /// @notice Counts a tip against the cap of the hour; the caller stores `head`. A superset adds to a tip that was counted
    /// with its first version, so that nobody can use up the hour's tips by adding signers one by one.
    function underCap(Head memory head, bool isUpgrade) internal view returns (bool) {
        uint32 hour = uint32(block.timestamp / 1 hours);
        if (hour != head.tipHour) (head.tipHour, head.tipCount) = (hour, 0);
        if (head.tipCount >= TIPS_PER_HOUR) return false;
        if (!isUpgrade) head.tipCount += 1;
        return true;
    }
}
