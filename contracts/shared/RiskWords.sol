// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { MARK_SECONDS, ROUND_SECONDS, Source } from "./OracleTypes.sol";

/// @title Risk words
/// @notice Reads what `IPriceOracle.riskWords` answers: the oracle's words of a feed as they are stored, so that one call
/// tells the risk room everything. Layout of `latest`, from the low end: price u64 | round u32 | dispersion u14 | level u3 |
/// source u3 | divergent, pending, dirty quarantine, dirty halted, witnessed, new, contradicted u1 each | uptime u32 | sum u75
/// | coverage u11 | divergent rounds u7 | grace u4 | grace spent u4. Of `averages`: 5 min u26 | 30 min u26 | 12 h u26 |
/// previous ratio u26 | variance u24 | lagged dispersion u14 | four clocks u15 | quorum streak u5 | divergent history u20 |
/// wide streaks u2, u2, u3 | clear streak u3 | calm rounds u7 | previous delta u12. Of `witness`: price u64 | observed at u32
/// | delay to the poke in 64 s u12 | distance i12 | agreed u1 | conflicted u1 | far samples u2 | threshold u4.
library RiskWords {
    /// @dev Clocks saturate here: the level was last true longer ago than that, or never.
    uint256 internal constant CLOCK_MAXIMUM = (1 << 15) - 1;
    uint256 internal constant WITNESS_FRESH_SECONDS = 1 hours;
    uint256 private constant _CLOCKS = ((1 << 60) - 1) << 142;
    uint256 private constant _RATIO_MASK = (1 << 26) - 1;
    uint256 private constant _RATIO_BITS = 22;
    uint256 private constant _GRACE_UNIT = 2 minutes;
    uint256 private constant _DELAY_UNIT = 64;
    uint256 private constant _BAND_WITNESS_BPS = 150;
    uint256 private constant _FAR_BPS = 800;
    /// @dev 15 % per square root of a day, in ppm.
    uint256 private constant _AGE_PPM = 150_000;
    uint256 private constant _LEAST_VOLATILITY_BPS = 12_000;
    /// @dev Variance of 120 % a year, 1e-5 = 1.
    uint256 private constant _LEAST_VARIANCE = 144_000;

    function priceOf(uint256 latest) internal pure returns (uint256) {
        return uint64(latest);
    }

    /// @notice Time of the price's round.
    function timeOf(uint256 latest) internal pure returns (uint256) {
        unchecked {
            return uint256(uint32(latest >> 64)) * ROUND_SECONDS;
        }
    }

    /// @notice Seconds since the observation, 0 when the chain's clock lags.
    function ageOf(uint256 latest, uint256 time) internal pure returns (uint256) {
        unchecked {
            uint256 observedAt = timeOf(latest);
            return time > observedAt ? time - observedAt : 0;
        }
    }

    function dispersionPpmOf(uint256 latest) internal pure returns (uint256) {
        unchecked {
            return ((latest >> 96) & 0x3fff) * 10;
        }
    }

    /// @notice The price has the full quorum behind it.
    function isPrimary(uint256 latest) internal pure returns (bool) {
        return (latest >> 113) & 7 == uint256(Source.Quorum);
    }

    /// @notice A majority signed the price, and no witness was there to confirm it.
    function isUnwitnessed(uint256 latest) internal pure returns (bool) {
        return (latest >> 113) & 7 == uint256(Source.Unwitnessed);
    }

    /// @notice Stored signal, as a number of {Level}.
    function levelOf(uint256 latest) internal pure returns (uint256) {
        return (latest >> 110) & 7;
    }

    function isNew(uint256 latest) internal pure returns (bool) {
        return (latest >> 121) & 1 != 0;
    }

    /// @notice A listed feed whose four clocks are saturated.
    function isLongCalm(uint256 latest, uint256 averages) internal pure returns (bool) {
        return averages & _CLOCKS == _CLOCKS && !isNew(latest);
    }

    /// @notice Seconds of oracle uptime before the latest round.
    function uptimeOf(uint256 latest) internal pure returns (uint256) {
        return uint32(latest >> 123);
    }

    /// @notice Grace that the last outage granted, seconds of uptime from the resuming round.
    function graceOf(uint256 latest) internal pure returns (uint256) {
        unchecked {
            return ((latest >> 248) & 15) * _GRACE_UNIT;
        }
    }

    /// @notice Uptime since Cautious or more was last true, seconds; saturates at CLOCK_MAXIMUM like the others.
    function sinceCautious(uint256 averages) internal pure returns (uint256) {
        return (averages >> 142) & CLOCK_MAXIMUM;
    }

    /// @notice Uptime since the feed last resumed or was last Halted.
    function sinceRecovery(uint256 averages) internal pure returns (uint256) {
        return (averages >> 157) & CLOCK_MAXIMUM;
    }

    function sinceReduceOnly(uint256 averages) internal pure returns (uint256) {
        return (averages >> 172) & CLOCK_MAXIMUM;
    }

    function sinceHalted(uint256 averages) internal pure returns (uint256) {
        return (averages >> 187) & CLOCK_MAXIMUM;
    }

    /// @notice 12 h average, 8 decimals, rounded down.
    function average12hOf(uint256 latest, uint256 averages) internal pure returns (uint256) {
        unchecked {
            return (priceOf(latest) * ((averages >> 52) & _RATIO_MASK)) >> _RATIO_BITS;
        }
    }

    /// @notice Distance of the price to an average in ppm. @param offset 0 for 5 min, 26 for 30 min, 52 for 12 h.
    function movePpm(uint256 averages, uint256 offset) internal pure returns (uint256) {
        unchecked {
            uint256 average = (averages >> offset) & _RATIO_MASK;
            if (average == 0) return type(uint128).max;
            uint256 one = 1 << _RATIO_BITS;
            return ((average > one ? average - one : one - average) * 1e6) / average;
        }
    }

    /// @notice Larger of 120 % and realised 12 h volatility per year, bps, rounded up.
    function volatilityBpsUp(uint256 averages) internal pure returns (uint256) {
        unchecked {
            uint256 variance = uint24(averages >> 104);
            if (variance < _LEAST_VARIANCE) return _LEAST_VOLATILITY_BPS;
            return FixedPointMathLib.sqrt(variance * 1e3) + 1; // bps² over the unit of variance
        }
    }

    /// @notice Seconds since the witness was asked; as old as time when it never was.
    function witnessAgeOf(uint256 witness, uint256 time) internal pure returns (uint256) {
        unchecked {
            if (uint64(witness) == 0) return type(uint256).max;
            uint256 checked = uint256(uint32(witness >> 64)) + ((witness >> 96) & 0xfff) * _DELAY_UNIT;
            return time > checked ? time - checked : 0;
        }
    }

    /// @notice Two fresh sources were at most 1 % apart.
    function isAgreed(uint256 witness) internal pure returns (bool) {
        return (witness >> 120) & 1 != 0;
    }

    /// @notice Distance of the witness to our price at its time, bps without sign.
    function witnessDistanceOf(uint256 witness) internal pure returns (uint256 size) {
        unchecked {
            size = (witness >> 108) & 0xfff;
            if (size & 0x800 != 0) size = 4096 - size;
        }
    }

    /// @notice Distance of the witness to our latest price, bps without sign, rounded down; 0 when we have no price.
    function witnessGapOf(uint256 latest, uint256 witness) internal pure returns (uint256) {
        unchecked {
            (uint256 price, uint256 given) = (priceOf(latest), uint64(witness));
            return FixedPointMathLib.rawDiv((price > given ? price - given : given - price) * 1e4, price);
        }
    }

    /// @notice The latest price is more than 8 % away from a fresh witness, measured as when a round is published; but it may be
    /// true of an answer that came since.
    function isContradicted(uint256 latest, uint256 witness, uint256 time) internal pure returns (bool) {
        unchecked {
            uint256 given = uint64(witness);
            if (FixedPointMathLib.dist(priceOf(latest), given) * 1e4 <= given * _FAR_BPS) return false;
            return witnessAgeOf(witness, time) <= WITNESS_FRESH_SECONDS;
        }
    }

    /// @notice u = D + 15 % · √(age / 24 h), at most 100 %, stretched to a pending price and to a fresh witness more than 1.5 %
    /// away; the oracle's own `tryReadRisk` gives the same. Rounded outward.
    function band(
        uint256 latest,
        uint256 witness,
        uint256 pendingPrice,
        uint256 time
    ) internal pure returns (uint256 low, uint256 high) {
        unchecked {
            uint256 price = priceOf(latest);
            uint256 width = FixedPointMathLib.sqrt((ageOf(latest, time) * _AGE_PPM * _AGE_PPM) / 24 hours) + 1;
            width += dispersionPpmOf(latest);
            if (width > 1e6) width = 1e6;
            width = (price * width + 1e6 - 1) / 1e6;
            (low, high) = (price > width ? price - width : 0, price + width);
            if (pendingPrice != 0) (low, high) = _stretched(low, high, pendingPrice);
            if (witnessDistanceOf(witness) > _BAND_WITNESS_BPS && witnessAgeOf(witness, time) <= WITNESS_FRESH_SECONDS)
                (low, high) = _stretched(low, high, uint64(witness));
            if (high > type(uint64).max) high = type(uint64).max;
        }
    }

    /// @notice In the last half hour before `expiry`, price and band as the expiry will see them: the average so far, which
    /// nobody can change any more, completed with what is given. A dirty window may settle by another rung, so there the band
    /// keeps its own ends too. Elsewhere what was given.
    function completed(
        uint256 latest,
        uint256 expiry,
        uint256 price,
        uint256 low,
        uint256 high
    ) internal pure returns (uint256, uint256, uint256) {
        unchecked {
            uint256 time = timeOf(latest);
            // Only then is the open half hour of the word the window of this expiry.
            if (time >= expiry || time + MARK_SECONDS < expiry || expiry % MARK_SECONDS != 0) return (price, low, high);
            uint256 left = expiry - time;
            uint256 sum = (latest >> 155) & ((1 << 75) - 1);
            uint256 total = ((latest >> 230) & 0x7ff) + left;
            price = (sum + price * left) / total;
            uint256 newLow = (sum + low * left) / total;
            uint256 newHigh = (sum + high * left + total - 1) / total;
            if ((latest >> 118) & 3 == 0) return (price, newLow, newHigh);
            return (price, newLow < low ? newLow : low, newHigh > high ? newHigh : high);
        }
    }

    function _stretched(uint256 low, uint256 high, uint256 price) private pure returns (uint256, uint256) {
        return (price < low ? price : low, price > high ? price : high);
    }
}
