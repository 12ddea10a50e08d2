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

    /// @param head Word of {RoundHead}: round, set, delay and both bitmaps have their places there too.
    function packHeader(uint256 head, uint256 anchorLow, uint256 signedBps) internal pure returns (uint256 word) {
        return (head & ((1 << 136) - 1)) | (anchorLow << 168) | (signedBps << 208);
    }

    function anchorLowOf(uint256 word) internal pure returns (uint256) {
        return uint40(word >> 168);
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
        result.anchorLow = uint40(anchorLowOf(word));
        result.signedWeightBps = uint16(signedWeightBpsOf(word));
    }

    /// @notice Entry of a feed that the round left as it was, or put into quarantine.
    /// @param latest As {FeedWords} packs it.
    function keptEntry(uint256 latest) internal pure returns (uint256) {
        return uint64(latest) | (((latest >> 96) & 0x3fff) << 64);
    }

    /// @notice Entry of a feed whose latest word the round wrote.
    /// @param isAsked Its witness was asked about the time of the round.
    function publishedEntry(uint256 latest, bool isAsked) internal pure returns (uint256 entry) {
        entry = keptEntry(latest) | (1 << 78);
        // Source, divergent and pending in one comparison.
        if ((latest >> 113) & 0x1f == uint256(Source.Quorum)) entry |= 1 << 79;
        if (isAsked) entry |= ((latest >> 120) & 1) << 80; // witnessed
    }

    /// @notice The same of a feed that {FeedCalm} stepped: clean and near its witness.
    function calmEntry(uint256 latest, bool isAsked) internal pure returns (uint256) {
        return keptEntry(latest) | (uint256(isAsked ? 7 : 3) << 78);
    }

    /// @notice Adds the entry of `feed` to the words of a round, where it is zero.
    function put(uint256[3] memory words, uint256 feed, uint256 entry) internal pure {
        unchecked {
            uint256 word = feed / 3;
            entry <<= _FEED_BITS * (feed - 3 * word);
            // The Solidity it replaces: `words[word] |= entry`; there are at most eight feeds.
            assembly ("memory-safe") {
                let pointer := add(words, shl(5, word))
                mstore(pointer, or(mload(pointer), entry))
            }
        }
    }

    /// @notice Price that the round published for a feed, 0 when it published none.
    function publishedPriceOf(uint256 word, uint256 feed) internal pure returns (uint256) {
        uint256 entry = word >> (_FEED_BITS * (feed % 3));
        return (entry >> 78) & 1 == 0 ? 0 : uint64(entry);
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
