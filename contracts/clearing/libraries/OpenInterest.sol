// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { Context, InterestCursor, MAXIMUM_PAIRS, State, expiryKey } from "./ClearingState.sol";

/// @title Open interest
/// @notice Size of the shorts of every series, 6 decimals: four u64 in a word for two neighbouring strikes, put and call.
/// Each expiry keeps the list of its pairs with open interest, eight u32 to a word, so that claims can be summed up: an
/// empty pair frees its place.
library OpenInterest {
    /// @notice Adds `delta` to the open interest of a series. Call `flush` after the last change.
    /// @param index Strike over the market's strike step.
    /// @return fresh The series had none before.
    function change(
        State storage self,
        Context memory context,
        uint256 index,
        bool isCall,
        int256 delta
    ) internal returns (bool fresh) {
        require(index >> 33 == 0, IClearingRecords.Clearinghouse_StrikeOutOfReach(index, (1 << 33) - 1));
        InterestCursor memory cursor = context.cursor;
        uint256 key = (expiryKey(context.market, context.expiry) << 32) | (index / 2);
        if (cursor.key != key) {
            flush(self, context);
            cursor.key = key;
            cursor.original = self.openInterest[key];
            cursor.word = cursor.original;
        }
        uint256 word = cursor.word;
        uint256 shift = _shiftOf(index, isCall);
        uint256 before = uint64(word >> shift);
        fresh = before == 0;
        unchecked {
            // An owner closes no more than is open, so the sum never falls below zero; if it did it would be too large.
            uint256 lane = uint256(int256(before) + delta);
            require(
                lane <= type(uint64).max,
                IClearingRecords.Clearinghouse_InterestOverflow(context.market, context.expiry, index, type(uint64).max)
            );
            cursor.word = word ^ ((before ^ lane) << shift);
        }
    }

    /// @notice Writes the word in hand and keeps the list of pairs.
    function flush(State storage self, Context memory context) internal {
        InterestCursor memory cursor = context.cursor;
        if (cursor.word == cursor.original) return;
        self.openInterest[cursor.key] = cursor.word;
        uint256 pair = uint32(cursor.key);
        uint256 list = cursor.key >> 32;
        if (cursor.original == 0) _append(self, context, list, pair);
        else if (cursor.word == 0) _remove(self, context, list, pair);
        cursor.original = cursor.word;
    }

    /// @notice Open interest of one series, 6 decimals.
    function sizeOf(
        State storage self,
        uint256 market,
        uint256 expiry,
        uint256 index,
        bool isCall
    ) internal view returns (uint256) {
        uint256 word = self.openInterest[(expiryKey(market, expiry) << 32) | (index / 2)];
        return uint64(word >> _shiftOf(index, isCall));
    }

    /// @dev Put and call of the even strike, then of the odd one.
    function _shiftOf(uint256 index, bool isCall) private pure returns (uint256) {
        return ((index & 1) << 7) | (isCall ? 64 : 0);
    }

    /// @notice Pair number `i` of an expiry's list.
    function pairAt(State storage self, uint256 list, uint256 i) internal view returns (uint256) {
        return uint32(self.pairs[list][i / 8] >> (32 * (i % 8)));
    }

    function _append(State storage self, Context memory context, uint256 list, uint256 pair) private {
        uint256 count = context.series.pairs();
        require(
            count < MAXIMUM_PAIRS,
            IClearingRecords.Clearinghouse_TooManyStrikes(list >> 32, uint32(list), MAXIMUM_PAIRS)
        );
        _put(self, list, count, pair);
        context.series = context.series.withPairs(count + 1);
    }

    /// @dev The last pair takes the place; at most eight words are read.
    function _remove(State storage self, Context memory context, uint256 list, uint256 pair) private {
        uint256 last = context.series.pairs() - 1;
        uint256 i;
        while (pairAt(self, list, i) != pair) ++i;
        if (i != last) _put(self, list, i, pairAt(self, list, last));
        context.series = context.series.withPairs(last);
    }

    function _put(State storage self, uint256 list, uint256 i, uint256 pair) private {
        uint256 shift = 32 * (i % 8);
        uint256 word = self.pairs[list][i / 8];
        self.pairs[list][i / 8] = (word & ~(uint256(type(uint32).max) << shift)) | (pair << shift);
    }
}
