// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level, Source } from "../../shared/OracleTypes.sol";

/// @notice What readers need of a feed, in one word: its published price and the open half hour.
struct Latest {
    uint64 price; // 8 decimals
    uint32 round; // round the price was observed in
    uint16 dispersion; // D in units of 10 ppm, 14 bits, saturating
    Level level;
    Source source;
    bool divergent;
    bool pending; // a jump waits in quarantine
    bool dirtyQuarantine; // a jump waited in this half hour
    bool dirtyHalted; // a Halted trigger was true in this half hour
    bool witnessed; // a fresh witness was within 2 %
    bool isNew; // not yet listed: closed to openings
    bool contradicted; // a fresh witness was more than 8 % away: no coverage
    uint32 uptime; // seconds of oracle uptime before `round`
    uint96 sum; // price times covered seconds of this half hour before `round`, 75 bits
    uint16 coverage; // covered seconds of this half hour before `round`, 11 bits
    uint8 divergentRounds; // covered divergent time of this half hour in rounds, 7 bits
    uint8 grace; // what the last outage granted, in 2 min, 4 bits
    uint8 graceSpent; // grace granted since six hours went by without an outage, in 4 min rounded up, 4 bits
}

/// @notice Averages and clocks of a feed, in one word. They hold rounds before `Latest.round` only: the latest round is
/// folded in when the next one arrives, so a superset may replace it with nothing to undo.
struct Averages {
    uint32 average5m; // average over price, 2^22 = 1, 26 bits, saturating at 16
    uint32 average30m;
    uint32 average12h;
    uint32 previousRatio; // previously published price over price
    uint24 variance; // per year, 1e-5 = 1, saturating
    uint16 laggedDispersion; // ppm, 500 to 10,000, 14 bits
    uint16 sinceCautious; // uptime seconds since the level was last true, 15 bits, saturating
    uint16 sinceRecovery;
    uint16 sinceReduceOnly;
    uint16 sinceHalted;
    uint8 quorumStreak; // L0 rounds since the last other rung, 5 bits, saturating
    uint32 divergentHistory; // last 20 rounds, newest in bit 0
    uint8 wideCautious; // rounds in a row with D over the Cautious limit, 2 bits, saturating
    uint8 wideReduceOnly;
    uint8 wideHalted; // 3 bits, saturating
    uint8 clearStreak; // rounds in a row in which the level could fall, 3 bits
    uint8 calmRounds; // time the 30 min average was calm, in rounds, 7 bits, saturating
    uint16 previousDelta; // rounds between the previous published round and the latest, 12 bits, saturating
}

