// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { Source } from "../../shared/OracleTypes.sol";
import { Head, RoundHead } from "./RoundHead.sol";

/// @title Round ring
/// @notice Words of a round kept for evidence: a header, then 81 bits per feed, three feeds to a word.
/// Header: round 32 | set 24 | accepted delay 16 | part 32 | band 32 | late 32 | lowest anchor 40 | signed bps 16.
/// Feed: price 64 | dispersion in 10 ppm 14 | published | clean | witnessed.
library RoundRing {
    uint256 private constant _FEED_BITS = 85;
    uint256 private constant _FEED_MASK = (1 << _FEED_BITS) - 1;

    function packHeader(Head memory head, uint256 signedWeightBps) internal pure returns (uint256 word) {
        word = uint256(head.round) | (uint256(head.setId) << 32) | (uint256(uint16(head.acceptedDelay)) << 56);
        word |= (uint256(head.partBits) << 72) | (uint256(head.bandBits) << 104);
        word |= (uint256(head.anchorLow) << 168) | (signedWeightBps << 208);
    }

    function roundOf(uint256 word) internal pure returns (uint256) {
        return uint32(word);
    }

    function setIdOf(uint256 word) internal pure returns (uint256) {
        return uint24(word >> 32);
    }

    function lateOf(uint256 word) internal pure returns (uint256) {
        return uint32(word >> 136);
    }

    function signersOf(uint256 word) internal pure returns (uint256) {
        return uint32(word >> 72) | uint32(word >> 104);
    }

    function signedWeightBpsOf(uint256 word) internal pure returns (uint256) {
        return uint16(word >> 208);
    }

    function withLate(uint256 word, uint256 seat) internal pure returns (uint256) {
        return word | (uint256(1) << (136 + seat));
    }

    function header(uint256 word) internal pure returns (IPriceOracle.RoundHeader memory result) {
        Head memory head = RoundHead.unpack(word); // round, set, delay and both bitmaps share their places
        result.round = head.round;
        result.setId = head.setId;
        result.acceptedAt = uint64(RoundHead.acceptedAt(head));
        result.signers = uint32(signersOf(word));
        result.tookPart = head.partBits;
        result.inBand = head.partBits & head.bandBits;
        result.late = uint32(lateOf(word));
        result.anchorLow = uint40(word >> 168);
        result.signedWeightBps = uint16(signedWeightBpsOf(word));
    }

    /// @notice `word` with the entry of `feed` added; the word starts as zero.
    /// @param latest As {FeedWords} packs it.
    function withFeed(uint256 word, uint256 feed, uint256 latest, bool published) internal pure returns (uint256) {
        unchecked {
            uint256 entry = uint64(latest) | (((latest >> 96) & 0x3fff) << 64);
            if (published) {
                entry |= 1 << 78;
                // Source, divergent and pending in one comparison.
                if ((latest >> 113) & 0x1f == uint256(Source.Quorum)) entry |= 1 << 79;
                entry |= ((latest >> 120) & 1) << 80; // witnessed
            }
            return word | (entry << (_FEED_BITS * (feed % 3)));
        }
    }

    /// @notice Prices the round published, 0 elsewhere, from its three words of entries.
    function publishedIn(uint256[3] memory words) internal pure returns (uint64[8] memory prices) {
        unchecked {
            for (uint256 feed = 0; feed < 8; ++feed) {
                uint256 entry = words[feed / 3] >> (_FEED_BITS * (feed % 3));
                if ((entry >> 78) & 1 != 0) prices[feed] = uint64(entry);
            }
        }
    }

    function feedEntry(uint256 word, uint256 feed) internal pure returns (IPriceOracle.RoundPrice memory result) {
        uint256 entry = (word >> (_FEED_BITS * (feed % 3))) & _FEED_MASK;
        result.price = uint64(entry);
        result.dispersionPpm = uint32(((entry >> 64) & 0x3fff) * 10);
        result.published = (entry >> 78) & 1 != 0;
        result.clean = (entry >> 79) & 1 != 0;
        result.witnessed = (entry >> 80) & 1 != 0;
    }
}
