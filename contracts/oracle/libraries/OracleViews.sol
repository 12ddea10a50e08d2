// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { Level, MARK_SECONDS, ROUND_SECONDS, SEATS } from "../../shared/OracleTypes.sol";
import { FeedFold } from "./FeedFold.sol";
import { FeedStep } from "./FeedStep.sol";
import { Averages, FeedWords, Latest } from "./FeedWords.sol";
import { OracleState, RING_WORDS, SET_LEAKING } from "./OracleState.sol";
import { Head, RoundHead } from "./RoundHead.sol";
import { RoundRing } from "./RoundRing.sol";
import { SeatCode } from "./SeatCode.sol";
import { StateReads } from "./StateReads.sol";

/// @title Oracle views
/// @notice The views of {IPriceOracle} that nobody calls in a hurry; a linked library, so that the oracle fits its code limit.
library OracleViews {
    using StateReads for OracleState;

    /// @notice See {IPriceOracle.getRoundData}.
    function getRoundData(
        OracleState storage self,
        uint256 feed,
        uint80 roundId
    ) external view returns (uint80, int256, uint256, uint256, uint80) {
        self.checkFeed(feed);
        uint256 price = 0;
        uint256 word = self.latest[feed];
        if (roundId == uint32(word >> 64)) {
            price = uint64(word);
        } else {
            (bool ok, uint256[RING_WORDS] storage entry) = self.ringAt(roundId);
            if (ok) {
                IPriceOracle.RoundPrice memory kept = RoundRing.feedEntry(entry[1 + feed / 3], feed);
                if (kept.published) price = kept.price;
            }
        }
        require(price != 0, IPriceOracle.PriceOracle_NoData(feed, roundId));
        uint256 time = uint256(roundId) * ROUND_SECONDS;
        return (roundId, int256(price), time, time, roundId);
    }

    /// @notice See {IPriceOracle.metrics}.
    function metrics(
        OracleState storage self,
        uint256 feed
    ) external view returns (IPriceOracle.FeedMetrics memory result) {
        self.checkFeed(feed);
        Latest memory latest = FeedWords.unpackLatest(self.latest[feed]);
        Averages memory averages = FeedWords.unpackAverages(self.averages[feed]);
        result.price = latest.price;
        result.round = latest.round;
        result.source = latest.source;
        result.level = latest.level;
        result.uptime = latest.uptime;
        result.average5m = _average(latest.price, averages.average5m);
        result.average30m = _average(latest.price, averages.average30m);
        result.average12h = _average(latest.price, averages.average12h);
        result.variancePerYearWad = (uint256(averages.variance) * 1e18) / FeedFold.VARIANCE_ONE;
        result.dispersionPpm = uint32(latest.dispersion) * 10;
        result.laggedDispersionPpm = averages.laggedDispersion;
        result.sinceCautious = averages.sinceCautious;
        result.sinceRecovery = averages.sinceRecovery;
        result.sinceReduceOnly = averages.sinceReduceOnly;
        result.sinceHalted = averages.sinceHalted;
        result.quorumStreak = averages.quorumStreak;
        result.divergentInTwenty = uint8(FeedStep.popCount20(averages.divergentHistory));
        result.divergent = latest.divergent;
        result.pending = latest.pending;
        result.isNew = latest.isNew;
    }

    function _average(uint256 price, uint256 ratio) private pure returns (uint64) {
        return uint64((price * ratio) / FeedFold.RATIO_ONE);
    }

    /// @notice See {IPriceOracle.health}.
    function health(OracleState storage self) external view returns (IPriceOracle.Health memory result) {
        Head memory head = RoundHead.unpack(self.head);
        result.latestRound = head.round;
        result.setId = self.set.setId;
        result.acceptedAt = uint64(RoundHead.acceptedAt(head));
        result.mask = self.set.mask;
        result.activeWeight = self.weights.active;
        result.nominalWeight = self.weights.nominal;
        result.setWeight = self.weights.total;
        result.signedWeightEmaBps = head.weightEmaBps;
        result.gapEndedAt = uint64(uint256(head.gapEndRound) * ROUND_SECONDS);
        result.epochRounds = head.epochRounds;
        result.leaking = self.set.flags & SET_LEAKING != 0;
    }

    /// @notice See {IPriceOracle.tryRoundHeader}.
    function tryRoundHeader(
        OracleState storage self,
        uint64 round
    ) external view returns (bool ok, IPriceOracle.RoundHeader memory result) {
        (bool kept, uint256[RING_WORDS] storage entry) = self.ringAt(round);
        if (!kept || !self.isSealed(round)) return (false, result);
        return (true, RoundRing.header(entry[0]));
    }

    /// @notice See {IPriceOracle.tryRoundPrice}.
    function tryRoundPrice(
        OracleState storage self,
        uint256 feed,
        uint64 round
    ) external view returns (bool ok, IPriceOracle.RoundPrice memory result) {
        (bool kept, uint256[RING_WORDS] storage entry) = self.ringAt(round);
        if (feed >= self.weights.feeds || !kept || !self.isSealed(round)) return (false, result);
        return (true, RoundRing.feedEntry(entry[1 + feed / 3], feed));
    }

    /// @dev A mark that is not kept yet is answered from the open half hour once nothing can change it any more.
    function tryMarkAt(
        OracleState storage self,
        uint256 heartbeat,
        uint256 feed,
        uint64 boundary
    ) external view returns (bool ok, IPriceOracle.Mark memory result) {
        if (feed >= self.weights.feeds || boundary % MARK_SECONDS != 0) return (false, result);
        uint256 mark = self.marks[feed][boundary];
        if (mark == 0) {
            Latest memory latest = FeedWords.unpackLatest(self.latest[feed]);
            bool closed =
                latest.price != 0 &&
                    FeedFold.boundaryAfter(latest.round) == boundary &&
                    FeedFold.isClosed(boundary, block.timestamp);
            if (!closed) return (false, result);
            FeedFold.accumulate(latest, heartbeat, boundary);
            mark = FeedStep.packMark(latest) | (uint256(uint32(self.lastMarks >> (32 * feed))) << 191);
        }
        return (true, _unpackMark(mark));
    }

    function _unpackMark(uint256 mark) private pure returns (IPriceOracle.Mark memory result) {
        result.price = uint64(mark);
        result.round = uint32(mark >> 64);
        result.sum = uint96((mark >> 96) & ((1 << 75) - 1));
        result.coverage = uint16((mark >> 171) & 0x7ff);
        result.divergentSeconds = uint16(((mark >> 182) & 0x7f) * ROUND_SECONDS);
        result.quarantined = (mark >> 189) & 1 != 0;
        result.halted = (mark >> 190) & 1 != 0;
        result.previousBoundary = uint64(uint256(uint32(mark >> 191)) * MARK_SECONDS);
    }

    /// @notice See {IPriceOracle.anyTrigger}.
    function anyTrigger(OracleState storage self, uint256 heartbeat) external view returns (bool) {
        if (self.set.flags != 0 || uint256(self.weights.active) * 3 < uint256(self.weights.nominal) * 2) return true;
        if (block.timestamp < self.weights.witnessUntil) return true;
        for (uint256 feed = 0; feed < self.weights.feeds; ++feed) {
            Latest memory latest = FeedWords.unpackLatest(self.latest[feed]);
            if (latest.level != Level.Normal || latest.pending) return true;
            if (latest.price != 0 && block.timestamp > uint256(latest.round) * ROUND_SECONDS + 2 * heartbeat)
                return true;
        }
        return false;
    }

    /// @notice See {IPriceOracle.seatAt}.
    function seatAt(
        OracleState storage self,
        uint32 setId,
        uint256 seat
    ) external view returns (address signer, uint64 weight, uint32 validatorId) {
        if (setId == 0 || setId > self.set.setId || seat >= SEATS) return (address(0), 0, 0);
        uint256 word = SeatCode.wordAt(SeatCode.load(SeatCode.addressOf(setId)), seat);
        return (SeatCode.signerOf(word), uint64(SeatCode.weightOf(word)), SeatCode.validatorOf(word));
    }

    /// @notice See {IPriceOracle.setWeight}.
    function setWeight(OracleState storage self, uint32 setId) external view returns (uint64 total) {
        if (setId == 0 || setId > self.set.setId) return 0;
        uint256 seats = SeatCode.load(SeatCode.addressOf(setId));
        for (uint256 seat = 0; seat < SEATS; ++seat) {
            total += uint64(SeatCode.weightOf(SeatCode.wordAt(seats, seat)));
        }
    }
}
