// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BookId, splitId, toBookId } from "../../shared/BookId.sol";
import { LegWord } from "../../shared/LegWord.sol";
import { LegKeeping } from "./LegKeeping.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Auction, Context, State } from "../libraries/ClearingState.sol";
import { Requirements } from "../libraries/Requirements.sol";

/// @title Moves of whole books, a module of the Clearinghouse
/// @notice Handing a book over, and splitting one into an empty book. Neither changes open interest.
contract MoveModule is LegKeeping {
    using BookWords for State;
    using BookWords for Book;

    /// @dev See {IClearinghouse}.
    function transferBook(BookId id, address toOwner, uint32 subId) external nonReentrant returns (BookId newId) {
        require(msg.sender == id.owner(), Clearinghouse_Unauthorized(msg.sender, id.owner(), 0));
        _requireRight(toOwner, RIGHT_RECEIVE);
        Context memory context;
        Book memory book;
        _openTrading(context, book, id);
        newId = toBookId(toOwner, id.market(), id.expiry(), subId);
        Book memory target;
        _loadEmpty(target, id, newId);

        target.cash += book.cash;
        target.tips = book.tips;
        target.clock = book.clock; // or handing over would wash it off
        target.legs = book.legs;
        _clear(book);
        _state.save(target);

        emit BookTransferred(msg.sender, id, newId, target.cash);
    }

    /// @dev See {IClearinghouse}.
    function splitBook(
        BookId id,
        address toOwner,
        uint256 numerator,
        uint256 denominator
    ) external nonReentrant returns (BookId newId) {
        require(msg.sender == id.owner(), Clearinghouse_Unauthorized(msg.sender, id.owner(), 0));
        _requireRight(toOwner, RIGHT_RECEIVE);
        require(
            numerator != 0 && numerator <= denominator && denominator <= type(uint128).max,
            Clearinghouse_BadFraction(numerator, denominator)
        );
        Context memory context;
        _loadMarket(context, id.market(), id.expiry());
        Book memory book;
        _state.load(book, id);
        require(book.state != BookState.Settled, Clearinghouse_WrongState(id, uint256(book.state)));
        newId = _nextSplit(id, toOwner);
        Book memory target;
        _loadEmpty(target, id, newId);
        bool wasFull = Requirements.isFunded(context, book);

        _shareLegs(book, target, numerator, denominator, wasFull ? 0 : context.parameters.minimumSize());
        uint256 cash = Math.mulDiv(book.cash, numerator, denominator);
        if (wasFull) {
            // What stays keeps its maximum loss to the last unit (laws 1 and 4); so must what leaves.
            cash = Math.min(cash, book.cash - Requirements.maximumLoss(context, book));
            _requireFull(context, target, target.cash + cash);
        }
        book.cash -= cash;
        target.cash += cash;
        target.clock = book.clock;
        if (!wasFull) {
            _requireWorthwhile(context, book);
            _requireWorthwhile(context, target);
        }
        _moveTips(context, book, target);
        uint256 shortage;
        if (book.state == BookState.Flagged) shortage = _shareFlag(book, target, numerator, denominator);
        _state.save(book);
        _state.save(target);

        emit BookSplit(msg.sender, id, newId, _legsOf(target), book.cash, target.cash);
        if (target.state == BookState.Flagged) emit FlagShared(id, newId, shortage);
    }

    function _nextSplit(BookId id, address toOwner) private returns (BookId) {
        return splitId(id, toOwner, ++_state.splits[id.owner()]);
    }

    /// @dev Longs and shorts round down in what leaves. Rounding moves up to a unit of each leg against the cash, and nothing
    /// asks for margin here; so where margin is less than the maximum loss no leg may leave in crumbs, or a book could be
    /// emptied by them: `least` bounds what all splits of a leg can move to one unit in as many.
    function _shareLegs(
        Book memory book,
        Book memory target,
        uint256 numerator,
        uint256 denominator,
        uint256 least
    ) private pure {
        Book memory before = book.original();
        uint256[8] memory legs = before.legs.words;
        for (uint256 i; i < before.legs.count; ++i) {
            int256 size = LegWord.sizeOf(legs[i]);
            uint256 whole = uint256(size < 0 ? -size : size);
            int256 part = int256(Math.mulDiv(whole, numerator, denominator));
            require(
                uint256(part) >= least || mulmod(whole, numerator, denominator) == 0,
                Clearinghouse_BadFraction(numerator, denominator)
            );
            if (part == 0) continue;
            if (size < 0) part = -part;
            book.change(LegWord.strikeOf(legs[i]), LegWord.isCallOf(legs[i]), -part, i);
            target.change(LegWord.strikeOf(legs[i]), LegWord.isCallOf(legs[i]), part, i);
        }
    }

    /// @dev Tips stay with the book that was split; they go along, or back to its cash, when its last short leaves. A book
    /// that came out of a split pays for its settling by being in its owner's interest, and by tips from its next opening on.
    function _moveTips(Context memory context, Book memory book, Book memory target) private pure {
        if (book.tips == 0 || book.hasShorts()) return;
        if (target.hasShorts()) target.tips = book.tips;
        else book.cash += book.tips * context.config.tip();
        book.tips = 0;
    }

    /// @dev A liquidation goes on in both parts as it stood: clock, flagger, what insurance set aside, what this minute's slice
    /// left. Where no legs stay behind it is over.
    /// @return shortage Set aside for the new book.
    function _shareFlag(
        Book memory book,
        Book memory target,
        uint256 numerator,
        uint256 denominator
    ) private returns (uint256 shortage) {
        if (target.legs.count == 0) return 0;
        Auction memory auction = _state.auctions[book.id];
        bool isWhole = book.legs.count == 0;
        shortage = isWhole ? auction.shortage : Math.mulDiv(auction.shortage, numerator, denominator);
        target.state = BookState.Flagged;
        if (isWhole) {
            (book.state, book.clock) = (BookState.Healthy, 0);
            delete _state.auctions[book.id];
        } else if (shortage != 0) {
            _state.auctions[book.id].shortage = uint48(auction.shortage - shortage);
        }
        auction.shortage = uint48(shortage);
        _state.auctions[target.id] = auction;
    }

    function _requireFull(Context memory context, Book memory book, uint256 cash) private pure {
        uint256 maximumLoss = Requirements.maximumLoss(context, book);
        require(cash >= maximumLoss, Clearinghouse_Unhealthy(book.id, cash, maximumLoss));
    }

    /// @dev Books that may need a liquidation are worth one; without a price cash stands for initial margin.
    function _requireWorthwhile(Context memory context, Book memory book) private pure {
        uint256 dust = context.parameters.dust();
        require(book.cash >= dust || !book.hasShorts(), Clearinghouse_Dust(book.id, book.cash, dust));
    }

    /// @dev Cash may have been sent there by anyone; legs may not. A book without legs is empty too, but never its own
    /// target: what was taken out of one copy would still be in the other.
    function _loadEmpty(Book memory book, BookId id, BookId newId) private view {
        require(BookId.unwrap(id) != BookId.unwrap(newId), Clearinghouse_SameBook(id));
        _state.load(book, newId);
        require(book.legs.count == 0 && book.state == BookState.Healthy, Clearinghouse_TargetNotEmpty(newId));
    }

    function _clear(Book memory book) private {
        Book memory empty;
        empty.id = book.id;
        empty.words = book.words;
        _state.save(empty);
    }

    function _legsOf(Book memory book) private pure returns (uint256[] memory legs) {
        legs = new uint256[](book.legs.count);
        for (uint256 i; i < legs.length; ++i) legs[i] = book.legs.words[i];
    }
}
