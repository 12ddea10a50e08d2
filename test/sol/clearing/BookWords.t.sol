// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Book, BookWords } from "../../../contracts/clearing/libraries/BookWords.sol";
import { State } from "../../../contracts/clearing/libraries/ClearingState.sol";
import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";

/// @notice Keeps one book, as the Clearinghouse does.
contract BookShelf {
    using BookWords for State;
    using BookWords for Book;

    BookId private constant _ID = BookId.wrap(77);

    State private _state;

    function keep(uint256 cash, int256[] calldata sizes) external {
        Book memory book;
        _state.load(book, _ID);
        book.cash = cash;
        for (uint256 i = 0; i < sizes.length; ++i) book.change(i + 1, true, sizes[i], i);
        _state.save(book);
    }

    function look() external view returns (uint256 cash, int256[] memory sizes) {
        Book memory book;
        _state.load(book, _ID);
        sizes = new int256[](book.legs.count);
        for (uint256 i = 0; i < sizes.length; ++i) sizes[i] = LegWord.sizeOf(book.legs.words[i]);
        return (book.cash, sizes);
    }
}

/// @notice A book in five words: what fits comes back as it was, what does not is refused rather than cut.
contract BookWordsTest {
    BookId private constant _ID = BookId.wrap(77);
    uint256 private constant _MOST_CASH = (1 << 80) - 1;
    int256 private constant _MOST_SIZE = (1 << 86) - 1;

    BookShelf private _shelf;

    function setUp() external {
        _shelf = new BookShelf();
    }

    function _refused(uint256 cash, int256[] memory sizes, bytes memory reason) private {
        try _shelf.keep(cash, sizes) {
            revert("accepted");
        } catch (bytes memory answer) {
            require(keccak256(answer) == keccak256(reason), "refused for another reason");
        }
    }

    function testFuzz_ABookComesBackAsItWasKept(uint80 cash, int64[8] calldata given) external {
        int256[] memory sizes = new int256[](given.length);
        for (uint256 i = 0; i < sizes.length; ++i) sizes[i] = given[i] == 0 ? int256(1) : int256(given[i]);
        _shelf.keep(cash, sizes);
        (uint256 kept, int256[] memory legs) = _shelf.look();
        require(kept == cash, "cash");
        require(keccak256(abi.encode(legs)) == keccak256(abi.encode(sizes)), "legs");
    }

    function test_RevertWhen_CashIsBeyond80Bits() external {
        _shelf.keep(_MOST_CASH, new int256[](0));
        _refused(
            _MOST_CASH + 1,
            new int256[](0),
            abi.encodeWithSelector(
                IClearingRecords.Clearinghouse_CashOverflow.selector,
                _ID,
                _MOST_CASH + 1,
                _MOST_CASH
            )
        );
    }

    function test_RevertWhen_ASizeIsBeyond86BitsEitherWay() external {
        int256[] memory sizes = new int256[](1);
        for (int256 sign = -1; sign <= 1; sign += 2) {
            sizes[0] = sign * (_MOST_SIZE + 1);
            _refused(
                0,
                sizes,
                abi.encodeWithSelector(IClearingRecords.Clearinghouse_SizeOverflow.selector, _ID, sizes[0], _MOST_SIZE)
            );
        }
        sizes[0] = _MOST_SIZE;
        _shelf.keep(0, sizes);
    }

    function test_RevertWhen_ANinthLegComes() external {
        int256[] memory sizes = new int256[](9);
        for (uint256 i = 0; i < sizes.length; ++i) sizes[i] = 1;
        _refused(
            0,
            sizes,
            abi.encodeWithSelector(IClearingRecords.Clearinghouse_TooManyLegs.selector, _ID, uint256(8))
        );
    }
}
