// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";

/// @notice What a flagged book as a whole costs and pays, ledger units.
/// @param full M: worth of its shorts less its longs at the price and 100 % volatility, rounded up.
/// @param half M₀: the same at half of the time value; 0 once the payment has left it behind.
/// @param target X: the cash that ends the liquidation, rounded up.
/// @param penalty π, rounded up.
/// @param payment P, what the bidder gets for the whole book, rounded down; beyond the book's own cash it is insurance's.
struct AuctionTerms {
    uint256 full;
    uint256 half;
    uint256 target;
    uint256 penalty;
    uint256 payment;
}

/// @title Auction price
/// @notice Arithmetic of a liquidation (DESIGN §5): what a bidder is paid rises until somebody takes the book, and nobody takes
/// more of a book than restores it. Everything here is in proportion to the size of the book.
library AuctionPrice {
    /// @dev 1 of shares.
    uint256 internal constant ONE = 1e18;
    /// @dev Least share of a bid, unless less is left to take: a bid costs its book a second of the clock by rounding, and a
    /// slice a basis point of its minute, so that dust could stall an auction for its gas alone.
    uint256 internal constant LEAST_SHARE = ONE / 100;
    uint256 internal constant SOLVENT_SECONDS = 20 minutes;
    uint256 internal constant INSOLVENT_SECONDS = 40 minutes;
    uint256 internal constant ABSORB_SECONDS = 2 hours;
    uint256 private constant _PENALTY_PERCENT = 5;
    uint256 private constant _HIGHEST_PERCENT = 105;
    uint256 private constant _TARGET_PERCENT = 125;

    /// @notice π = 5 % of what the cash exceeds M by, rounded up: a book that cannot pay has no penalty.
    function penaltyUp(uint256 cash, uint256 full) internal pure returns (uint256) {
        return FixedPointMathLib.divUp(FixedPointMathLib.zeroFloorSub(cash, full) * _PENALTY_PERCENT, 100);
    }

    /// @notice X = min(maximum loss, 1.25 · MM, IM at k = 1).
    function targetUp(uint256 maximumLoss, uint256 maintenance, uint256 initial) internal pure returns (uint256) {
        uint256 target = FixedPointMathLib.divUp(maintenance * _TARGET_PERCENT, 100);
        return FixedPointMathLib.min(maximumLoss, FixedPointMathLib.min(target, initial));
    }

    /// @notice P: from min(M₀, cash − π) to cash − π in 20 minutes; where the cash is below M, in 40 more to 1.05 · M.
    /// Rounded down.
    /// @param half M₀. @param elapsed Seconds of bid time. @param isPrimary Only then does insurance pay.
    function paymentDown(
        uint256 cash,
        uint256 full,
        uint256 half,
        uint256 elapsed,
        bool isPrimary
    ) internal pure returns (uint256) {
        uint256 last = cash - penaltyUp(cash, full);
        uint256 first = FixedPointMathLib.min(half, last);
        if (elapsed < SOLVENT_SECONDS) return first + ((last - first) * elapsed) / SOLVENT_SECONDS;
        if (cash >= full || !isPrimary) return last;
        elapsed = FixedPointMathLib.min(elapsed - SOLVENT_SECONDS, INSOLVENT_SECONDS);
        uint256 highest = (full * _HIGHEST_PERCENT) / 100;
        return last + ((highest - last) * elapsed) / INSOLVENT_SECONDS;
    }

    /// @notice Seconds at which what a bid leaves is paid for as what it took: in proportion it holds more cash, so without this
    /// each part of a book would be dearer than the one before it. Rounded down, at most `elapsed`.
    /// @param cash Of the rest. @param share That was taken of the book of `terms`, below 1.
    function elapsedDown(
        uint256 cash,
        AuctionTerms memory terms,
        uint256 share,
        uint256 elapsed
    ) internal pure returns (uint256) {
        if (elapsed >= SOLVENT_SECONDS) return elapsed;
        uint256 rest = ONE - share;
        uint256 last = cash - penaltyUp(cash, (terms.full * rest) / ONE);
        uint256 first = FixedPointMathLib.min((terms.half * rest) / ONE, last);
        if (first == last) return elapsed;
        uint256 paid = (terms.payment * rest) / ONE;
        if (paid <= first) return 0;
        return FixedPointMathLib.min(((paid - first) * SOLVENT_SECONDS) / (last - first), elapsed);
    }

    /// @notice Largest share that a bidder may take: what brings the rest to X, rounded up; all of a book that cannot pay or
    /// that no part of helps.
    function largestShareUp(uint256 cash, AuctionTerms memory terms) internal pure returns (uint256) {
        uint256 spent = terms.payment + terms.penalty;
        if (cash >= terms.target) return 0;
        if (cash < terms.full || terms.target <= spent) return ONE;
        uint256 share = FixedPointMathLib.fullMulDivUp(terms.target - cash, ONE, terms.target - spent);
        return FixedPointMathLib.min(share, ONE);
    }
}
