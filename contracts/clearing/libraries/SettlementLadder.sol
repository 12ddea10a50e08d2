// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice The rung that priced an expiry.
enum Rung {
    None,
    /// @dev Mean of the last half hour, clean, at least 80 % covered.
    Window,
    /// @dev The same, at least 20 % covered.
    ThinWindow,
    /// @dev Signed by two thirds of stake, unchallenged.
    Signed,
    /// @dev Mean of a dirty half hour that a witness confirms.
    WitnessedWindow,
    /// @dev Line between the last price before the expiry and the first after it.
    Line,
    /// @dev Median of witnesses and the last median.
    Witnesses,
    /// @dev The last median.
    LastMedian,
    /// @dev The price kept at the last opening: the oracle itself failed.
    LastOpening
}

/// @notice What is recorded about an expiry. Times are unix seconds, prices have 8 decimals.
/// @param isKnown The half hour before the expiry is closed, and where it has no window, what follows it is shown too.
/// @param mean Time-weighted mean of that half hour, 0 without coverage.
/// @param coverage Its covered seconds, 0 to 1,800.
/// @param isDirty It saw a quarantine, a Halted trigger, or more than a fifth of divergent time. Where it has no window: the
/// half hour of the last price did, or a Halted trigger was true in that of the first.
/// @param lastPrice Last median before the expiry, 0 when there is none or it is not known.
/// @param lastAt When it was observed.
/// @param firstPrice Mean of the first covered half hour after the expiry, 0 when there is none yet.
/// @param firstAt When that half hour ended.
/// @param signedPrice Posted with two thirds of stake and not challenged, 0 without.
/// @param signedAt When it was posted.
/// @param witnesses Prices at the expiry proven by rounds; 0 where there is none.
struct Facts {
    uint256 expiry;
    uint256 blockTime;
    bool isKnown;
    uint256 mean;
    uint256 coverage;
    bool isDirty;
    uint256 lastPrice;
    uint256 lastAt;
    uint256 firstPrice;
    uint256 firstAt;
    uint256 signedPrice;
    uint256 signedAt;
    uint256[4] witnesses;
}