/// @title Feed words
/// @notice Packs {Latest} and {Averages} to a word each and back. Writers keep every field inside its bits.
library FeedWords {
    function unpackLatest(uint256 word) internal pure returns (Latest memory latest) {
        latest.price = uint64(word);
        latest.round = uint32(word >> 64);
        latest.dispersion = uint16((word >> 96) & 0x3fff);
        latest.level = Level((word >> 110) & 7);
        latest.source = Source((word >> 113) & 7);
        latest.divergent = (word >> 116) & 1 != 0;
        latest.pending = (word >> 117) & 1 != 0;
        latest.dirtyQuarantine = (word >> 118) & 1 != 0;
        latest.dirtyHalted = (word >> 119) & 1 != 0;
        latest.witnessed = (word >> 120) & 1 != 0;
        latest.isNew = (word >> 121) & 1 != 0;
        latest.contradicted = (word >> 122) & 1 != 0;
        latest.uptime = uint32(word >> 123);
        latest.sum = uint96((word >> 155) & ((1 << 75) - 1));
        latest.coverage = uint16((word >> 230) & 0x7ff);
        latest.divergentRounds = uint8((word >> 241) & 0x7f);
        latest.grace = uint8((word >> 248) & 0xf);
        latest.graceSpent = uint8(word >> 252);
    }

    function packLatest(Latest memory latest) internal pure returns (uint256 word) {
        word = uint256(latest.price) | (uint256(latest.round) << 64) | (uint256(latest.dispersion) << 96);
        word |= (uint256(latest.level) << 110) | (uint256(latest.source) << 113) | _packFlags(latest);
        word |= (uint256(latest.uptime) << 123) | (uint256(latest.sum) << 155) | (uint256(latest.coverage) << 230);
        word |= uint256(latest.divergentRounds) << 241;
        word |= (uint256(latest.grace) << 248) | (uint256(latest.graceSpent) << 252);
    }

    /// @notice D in ppm, of a packed {Latest}.
    function dispersionPpmOf(uint256 word) internal pure returns (uint256) {
        unchecked {
            return ((word >> 96) & 0x3fff) * 10;
        }
    }

    /// @dev The Solidity it replaces: `Level((word >> 110) & 7)`, whose range check a written word cannot fail.
    function levelOf(uint256 word) internal pure returns (Level level) {
        assembly ("memory-safe") {
            level := and(shr(110, word), 7)
        }
    }

    /// @dev The Solidity it replaces: `Source((word >> 113) & 7)`, whose range check a written word cannot fail.
    function sourceOf(uint256 word) internal pure returns (Source source) {
        assembly ("memory-safe") {
            source := and(shr(113, word), 7)
        }
    }

    function isPending(uint256 word) internal pure returns (bool) {
        return (word >> 117) & 1 != 0;
    }

    function unpackAverages(uint256 word) internal pure returns (Averages memory averages) {
        averages.average5m = uint32(word & 0x3ffffff);
        averages.average30m = uint32((word >> 26) & 0x3ffffff);
        averages.average12h = uint32((word >> 52) & 0x3ffffff);
        averages.previousRatio = uint32((word >> 78) & 0x3ffffff);
        averages.variance = uint24(word >> 104);
        averages.laggedDispersion = uint16((word >> 128) & 0x3fff);
        averages.sinceCautious = uint16((word >> 142) & 0x7fff);
        averages.sinceRecovery = uint16((word >> 157) & 0x7fff);
        averages.sinceReduceOnly = uint16((word >> 172) & 0x7fff);
        averages.sinceHalted = uint16((word >> 187) & 0x7fff);
        averages.quorumStreak = uint8((word >> 202) & 0x1f);
        averages.divergentHistory = uint32((word >> 207) & 0xfffff);
        averages.wideCautious = uint8((word >> 227) & 3);
        averages.wideReduceOnly = uint8((word >> 229) & 3);
        averages.wideHalted = uint8((word >> 231) & 7);
        averages.clearStreak = uint8((word >> 234) & 7);
        averages.calmRounds = uint8((word >> 237) & 0x7f);
        averages.previousDelta = uint16(word >> 244);
    }

    function packAverages(Averages memory averages) internal pure returns (uint256 word) {
        word =
            uint256(averages.average5m) |
            (uint256(averages.average30m) << 26) |
            (uint256(averages.average12h) << 52);
        word |= (uint256(averages.previousRatio) << 78) | (uint256(averages.variance) << 104);
        word |= (uint256(averages.laggedDispersion) << 128) | (uint256(averages.sinceCautious) << 142);
        word |= (uint256(averages.sinceRecovery) << 157) | (uint256(averages.sinceReduceOnly) << 172);
        word |= (uint256(averages.sinceHalted) << 187) | (uint256(averages.quorumStreak) << 202);
        word |= (uint256(averages.divergentHistory) << 207) | (uint256(averages.wideCautious) << 227);
        word |= (uint256(averages.wideReduceOnly) << 229) | (uint256(averages.wideHalted) << 231);
        word |= (uint256(averages.clearStreak) << 234) | (uint256(averages.calmRounds) << 237);
        word |= uint256(averages.previousDelta) << 244;
    }

    function _packFlags(Latest memory latest) private pure returns (uint256 bits) {
        bits = (_bit(latest.divergent) << 116) | (_bit(latest.pending) << 117);
        bits |= (_bit(latest.dirtyQuarantine) << 118) | (_bit(latest.dirtyHalted) << 119);
        bits |= (_bit(latest.witnessed) << 120) | (_bit(latest.isNew) << 121) | (_bit(latest.contradicted) << 122);
    }

    /// @dev The Solidity it replaces: `value ? 1 : 0`, without the branch.
    function _bit(bool value) private pure returns (uint256 result) {
        assembly ("memory-safe") {
            result := value
        }
    }
}
