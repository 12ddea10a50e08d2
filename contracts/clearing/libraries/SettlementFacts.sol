// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { MARK_SECONDS, ROUND_SECONDS } from "../../shared/OracleTypes.sol";
import { Facts, SettlementLadder } from "./SettlementLadder.sol";

/// @title Settlement facts
/// @notice Reads what the oracle recorded about an expiry out of its half-hour marks. A caller may point at the first mark
/// after an outage; the chain of marks shows that it is the first, so a wrong or missing pointer leads to no price.
library SettlementFacts {
    /// @dev After this no round from before a boundary is accepted any more.
    uint256 private constant _CLOSED_SECONDS = 10 minutes + 2 * ROUND_SECONDS;
    /// @dev Below this a half hour is no window.
    uint256 private constant _FIFTH = MARK_SECONDS / 5;
    uint256 private constant _MARK_WORDS = 9;
    uint256 private constant _LATEST_WORDS = 5;

    /// @notice Whether answers of `tryMarkAt` and `latestRoundData` can be decoded and hold a price.
    function isAnswer(bytes memory mark, bytes memory latest) internal pure returns (bool) {
        if (mark.length < _MARK_WORDS * 32 || latest.length < _LATEST_WORDS * 32) return false;
        uint256[9] memory m = abi.decode(mark, (uint256[9]));
        uint256[5] memory l = abi.decode(latest, (uint256[5]));
        if (m[0] > 1 || m[6] > 1 || m[7] > 1) return false;
        if (m[1] > type(uint64).max || m[2] > type(uint64).max || m[8] > type(uint64).max) return false;
        if (m[3] > type(uint96).max || m[4] > type(uint16).max || m[5] > type(uint16).max) return false;
        if (l[0] > type(uint80).max || l[4] > type(uint80).max || l[1] > type(uint64).max) return false;
        return m[0] == 1 ? m[1] != 0 : l[1] != 0;
    }

    /// @param after_ Boundary of the first covered half hour after the expiry, 0 for none. Where none is covered: of the
    /// feed's last half hour, or of one too late to be the end of a line.
    function gather(
        IPriceOracle oracle,
        uint256 feed,
        uint256 expiry,
        uint64 after_
    ) internal view returns (Facts memory facts) {
        facts.expiry = expiry;
        facts.blockTime = block.timestamp;
        (bool hasMark, IPriceOracle.Mark memory mark) = oracle.tryMarkAt(feed, uint64(expiry));
        if (hasMark) {
            _takeWindow(facts, mark);
            _takeLast(facts, mark);
            if (facts.coverage >= _FIFTH) {
                facts.isKnown = true;
                return facts;
            }
        }
        (, int256 price, , uint256 updatedAt, ) = oracle.latestRoundData(feed);
        if (updatedAt < expiry) {
            // Nothing after the expiry yet; once no older round can come, nothing before it can change either.
            facts.isKnown = price > 0 && block.timestamp > expiry + _CLOSED_SECONDS;
            if (!hasMark && price > 0) (facts.lastPrice, facts.lastAt) = (uint256(price), updatedAt);
            return facts;
        }
        facts.isKnown = _takeFirst(facts, oracle, feed, after_, hasMark, updatedAt);
    }

    /// @notice Share of divergent time above which a window is dirty: a fifth.
    function _takeWindow(Facts memory facts, IPriceOracle.Mark memory mark) private pure {
        facts.coverage = mark.coverage;
        if (mark.coverage != 0) facts.mean = mark.sum / mark.coverage;
        facts.isDirty = mark.quarantined || mark.halted || uint256(mark.divergentSeconds) * 5 > uint256(mark.coverage);
    }

    function _takeLast(Facts memory facts, IPriceOracle.Mark memory mark) private pure {
        facts.lastPrice = mark.price;
        facts.lastAt = uint256(mark.round) * ROUND_SECONDS;
    }

    /// @dev Walks back from the named mark: those between it and the expiry must be without coverage. A set that witnesses
    /// contradict covers nothing, for however long it goes on (law 7): then the named mark must show that nothing covered
    /// can be the end of a line.
    function _takeFirst(
        Facts memory facts,
        IPriceOracle oracle,
        uint256 feed,
        uint64 after_,
        bool hasMark,
        uint256 updatedAt
    ) private view returns (bool isFirst) {
        if (after_ <= facts.expiry) return false;
        (bool ok, IPriceOracle.Mark memory mark) = oracle.tryMarkAt(feed, after_);
        if (!ok) return false;
        if (mark.coverage != 0) {
            facts.firstPrice = mark.sum / mark.coverage;
            facts.firstAt = after_;
            if (mark.halted) facts.isDirty = true;
        } else if (updatedAt >= after_ && after_ <= facts.expiry + SettlementLadder.LATEST_FIRST) {
            return false;
        }

        uint64 previous = mark.previousBoundary;
        while (previous > facts.expiry) {
            (ok, mark) = oracle.tryMarkAt(feed, previous);
            if (!ok || mark.coverage != 0) return false;
            previous = mark.previousBoundary;
        }
        if (hasMark || previous == 0) return true;
        (ok, mark) = oracle.tryMarkAt(feed, previous);
        if (ok) _takeLast(facts, mark);
        if (mark.quarantined || mark.halted) facts.isDirty = true;
        return ok;
    }
}
