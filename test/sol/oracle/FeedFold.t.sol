// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level, Source } from "../../../contracts/shared/OracleTypes.sol";
import { Candidate } from "../../../contracts/oracle/libraries/CandidateWord.sol";
import { FeedFold } from "../../../contracts/oracle/libraries/FeedFold.sol";
import { Feed, FeedStep, Outcome, Step } from "../../../contracts/oracle/libraries/FeedStep.sol";

/// @notice Ratios have an end: what was nothing beside the new price divides nothing, and counts as far as can be.
contract FeedFoldTest {
    function test_APriceThatLeavesNoRatioIsHalted() external pure {
        Step memory step;
        (step.round, step.heartbeat, step.weightEmaBps) = (116_000_050, 60, 9_500);
        step.blockTime = step.round * 15;
        Feed memory feed;
        (feed.latest.round, feed.latest.price, feed.latest.source) = (uint32(step.round - 1), 1, Source.Quorum);
        uint32 one = uint32(FeedFold.RATIO_ONE);
        (feed.averages.average5m, feed.averages.average30m, feed.averages.average12h) = (one, one, one);
        (feed.averages.previousRatio, feed.averages.previousDelta) = (one, 1);

        Candidate memory candidate = Candidate(3_000e8, 0, false, Source.Witness);
        require(FeedStep.apply_(feed, candidate, step) == Outcome.Published, "two witnesses are believed");
        require(feed.averages.average5m == 0 && feed.averages.previousRatio == 0, "nothing beside it");
        require(feed.latest.level == Level.Halted, "and as far from it as can be");
    }

    function test_NoPriceWasEverZero() external pure {
        require(FeedFold.priceOf(1, FeedFold.RATIO_ONE / 2 - 1) == 1, "less than half a unit");
        require(FeedFold.priceOf(3_000e8, 0) == 1, "no ratio");
    }

    function test_AReturnFromNothingIsTheLargest() external pure {
        uint256 whole = 1 << 32;
        require(FeedFold.varianceAfter(0, 0, 1, whole) == FeedFold.VARIANCE_MAXIMUM, "without a division by zero");
    }
}
