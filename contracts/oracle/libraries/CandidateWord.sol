// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Source } from "../../shared/OracleTypes.sol";

/// @notice A median that may be published.
struct Candidate {
    uint256 price;
    uint256 dispersionPpm;
    bool divergent;
    Source source;
}

/// @title Candidate word
/// @notice {Candidate} in one word, for the way from the oracle to its library: price 64 | dispersion in ppm 128 |
/// divergent 1 | source 3. A dispersion is at most 1.57e6 · 2^64.
library CandidateWord {
    function pack(uint256 price, uint256 dispersionPpm, bool divergent, Source source) internal pure returns (uint256) {
        return price | (dispersionPpm << 64) | (divergent ? 1 << 192 : 0) | (uint256(source) << 193);
    }

    /// @notice The same of a quorum price that is not divergent.
    function packClean(uint256 price, uint256 dispersionPpm) internal pure returns (uint256) {
        return price | (dispersionPpm << 64) | (uint256(Source.Quorum) << 193);
    }

    function unpack(uint256 word) internal pure returns (Candidate memory) {
        return Candidate(priceOf(word), dispersionOf(word), (word >> 192) & 1 != 0, sourceOf(word));
    }

    function priceOf(uint256 word) internal pure returns (uint256) {
        return uint64(word);
    }

    function dispersionOf(uint256 word) internal pure returns (uint256) {
        return uint128(word >> 64);
    }

    function sourceOf(uint256 word) internal pure returns (Source) {
        return Source(word >> 193);
    }
}