/// @title Settlement ladder
/// @notice Which price an expiry settles at: a function of what is recorded, never of who asks or, between two rungs, when.
/// Every rung closes before the next opens for the same data, and the last needs nobody (law 7).
library SettlementLadder {
    uint256 internal constant WINDOW_OPENS = 2 minutes;
    uint256 internal constant THIN_WINDOW_OPENS = 2 hours;
    /// @dev No signature is taken later, so that its hour ends before the third rung opens.
    uint256 internal constant SIGNING_CLOSES = 23 hours;
    uint256 internal constant CHALLENGE_SECONDS = 1 hours;
    uint256 internal constant THIRD_RUNG_OPENS = 24 hours;
    /// @dev Witnesses are recorded until here: what rung three and four see is fixed then.
    uint256 internal constant FOURTH_RUNG_OPENS = 72 hours;
    uint256 internal constant LAST_RUNG_OPENS = 7 days;
    /// @dev The half hour that ends then is closed before the fourth rung opens.
    uint256 internal constant LATEST_FIRST = 71 hours + 30 minutes;

    uint256 private constant _WINDOW_SECONDS = 30 minutes;
    uint256 private constant _OLDEST_LAST = 24 hours;

    /// @notice The rung that the facts allow now, None when none does yet.
    function decide(Facts memory facts) internal pure returns (Rung rung, uint256 price) {
        uint256 age = facts.blockTime - facts.expiry;
        if (!facts.isKnown) return (Rung.None, 0);
        if (_hasWindow(facts)) return _byWindow(facts, age);
        (rung, price) = _withoutWindow(facts, age);
        // Until the fourth rung opens a line may still be drawn.
        if (rung == Rung.None && age >= FOURTH_RUNG_OPENS) return _byWitnesses(facts, age);
    }

    /// @dev At least a fifth of the half hour is covered.
    function _hasWindow(Facts memory facts) private pure returns (bool) {
        return facts.coverage * 5 >= _WINDOW_SECONDS;
    }

    function _byWindow(Facts memory facts, uint256 age) private pure returns (Rung, uint256) {
        if (!facts.isDirty) {
            if (facts.coverage * 5 >= _WINDOW_SECONDS * 4) {
                return age >= WINDOW_OPENS ? (Rung.Window, facts.mean) : (Rung.None, 0);
            }
            return age >= THIN_WINDOW_OPENS ? (Rung.ThinWindow, facts.mean) : (Rung.None, 0);
        }
        if (age < THIRD_RUNG_OPENS) return (Rung.None, 0);
        if (_isWitnessed(facts, facts.mean)) return (Rung.WitnessedWindow, facts.mean);
        if (age < FOURTH_RUNG_OPENS) return (Rung.None, 0);
        return _byWitnesses(facts, age);
    }

    function _withoutWindow(Facts memory facts, uint256 age) private pure returns (Rung, uint256) {
        if (facts.signedPrice != 0) {
            bool isFinal = facts.blockTime >= facts.signedAt + CHALLENGE_SECONDS;
            return isFinal ? (Rung.Signed, facts.signedPrice) : (Rung.None, 0);
        }
        bool hasLine =
            facts.lastPrice != 0 &&
                facts.firstPrice != 0 &&
                facts.expiry - facts.lastAt <= _OLDEST_LAST &&
                facts.firstAt <= facts.expiry + LATEST_FIRST;
        if (age < THIRD_RUNG_OPENS || !hasLine) return (Rung.None, 0);
        // Rounds that a witness contradicts cover nothing, so a captured set could leave a dirty window by lying more.
        uint256 line = _line(facts);
        return facts.isDirty && !_isWitnessed(facts, line) ? (Rung.None, 0) : (Rung.Line, line);
    }

    function _byWitnesses(Facts memory facts, uint256 age) private pure returns (Rung, uint256) {
        uint256 median = age >= FOURTH_RUNG_OPENS ? _medianWithLast(facts) : 0;
        if (median != 0) return (Rung.Witnesses, median);
        if (age < LAST_RUNG_OPENS || facts.lastPrice == 0) return (Rung.None, 0);
        return (Rung.LastMedian, facts.lastPrice);
    }

    /// @dev Some witness at the expiry lies within 5 % of the price.
    function _isWitnessed(Facts memory facts, uint256 price) private pure returns (bool) {
        for (uint256 i; i < 4; ++i) {
            uint256 witness = facts.witnesses[i];
            if (witness == 0) continue;
            uint256 distance = witness > price ? witness - price : price - witness;
            if (distance * 20 <= witness) return true;
        }
        return false;
    }

    /// @dev The price at the expiry on the straight line between the two sides of the outage, rounded down.
    function _line(Facts memory facts) private pure returns (uint256) {
        uint256 left = facts.expiry - facts.lastAt;
        uint256 right = facts.firstAt - facts.expiry;
        return (facts.lastPrice * right + facts.firstPrice * left) / (left + right);
    }

    /// @dev 0 without a witness. With an even count the mean of the middle two, rounded down.
    function _medianWithLast(Facts memory facts) private pure returns (uint256) {
        uint256[5] memory sorted;
        uint256 count;
        for (uint256 i; i < 4; ++i) {
            if (facts.witnesses[i] != 0) _insert(sorted, count++, facts.witnesses[i]);
        }
        if (count == 0) return 0;
        if (facts.lastPrice != 0) _insert(sorted, count++, facts.lastPrice);
        return count % 2 == 1 ? sorted[count / 2] : Math.average(sorted[count / 2 - 1], sorted[count / 2]);
    }

    function _insert(uint256[5] memory sorted, uint256 count, uint256 value) private pure {
        uint256 i = count;
        while (i != 0 && sorted[i - 1] > value) {
            sorted[i] = sorted[i - 1];
            --i;
        }
        sorted[i] = value;
    }
}
