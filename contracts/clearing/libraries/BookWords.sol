// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { BookId } from "../../shared/BookId.sol";
import { LegWord } from "../../shared/LegWord.sol";
import { Legs } from "../../shared/ClearingTypes.sol";
import { MAXIMUM_LEGS, State } from "./ClearingState.sol";

/// @notice State of a book; frozen and settling are matters of the clock and of its expiry.
enum BookState {
    Healthy,
    Flagged,
    Settled
}

/// @notice A book in memory.
/// @param cash Ledger units; the tips set aside are not in it.
/// @param tips Tips set aside, 0 to 2.
/// @param clock Of its liquidation, see {AuctionClock}; 0 when it never had one.
/// @param words The book as stored.
struct Book {
    BookId id;
    uint256 cash;
    uint256 tips;
    BookState state;
    uint256 clock;
    Legs legs;
    uint256[5] words;
}

/// @title Words of a book
/// @notice Nine entries of 128 bits in five words: a head (cash u80 | count u4 | tips u2 | state u2 | clock u40, from the
/// low end) and eight legs (size int87 | call u1 | strike u40). The first leg shares the head's word, so a book of n legs is
/// n / 2 + 1 words and the first leg of a funded book costs no fresh one.
library BookWords {
    uint256 private constant _HALF = (1 << 128) - 1;
    uint256 internal constant LARGEST_CASH = (1 << 80) - 1;

    /// @notice Fills `book`, which is new.
    function load(State storage self, Book memory book, BookId id) internal view {
        uint256[5] storage words = self.books[id];
        book.id = id;
        uint256 word = words[0];
        book.words[0] = word;
        _unpackHead(book, word);
        unchecked {
            uint256 last = book.legs.count / 2;
            for (uint256 w = 1; w <= last; ++w) {
                word = _read(words, w);
                book.words[w] = word;
                _unpackLegs(book, w, word);
            }
        }
    }

    /// @notice The book as it was loaded.
    function original(Book memory book) internal pure returns (Book memory before) {
        before.id = book.id;
        before.words = book.words;
        _unpackHead(before, before.words[0]);
        for (uint256 w = 1; w <= before.legs.count / 2; ++w) _unpackLegs(before, w, before.words[w]);
    }

    function _unpackHead(Book memory book, uint256 word) private pure {
        book.cash = word & LARGEST_CASH;
        book.legs.count = (word >> 80) & 0xf;
        book.tips = (word >> 84) & 3;
        book.state = BookState((word >> 86) & 3);
        book.clock = (word >> 88) & type(uint40).max;
        LegWord.put(book.legs, 0, word >> 128);
    }

    function _unpackLegs(Book memory book, uint256 w, uint256 word) private pure {
        unchecked {
            LegWord.put(book.legs, 2 * w - 1, word & _HALF);
            if (2 * w < MAXIMUM_LEGS) LegWord.put(book.legs, 2 * w, word >> 128);
        }
    }

    /// @notice Writes the words that changed.
    function save(State storage self, Book memory book) internal {
        uint256 cash = book.cash;
        require(cash <= LARGEST_CASH, IClearingRecords.Clearinghouse_CashOverflow(book.id, cash, LARGEST_CASH));
        uint256[5] storage words = self.books[book.id];
        Legs memory legs = book.legs;
        uint256 count = legs.count;
        uint256 word = cash | (count << 80) | (book.tips << 84) | (uint256(book.state) << 86) | (book.clock << 88);
        if (count != 0) word |= LegWord.at(legs, 0) << 128;
        if (word != book.words[0]) words[0] = word;
        unchecked {
            // As many words as the book has or had.
            uint256 last = Math.max(count, (book.words[0] >> 80) & 0xf) / 2;
            for (uint256 w = 1; w <= last; ++w) {
                uint256 first = 2 * w - 1;
                word = 0;
                if (first < count) word = LegWord.at(legs, first);
                if (first + 1 < count) word |= LegWord.at(legs, first + 1) << 128;
                if (word != book.words[w]) _write(words, w, word);
            }
        }
    }

    /// @dev The Solidity it replaces: `words[w]`, `w` below 5, which would be taken for a part of a word.
    function _read(uint256[5] storage words, uint256 w) private view returns (uint256 word) {
        assembly ("memory-safe") {
            word := sload(add(words.slot, w))
        }
    }

    /// @dev The Solidity it replaces: `words[w] = word`, which would read the word first.
    function _write(uint256[5] storage words, uint256 w, uint256 word) private {
        assembly ("memory-safe") {
            sstore(add(words.slot, w), word)
        }
    }

    /// @notice Adds `delta` to the leg of `strike` and kind; a new leg is appended, an empty one taken out.
    /// @param likely Place at which the leg is looked for first.
    /// @return oldSize Size before, 6 decimals, shorts negative.
    /// @return newSize Size after.
    function change(
        Book memory book,
        uint256 strike,
        bool isCall,
        int256 delta,
        uint256 likely
    ) internal pure returns (int256 oldSize, int256 newSize) {
        Legs memory legs = book.legs;
        uint256 series = LegWord.seriesOf(strike, isCall);
        uint256 count = legs.count;
        uint256 i = LegWord.find(legs, series, likely);
        unchecked {
            // Sizes are below 2^86, a change below 2^87.
            if (i < count) oldSize = LegWord.sizeOf(LegWord.at(legs, i));
            newSize = oldSize + delta;
        }
        require(
            newSize <= LegWord.LARGEST_SIZE && newSize >= -LegWord.LARGEST_SIZE,
            IClearingRecords.Clearinghouse_SizeOverflow(book.id, newSize, LegWord.LARGEST_SIZE)
        );

        unchecked {
            if (newSize != 0) {
                require(i < MAXIMUM_LEGS, IClearingRecords.Clearinghouse_TooManyLegs(book.id, MAXIMUM_LEGS));
                LegWord.put(legs, i, LegWord.pack(strike, isCall, newSize));
                if (i == count) legs.count = count + 1;
            } else if (i < count) {
                LegWord.put(legs, i, LegWord.at(legs, count - 1));
                legs.count = count - 1;
            }
        }
    }

    function hasShorts(Book memory book) internal pure returns (bool) {
        Legs memory legs = book.legs;
        uint256 count = legs.count;
        for (uint256 i; i < count; ++i) {
            if (LegWord.isShort(LegWord.at(legs, i))) return true;
        }
        return false;
    }
}
