// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { MARK_SECONDS, ROUND_SECONDS, Source } from "../../shared/OracleTypes.sol";
import { SignalLimits } from "../../shared/Signal.sol";
import { Averages, Latest } from "./FeedWords.sol";

/// @notice Decay factors of one interval, shared by all feeds whose last round is the same.
/// @dev Weights of the new value, 2^32 = 1.
struct Decay {
    uint256 seconds_;
    uint256 weight5m;
    uint256 weight30m;
    uint256 weight12h;
}

/// @title Feed fold
/// @notice Takes the latest round of a feed into its averages, uptime, half-hour sum and streaks once the next round is
/// known: its price held from its own time to the next round's. Averages decay by elapsed time, 1 − exp(−Δt/τ).
library FeedFold {
    uint256 internal constant RATIO_ONE = 1 << 22;
    uint256 internal constant RATIO_MAXIMUM = (1 << 26) - 1;
    uint256 internal constant VARIANCE_ONE = 1e5;
    uint256 internal constant VARIANCE_MAXIMUM = type(uint24).max;
    /// @dev σ = 120 % before anything is measured.
    uint256 internal constant VARIANCE_SEED = 144_000;
    uint256 internal constant LAGGED_SEED = 2_000;
    uint256 internal constant LAGGED_MINIMUM = 500;
    uint256 internal constant LAGGED_MAXIMUM = 10_000;
    uint256 internal constant YEAR = 365 days;
    /// @dev After this no round from before a boundary is taken any more (ten minutes plus two rounds).
    uint256 internal constant CLOSED_SECONDS = 10 minutes + 2 * ROUND_SECONDS;
    uint256 private constant _CLOCK_MAXIMUM = (1 << 15) - 1;
    uint256 private constant _DISPERSION_UNIT = 10;

    /// @notice Decay factors of an interval of `elapsed` seconds.
    function decayOf(uint256 elapsed) internal pure returns (Decay memory decay) {
        decay.seconds_ = elapsed;
        decay.weight5m = _weight(elapsed, 5 minutes);
        decay.weight30m = _weight(elapsed, 30 minutes);
        decay.weight12h = _weight(elapsed, 12 hours);
    }

    /// @notice Folds the latest round over `decay.seconds_` seconds, of which at most `heartbeat` are covered.
    /// @return covered Seconds of this interval that count as covered.
    function fold(
        Latest memory latest,
        Averages memory averages,
        Decay memory decay,
        uint256 heartbeat
    ) internal pure returns (uint256 covered) {
        unchecked {
            covered = decay.seconds_ < heartbeat ? decay.seconds_ : heartbeat;
            _foldVariance(averages, decay);
            averages.average5m = uint32(toward(averages.average5m, decay.weight5m));
            averages.average30m = uint32(toward(averages.average30m, decay.weight30m));
            averages.average12h = uint32(toward(averages.average12h, decay.weight12h));
            if (latest.source != Source.Unwitnessed) {
                latest.uptime += uint32(covered);
                _advanceClocks(averages, covered);
            }
            _foldStreaks(latest, averages);
        }
    }

    /// @notice Expresses the averages against a new price; to be called when the published price changes.
    function rebase(Averages memory averages, uint256 oldPrice, uint256 newPrice) internal pure {
        averages.average5m = uint32(rebased(averages.average5m, oldPrice, newPrice));
        averages.average30m = uint32(rebased(averages.average30m, oldPrice, newPrice));
        averages.average12h = uint32(rebased(averages.average12h, oldPrice, newPrice));
        averages.previousRatio = uint32(rebased(averages.previousRatio, oldPrice, newPrice));
    }

    /// @notice Adds the interval to the open half hour.
    /// @return part Seconds that belong to the half hour of `latest.round`; the rest falls behind its boundary.
    function accumulate(Latest memory latest, uint256 covered, uint256 boundary) internal pure returns (uint256 part) {
        unchecked {
            part = boundary - uint256(latest.round) * ROUND_SECONDS;
            if (covered < part) part = covered;
            addCoverage(latest, part);
        }
    }

    function addCoverage(Latest memory latest, uint256 part) internal pure {
        unchecked {
            if (latest.contradicted) return;
            latest.sum += uint96(uint256(latest.price) * part);
            latest.coverage += uint16(part);
            if (latest.divergent) latest.divergentRounds += uint8(part / ROUND_SECONDS);
        }
    }

    /// @notice Whether the half hour that ends at `boundary` can gain nothing any more at `time`.
    function isClosed(uint256 boundary, uint256 time) internal pure returns (bool) {
        return time > boundary + CLOSED_SECONDS;
    }

    /// @notice First half hour after the time of round `round`.
    function boundaryAfter(uint256 round) internal pure returns (uint256) {
        unchecked {
            return ((round * ROUND_SECONDS) / MARK_SECONDS + 1) * MARK_SECONDS;
        }
    }

    function _foldVariance(Averages memory averages, Decay memory decay) private pure {
        averages.variance = uint24(
            varianceAfter(averages.variance, averages.previousRatio, averages.previousDelta, decay.weight12h)
        );
    }

    /// @notice Realised variance with the return into the latest round; an average over 12 h like the slowest price average.
    /// @param ratio Price before the latest round over its price; `delta` rounds lie between, 0 for the first round.
    function varianceAfter(
        uint256 variance,
        uint256 ratio,
        uint256 delta,
        uint256 weight
    ) internal pure returns (uint256) {
        unchecked {
            if (delta == 0) return variance; // the first round has no return
            uint256 move = ratio > RATIO_ONE ? ratio - RATIO_ONE : RATIO_ONE - ratio;
            if (ratio == 0) ratio = 1;
            // (move / ratio)² · year / Δt, where ratio is previous over latest: the return relative to the previous price.
            uint256 instant = FixedPointMathLib.rawDiv(
                move * move * VARIANCE_ONE * YEAR,
                ratio * ratio * delta * ROUND_SECONDS // no factor is zero
            );
            if (instant > VARIANCE_MAXIMUM) instant = VARIANCE_MAXIMUM;
            return (variance * ((1 << 32) - weight) + instant * weight + (1 << 31)) >> 32;
        }
    }

    function _foldStreaks(Latest memory latest, Averages memory averages) private pure {
        unchecked {
            uint256 dispersion = uint256(latest.dispersion) * _DISPERSION_UNIT;
            averages.wideCautious = _streak(averages.wideCautious, dispersion > SignalLimits.DISPERSION_CAUTIOUS, 3);
            averages.wideReduceOnly = _streak(
                averages.wideReduceOnly,
                dispersion > SignalLimits.DISPERSION_REDUCE_ONLY,
                3
            );
            averages.wideHalted = _streak(averages.wideHalted, dispersion > SignalLimits.DISPERSION_HALTED, 7);
            uint256 history = (uint256(averages.divergentHistory) << 1) | (latest.divergent ? 1 : 0);
            averages.divergentHistory = uint32(history & 0xfffff);
            if (latest.source == Source.Quorum) {
                averages.quorumStreak = _streak(averages.quorumStreak, true, 31);
                _foldLaggedDispersion(averages, dispersion);
            } else {
                averages.quorumStreak = 0;
            }
        }
    }

    function _foldLaggedDispersion(Averages memory averages, uint256 dispersion) private pure {
        averages.laggedDispersion = uint16(laggedAfter(averages.laggedDispersion, dispersion));
    }

    /// @notice Mean of dispersions over about an epoch of 240 rounds, rounded to nearest, in ppm.
    function laggedAfter(uint256 lagged, uint256 dispersion) internal pure returns (uint256) {
        unchecked {
            if (dispersion < LAGGED_MINIMUM) dispersion = LAGGED_MINIMUM;
            if (dispersion > LAGGED_MAXIMUM) dispersion = LAGGED_MAXIMUM;
            return (lagged * 239 + dispersion + 120) / 240;
        }
    }

    function _advanceClocks(Averages memory averages, uint256 covered) private pure {
        averages.sinceCautious = uint16(clockAfter(averages.sinceCautious, covered));
        averages.sinceRecovery = uint16(clockAfter(averages.sinceRecovery, covered));
        averages.sinceReduceOnly = uint16(clockAfter(averages.sinceReduceOnly, covered));
        averages.sinceHalted = uint16(clockAfter(averages.sinceHalted, covered));
    }

    /// @notice A clock of uptime seconds after `covered` more, saturating.
    function clockAfter(uint256 clock, uint256 covered) internal pure returns (uint256) {
        unchecked {
            clock += covered;
            return clock > _CLOCK_MAXIMUM ? _CLOCK_MAXIMUM : clock;
        }
    }

    function _streak(uint256 streak, bool goesOn, uint256 maximum) private pure returns (uint8) {
        unchecked {
            if (!goesOn) return 0;
            return uint8(streak < maximum ? streak + 1 : maximum);
        }
    }

    /// @dev Weight of an observation that held for `elapsed` seconds in an average of time constant `tau`; 2^32 = 1.
    function _weight(uint256 elapsed, uint256 tau) private pure returns (uint256) {
        unchecked {
            if (elapsed > 32 * tau) return 1 << 32; // exp(-32) is below the resolution
            uint256 kept = uint256(FixedPointMathLib.expWad(-int256((elapsed * 1e18) / tau)));
            return ((1e18 - kept) << 32) / 1e18;
        }
    }

    /// @notice average + (price − average)·weight with everything over price, so that price is RATIO_ONE; to nearest.
    function toward(uint256 average, uint256 weight) internal pure returns (uint256) {
        unchecked {
            return (average * ((1 << 32) - weight) + RATIO_ONE * weight + (1 << 31)) >> 32;
        }
    }

    /// @notice The price behind a ratio to `price`, to nearest and at least one unit: no price was ever zero.
    function priceOf(uint256 price, uint256 ratio) internal pure returns (uint256 result) {
        unchecked {
            result = (price * ratio + RATIO_ONE / 2) / RATIO_ONE;
            if (result == 0) result = 1;
        }
    }

    /// @notice A ratio to `oldPrice` as one to `newPrice`, to nearest, saturating.
    function rebased(uint256 ratio, uint256 oldPrice, uint256 newPrice) internal pure returns (uint256) {
        unchecked {
            uint256 result = (ratio * oldPrice + newPrice / 2) / newPrice;
            return result > RATIO_MAXIMUM ? RATIO_MAXIMUM : result;
        }
    }
}
