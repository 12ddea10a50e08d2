// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { ISlasher } from "../../interfaces/ISlasher.sol";
import { IWitnessRouter } from "../../interfaces/IWitnessRouter.sol";
import { RING_ROUNDS, ROUND_SECONDS } from "../../shared/OracleTypes.sol";

/// @title Capture evidence
/// @notice Checks that a published median was false for a while and that nothing but the validators can be to blame (F5).
/// Linked, not inlined: it is the one check that needs much code and no state.
/// @dev Why an honest majority cannot be framed with it:
/// 1. Every published round of the span is checked, not those the reporter likes: the caller gives two ends, the ring the
///    rest, and the span must be so recent that no round of it can have been overwritten.
/// 2. Each witness is a gapless chain of rounds, two hours longer than the span at both ends: the successor's time of one is
///    the time of the next, so no inconvenient round can be left out.
/// 3. Both witnesses stood still over all that time. A witness that lags a crash moves when it catches up.
/// 4. Neither was dead: no round of it lasted longer than its heartbeat, and none says to the last digit what the one before it
///    said. A source that repeats an old price, or stands at a bound of its own, says nothing of the market.
library CaptureEvidence {
    /// @dev Rounds of the shortest span: 10 minutes.
    uint256 internal constant MINIMUM_ROUNDS = 10 minutes / ROUND_SECONDS;
    uint256 internal constant MAXIMUM_ROUNDS = 64;
    uint256 internal constant MAXIMUM_WITNESS_ROUNDS = 128;
    uint256 internal constant STEADY_AROUND = 2 hours;
    uint256 internal constant STEADY_PERCENT = 2;
    uint256 internal constant APART_PERCENT = 1;
    uint256 internal constant OFF_PERCENT = 8;

    /// @param source Index in the router.
    /// @param heartbeat Longest time in seconds a round of it may last.
    /// @param since Time of each step; the price holds until the next step.
    struct Witness {
        uint256 source;
        uint256 heartbeat;
        uint256[] since;
        uint256[] prices;
    }

    /// @notice Reverts unless the median of the proof's span was false throughout.
    /// @dev Plain addresses, because a library's interface keeps contract types that other tools cannot read.
    function check(address oracleAddress, address routerAddress, ISlasher.CaptureProof calldata proof) external view {
        IPriceOracle oracle = IPriceOracle(oracleAddress);
        IWitnessRouter router = IWitnessRouter(routerAddress);
        uint256 firstRound = proof.firstRound;
        uint256 lastRound = proof.lastRound;
        require(
            lastRound >= firstRound + MINIMUM_ROUNDS && lastRound < firstRound + MAXIMUM_ROUNDS,
            ISlasher.Slasher_BadSpan(proof.firstRound, proof.lastRound)
        );
        uint256 latestRound = oracle.health().latestRound;
        require(lastRound < latestRound, ISlasher.Slasher_RoundNotKept(proof.lastRound));
        require(latestRound < firstRound + RING_ROUNDS, ISlasher.Slasher_RoundNotKept(proof.firstRound));
        require(proof.sources[0] != proof.sources[1], ISlasher.Slasher_SameSource(proof.sources[0]));

        uint256 from = firstRound * ROUND_SECONDS - STEADY_AROUND;
        uint256 until = lastRound * ROUND_SECONDS + STEADY_AROUND;
        Witness memory first = _load(router, proof, 0, from, until);
        Witness memory second = _load(router, proof, 1, from, until);

        for (uint256 round = firstRound; round <= lastRound; ++round) {
            (bool isKept, IPriceOracle.RoundPrice memory kept) = oracle.tryRoundPrice(proof.feed, uint64(round));
            bool isPublished = isKept && kept.published;
            bool isEnd = round == firstRound || round == lastRound;
            require(isPublished || !isEnd, ISlasher.Slasher_RoundNotPublished(proof.feed, uint64(round)));
            if (isPublished) _checkRound(round, kept.price, first, second);
        }
    }

    /// @dev One published median: the witnesses agree with each other and neither with it.
    function _checkRound(uint256 round, uint256 price, Witness memory first, Witness memory second) private pure {
        uint256 firstPrice = _priceAt(first, round * ROUND_SECONDS);
        uint256 secondPrice = _priceAt(second, round * ROUND_SECONDS);
        require(
            _isWithin(firstPrice, secondPrice, APART_PERCENT),
            ISlasher.Slasher_WitnessesApart(firstPrice, secondPrice)
        );
        require(
            !_isWithin(price, firstPrice, OFF_PERCENT),
            ISlasher.Slasher_MedianHolds(uint64(round), price, firstPrice)
        );
        require(
            !_isWithin(price, secondPrice, OFF_PERCENT),
            ISlasher.Slasher_MedianHolds(uint64(round), price, secondPrice)
        );
    }

    /// @dev A gapless chain of witness rounds from `from` to `until`, steady within 2 %.
    function _load(
        IWitnessRouter router,
        ISlasher.CaptureProof calldata proof,
        uint256 index,
        uint256 from,
        uint256 until
    ) private view returns (Witness memory witness) {
        uint80[] calldata roundIds = index == 0 ? proof.firstRoundIds : proof.secondRoundIds;
        uint256 count = roundIds.length;
        require(count <= MAXIMUM_WITNESS_ROUNDS, ISlasher.Slasher_TooManyWitnessRounds(count, MAXIMUM_WITNESS_ROUNDS));
        uint256 source = proof.sources[index];
        IWitnessRouter.WitnessSource memory described = router.sourceAt(proof.feed, source);
        require(described.trueTime, ISlasher.Slasher_NotTrueTime(source));

        witness = Witness(source, described.heartbeat, new uint256[](count), new uint256[](count));
        uint256 moment = from;
        for (uint256 i = 0; i < count; ++i) moment = _loadStep(router, proof.feed, witness, i, roundIds[i], moment);

        require(count != 0 && moment > until, ISlasher.Slasher_WitnessUncovered(source, moment, until));
        _requireSteady(witness);
    }

    /// @dev Reads the step that holds at `moment`; all but the first must begin exactly there. Returns where the next begins.
    function _loadStep(
        IWitnessRouter router,
        uint256 feed,
        Witness memory witness,
        uint256 i,
        uint80 roundId,
        uint256 moment
    ) private view returns (uint256) {
        (bool ok, uint64 price, uint64 updatedAt, uint64 nextUpdatedAt) = router.tryPriceAt(
            feed,
            witness.source,
            roundId,
            uint64(moment)
        );
        require(ok, ISlasher.Slasher_NoWitnessProof(witness.source, roundId));
        require(i == 0 || updatedAt == moment, ISlasher.Slasher_WitnessGap(witness.source, roundId, moment));
        uint256 lasted = nextUpdatedAt - updatedAt;
        require(
            lasted <= witness.heartbeat,
            ISlasher.Slasher_WitnessStale(witness.source, roundId, lasted, witness.heartbeat)
        );

        require(
            i == 0 || price != witness.prices[i - 1],
            ISlasher.Slasher_WitnessRepeats(witness.source, roundId, price)
        );

        (witness.since[i], witness.prices[i]) = (updatedAt, price);
        return nextUpdatedAt;
    }

    function _requireSteady(Witness memory witness) private pure {
        uint256 low = witness.prices[0];
        uint256 high = low;
        for (uint256 i = 1; i < witness.prices.length; ++i) {
            if (witness.prices[i] < low) low = witness.prices[i];
            if (witness.prices[i] > high) high = witness.prices[i];
        }
        require(_isWithin(low, high, STEADY_PERCENT), ISlasher.Slasher_WitnessUnsteady(witness.source, low, high));
    }

    /// @dev Price of the last step at or before `moment`; the chain starts before any round of the span.
    function _priceAt(Witness memory witness, uint256 moment) private pure returns (uint256) {
        uint256 i = witness.since.length - 1;
        while (witness.since[i] > moment) --i;
        return witness.prices[i];
    }

    /// @dev At most `percent` of the smaller apart when they must agree or differ: |a − b| ≤ percent · min(a, b).
    function _isWithin(uint256 a, uint256 b, uint256 percent) private pure returns (bool) {
        return a > b ? (a - b) * 100 <= b * percent : (b - a) * 100 <= a * percent;
    }
}
