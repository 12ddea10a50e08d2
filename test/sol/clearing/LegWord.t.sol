// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Legs } from "../../../contracts/shared/ClearingTypes.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";

/// @notice A leg in a word, and legs in a book.
contract LegWordTest {
    function testFuzz_ALegTellsWhatItWasMadeOf(uint40 strike, bool isCall, int88 given) external pure {
        int256 size = int256(given) % (LegWord.LARGEST_SIZE + 1);
        uint256 leg = LegWord.pack(strike, isCall, size);
        require(LegWord.strikeOf(leg) == strike && LegWord.isCallOf(leg) == isCall, "series");
        require(LegWord.sizeOf(leg) == size, "size");
        require(LegWord.isShort(leg) == (size < 0), "side");
        require(LegWord.shortOf(size) == (size < 0 ? -size : int256(0)), "what is short of it");
        require(LegWord.seriesOf(leg) == LegWord.seriesOf(strike, isCall), "whatever the size");
    }

    function testFuzz_OneSeriesIsNoOther(uint40 strike, uint40 other, bool isCall) external pure {
        require(LegWord.seriesOf(strike, isCall) != LegWord.seriesOf(strike, !isCall), "of the other kind");
        if (strike != other) {
            require(LegWord.seriesOf(strike, isCall) != LegWord.seriesOf(other, isCall), "of another strike");
        }
    }

    /// @notice Wherever somebody looks first, also behind the end, where a leg of an earlier book may lie.
    function testFuzz_ALegIsFoundWhereItIs(uint8 count, uint8 place, uint8 likely) external pure {
        Legs memory legs;
        legs.count = count % 9;
        for (uint256 i = 0; i < 8; ++i) LegWord.put(legs, i, LegWord.pack(100 + i, true, 1 + int256(i)));
        uint256 wanted = place % 9;
        uint256 expected = wanted < legs.count ? wanted : legs.count;
        require(LegWord.find(legs, LegWord.seriesOf(100 + wanted, true), likely % 9) == expected, "place");
        require(LegWord.find(legs, LegWord.seriesOf(100 + wanted, false), likely % 9) == legs.count, "none");
        if (wanted < 8) require(LegWord.at(legs, wanted) == legs.words[wanted], "word");
    }
}
