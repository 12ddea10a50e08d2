// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { BookId, splitId } from "../../shared/BookId.sol";
import { Band, Legs, Scenario } from "../../shared/ClearingTypes.sol";
import { LegWord } from "../../shared/LegWord.sol";
import { Margin } from "../../shared/Margin.sol";
import { Liquidation, LiquidationReading } from "../../shared/RiskTypes.sol";
import { AuctionClock } from "../libraries/AuctionClock.sol";
import { AuctionPrice, AuctionTerms } from "../libraries/AuctionPrice.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { Auction, Context, Reserve, State, Tranche, expiryKey } from "../libraries/ClearingState.sol";
import { Expiry, MarketAccounts, Phase } from "../libraries/ClearingWords.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { AuctionKeeping } from "./AuctionKeeping.sol";
import { InsuranceKeeping } from "./InsuranceKeeping.sol";
import { LegKeeping } from "./LegKeeping.sol";

/// @title Liquidation, a module of the Clearinghouse
/// @notice What happens to a book that is short of maintenance margin (DESIGN §5). Clocks run on bid time, prices rise until
/// somebody takes the book, nobody takes more than restores it. No mode and no breaker liquidates; each only says who may be.
contract LiquidationModule is LegKeeping, InsuranceKeeping, AuctionKeeping {
    using BookWords for State;
    using BookWords for Book;

    uint256 private constant _NOTICE = 10 days;
    uint256 private constant _EXIT_WINDOW = 3 days;

    /// @dev See {IClearinghouse}.
    function flag(BookId id) external nonReentrant {
        require(!_expired(id), Clearinghouse_Expired(id.expiry(), block.timestamp));
        Context memory context;
        Book memory book;
        _loadAccount(context, id);
        _state.load(book, id);
        require(book.state != BookState.Settled, Clearinghouse_WrongState(id, uint256(book.state)));
        LiquidationReading memory reading;
        bool ok = _readLiquidation(context, reading, true);
        if (book.state == BookState.Flagged) {
            require(ok, Clearinghouse_NoLiquidation(id.market(), uint256(context.reading.mode)));
            _remark(context, book);
            return;
        }
        require(
            ok && reading.allowed != Liquidation.None && reading.earlierPrice != 0,
            Clearinghouse_NoLiquidation(id.market(), uint256(context.reading.mode))
        );
        _requireShort(context, book, Requirements.bandOf(context), reading.allowed);
        Band memory earlier = Band(reading.earlierPrice, reading.earlierLow, reading.earlierHigh);
        _requireShort(context, book, earlier, reading.allowed);
        if (Requirements.isFunded(context, book)) {
            revert Clearinghouse_Healthy(id, book.cash, Requirements.maximumLoss(context, book));
        }

        uint256 start = AuctionClock.started(book.clock, reading.bidTime);
        book.state = BookState.Flagged;
        book.clock = start;
        uint256 tip;
        if (book.tips == 2) {
            book.tips = 1;
            tip = context.config.tip();
            _credit(msg.sender, context.config.tokenIndex(), tip);
        }
        uint256 shortage = _setShortage(context, id, 0, _lackOf(context, book));
        _state.auctions[id] = Auction(msg.sender, uint48(shortage), 0, 0);
        _state.save(book);
        _store(context);

        emit BookFlagged(msg.sender, id, AuctionClock.elapsedAt(start, reading.bidTime), shortage, tip);
    }

    /// @dev See {IClearinghouse}.
    function unflag(BookId id) external nonReentrant {
        Context memory context;
        Book memory book;
        _loadAccount(context, id);
        _state.load(book, id);
        require(book.state == BookState.Flagged, Clearinghouse_WrongState(id, uint256(book.state)));
        uint256 elapsed;
        uint256 left;
        if (!Requirements.isFunded(context, book)) {
            require(!_expired(id), Clearinghouse_Expired(id.expiry(), block.timestamp));
            LiquidationReading memory reading;
            bool ok = _readLiquidation(context, reading, false);
            require(ok, Clearinghouse_NoLiquidation(id.market(), uint256(context.reading.mode)));
            (uint256 target, , , ) = _targetOf(context, book, Requirements.initialScenario(context));
            require(book.cash >= target, Clearinghouse_Unhealthy(id, book.cash, target));
            elapsed = AuctionClock.elapsedAt(book.clock, reading.bidTime);
            left = AuctionClock.stopped(book.clock, reading.bidTime);
        }
        _end(context, book, left);
        _state.save(book);
        _store(context);

        emit BookUnflagged(msg.sender, id, elapsed);
    }

    /// @dev See {IClearinghouse}.
    function bid(
        BookId id,
        BookId into,
        uint256 share,
        uint256 minimumPayment
    ) external nonReentrant returns (uint256 taken, uint256 payment) {
        _requireRight(into.owner(), RIGHT_TRADE);
        Context memory context;
        Book memory book;
        Book memory taker;
        Hand memory hand;
        _openBid(context, book, hand, id);
        _loadTaker(taker, id, into);
        hand.share = _shareOf(context, book, hand, share);

        LegView[] memory legs = _takeLegs(context, book, taker, hand.share);
        _pay(context, book, taker, hand);
        payment = hand.paid + hand.drawn;
        taken = hand.share;
        uint256 minimum = Math.mulDiv(minimumPayment, taken, share, Math.Rounding.Ceil);
        require(payment >= minimum, Clearinghouse_PaymentTooSmall(id, payment, minimum));
        _setTips(context, taker);
        _holdBack(book, hand);
        bool isOver = _afterBid(context, book, hand);
        _state.save(book);
        _state.save(taker);
        _write(context);

        _requireMargin(context, taker, hand.opening);
        emit BidFilled(
            id,
            into,
            legs,
            hand.paid,
            hand.drawn,
            hand.toInsurance,
            hand.toFlagger,
            book.cash,
            taker.cash,
            isOver
        );
    }

    /// @dev See {IClearinghouse}.
    function absorb(BookId id) external nonReentrant returns (BookId into) {
        Context memory context;
        Book memory book;
        Book memory taker;
        Hand memory hand;
        _openBid(context, book, hand, id);
        require(
            hand.elapsed >= AuctionPrice.ABSORB_SECONDS,
            Clearinghouse_TooEarly(id, hand.elapsed, AuctionPrice.ABSORB_SECONDS)
        );
        address provider = _state.tranches[id.market()].provider;
        require(provider != address(0), Clearinghouse_TrancheTooSmall(id.market(), 0, 1));
        into = splitId(id, provider, ++_state.splits[id.owner()]);
        _loadTaker(taker, id, into);
        hand.share = AuctionPrice.ONE;

        _takeLegs(context, book, taker, hand.share);
        _pay(context, book, taker, hand);
        uint256 topUp = _topUp(context, taker, hand.opening);
        _afterBid(context, book, hand);
        _state.save(book);
        _state.save(taker);
        _write(context);

        emit BookAbsorbed(
            msg.sender,
            id,
            into,
            hand.paid,
            hand.drawn,
            hand.toInsurance,
            hand.toFlagger,
            topUp,
            book.cash,
            taker.cash
        );
    }

    /// @dev See {IClearinghouse}.
    function lockTranche(uint256 market, uint256 amount) external nonReentrant {
        require(amount != 0, Clearinghouse_ZeroAmount());
        uint256 tokenIndex = _configOf(market).tokenIndex();
        Tranche memory tranche = _state.tranches[market];
        address replaced = tranche.provider == address(0) ? msg.sender : tranche.provider;
        uint256 returned;
        if (replaced != msg.sender) {
            bool isReplacing = amount >= 2 * uint256(tranche.amount) && tranche.reserved == 0;
            require(isReplacing, Clearinghouse_TrancheTaken(market, replaced, 2 * uint256(tranche.amount)));
            returned = tranche.amount;
            tranche.amount = 0;
        }
        uint256 total = tranche.amount + amount;
        require(
            total <= MarketAccounts.LARGEST_INSURANCE,
            Clearinghouse_AmountTooLarge(total, MarketAccounts.LARGEST_INSURANCE)
        );

        _debit(msg.sender, tokenIndex, amount);
        if (returned != 0) _credit(replaced, tokenIndex, returned);
        // Whoever adds stays: an older notice is void.
        _state.tranches[market] = Tranche(msg.sender, 0, uint80(total), tranche.reserved);

        emit TrancheLocked(msg.sender, market, amount, total, replaced, returned);
    }

    /// @dev See {IClearinghouse}.
    function releaseTranche(uint256 market, uint256 amount) external nonReentrant {
        Tranche memory tranche = _state.tranches[market];
        require(msg.sender == tranche.provider, Clearinghouse_Unauthorized(msg.sender, tranche.provider, 0));
        uint256 unlocksAt = tranche.noticeAt + _NOTICE;
        // A notice that was not used is none, or one given early would let the tranche leave at any moment later.
        if (tranche.noticeAt == 0 || block.timestamp >= unlocksAt + _EXIT_WINDOW) {
            _state.tranches[market].noticeAt = uint40(block.timestamp);
            emit TrancheNoticed(msg.sender, market, block.timestamp + _NOTICE);
            return;
        }
        require(block.timestamp >= unlocksAt, Clearinghouse_TrancheLocked(market, block.timestamp, unlocksAt));
        uint256 available = tranche.amount - tranche.reserved;
        require(amount != 0 && amount <= available, Clearinghouse_TrancheTooSmall(market, available, amount));

        tranche.amount -= uint80(amount);
        _state.tranches[market].amount = tranche.amount;
        _credit(msg.sender, _configOf(market).tokenIndex(), amount);

        emit TrancheReleased(msg.sender, market, amount, tranche.amount);
    }

    /// @dev A flagged book before its expiry, at a price that lets it be taken.
    function _openBid(Context memory context, Book memory book, Hand memory hand, BookId id) private view {
        _openClosing(context, book, id);
        require(book.state == BookState.Flagged, Clearinghouse_WrongState(id, uint256(book.state)));
        bool ok = _readLiquidation(context, hand.reading, false);
        require(
            ok && hand.reading.allowed != Liquidation.None,
            Clearinghouse_NoLiquidation(id.market(), uint256(context.reading.mode))
        );
        hand.auction = _state.auctions[id];
        hand.elapsed = AuctionClock.elapsedAt(book.clock, hand.reading.bidTime);
        _appraise(context, book, hand);
        require(book.cash < hand.terms.target, Clearinghouse_Healthy(id, book.cash, hand.terms.target));
        if (hand.reading.allowed == Liquidation.BelowHalf) {
            _requireShort(context, book, Requirements.bandOf(context), Liquidation.BelowHalf);
        }
    }

    /// @dev Any healthy book of the same market and expiry.
    function _loadTaker(Book memory taker, BookId id, BookId into) private view {
        require(BookId.unwrap(into) != BookId.unwrap(id), Clearinghouse_SameBook(into));
        require(into.market() == id.market() && into.expiry() == id.expiry(), Clearinghouse_WrongBook(id, into));
        _state.load(taker, into);
        require(taker.state == BookState.Healthy, Clearinghouse_WrongState(into, uint256(taker.state)));
    }

    function _requireShort(
        Context memory context,
        Book memory book,
        Band memory band,
        Liquidation allowed
    ) private view {
        if (Requirements.isShort(context, book, band, allowed == Liquidation.BelowHalf)) return;
        uint256 required = Margin.costUp(book.legs, context.terms, Requirements.maintenanceScenarioIn(context, band));
        revert Clearinghouse_Healthy(book.id, book.cash, required);
    }

    /// @dev What the cash of a book lacks of M, 0 for most.
    function _lackOf(Context memory context, Book memory book) private view returns (uint256) {
        Scenario memory marks = Margin.markScenario(context.reading.price, Requirements.markTimeValue(context));
        if (!Margin.exceeds(book.legs, context.terms, marks, book.cash)) return 0;
        uint256 full = Margin.calculateRequirement(book.legs, context.terms, marks).amount;
        return Math.saturatingSub(full, book.cash);
    }

    /// @dev Sets insurance aside for what a flagged book lacks, so that insurers cannot leave before a loss they can see. Nothing
    /// once its expiry has its own share: the book draws on that.
    function _setShortage(
        Context memory context,
        BookId id,
        uint256 held,
        uint256 wanted
    ) private returns (uint256 shortage) {
        if (held == 0 && wanted == 0) return 0;
        uint256 key = expiryKey(id.market(), id.expiry());
        if (Expiry.unwrap(context.series) == 0) {
            context.series = _state.expiries[key];
            context.oldSeries = context.series;
        }
        if (context.series.phase() != Phase.Open) return 0;
        uint256 reserved = context.account.word.reserved() - held;
        uint256 available = context.account.word.insurance() - reserved;
        shortage = Math.min(Math.min(wanted, available), type(uint48).max);
        context.account.word = context.account.word.withReserved(reserved + shortage);
        Reserve storage reserve = _state.reserves[key];
        reserve.flagged = uint64(reserve.flagged - held + shortage);
    }

    function _remark(Context memory context, Book memory book) private {
        BookId id = book.id;
        uint256 shortage = _setShortage(context, id, _state.auctions[id].shortage, _lackOf(context, book));
        _state.auctions[id].shortage = uint48(shortage);
        _store(context);

        emit BookRemarked(msg.sender, id, shortage);
    }

    /// @dev The liquidation is over. @param memory_ What is left of its clock.
    function _end(Context memory context, Book memory book, uint256 memory_) private {
        book.state = BookState.Healthy;
        book.clock = memory_;
        uint256 held = _state.auctions[book.id].shortage;
        if (held != 0) _setShortage(context, book.id, held, 0);
        delete _state.auctions[book.id];
        if (book.hasShorts()) return;
        book.cash += book.tips * context.config.tip();
        book.tips = 0;
    }

    /// @dev What a bid takes of a book: what was asked for, as far as the book lets it go.
    function _shareOf(
        Context memory context,
        Book memory book,
        Hand memory hand,
        uint256 asked
    ) private returns (uint256 share) {
        uint256 most = _largestShare(context, hand, hand.auction);
        require(most != 0, Clearinghouse_SliceTaken(book.id, hand.auction.windowAt + AuctionClock.SLICE_SECONDS));
        share = Math.min(asked, most);
        uint256 least = Math.min(AuctionPrice.LEAST_SHARE, most);
        require(share >= least && asked <= AuctionPrice.ONE, Clearinghouse_BadShare(asked, least, AuctionPrice.ONE));
        // What would be left is not worth another bid.
        if (share < AuctionPrice.ONE && most == AuctionPrice.ONE && _isDust(context, hand, share)) {
            share = AuctionPrice.ONE;
        }
        if (hand.reading.allowed == Liquidation.Full || share == AuctionPrice.ONE) return share;
        uint256 left = _windowLeft(hand.auction);
        if (left == _BPS) hand.auction.windowAt = uint32(block.timestamp);
        uint256 stays = (left * (AuctionPrice.ONE - share)) / AuctionPrice.ONE;
        hand.auction.windowLeft = uint16(stays);
        _state.auctions[book.id] = hand.auction;
        // In a halt bid time stands still anyway.
        if (hand.reading.allowed == Liquidation.Slices) hand.windowTaken = AuctionClock.windowTaken(left, stays);
    }

    /// @dev Moves a share of every leg: shorts round up in what is taken, longs down. Where the taker held the other side, open
    /// interest falls; it never rises.
    function _takeLegs(
        Context memory context,
        Book memory book,
        Book memory taker,
        uint256 share
    ) private returns (LegView[] memory taken) {
        Legs memory legs = book.legs;
        uint256 count = legs.count;
        uint256 kept;
        taken = new LegView[](count);
        unchecked {
            for (uint256 i; i < count; ++i) {
                uint256 leg = LegWord.at(legs, i);
                (uint256 strike, bool isCall, int256 size) = (
                    LegWord.strikeOf(leg),
                    LegWord.isCallOf(leg),
                    LegWord.sizeOf(leg)
                );
                int256 part = _partOf(size, share);
                LegView memory shown = taken[i];
                (shown.strike, shown.isCall, shown.size) = (uint40(strike), isCall, int96(part));
                // What stays moves up to the places of what left.
                int256 rest = size - part;
                if (rest != 0) LegWord.put(legs, kept++, LegWord.pack(strike, isCall, rest));
                (int256 held, int256 left) = taker.change(strike, isCall, part, i);
                // Sizes are below 2^86.
                int256 written = LegWord.shortOf(rest) - LegWord.shortOf(size);
                written += LegWord.shortOf(left) - LegWord.shortOf(held);
                _moveInterest(context, strike, isCall, written);
            }
        }
        legs.count = kept;
    }

    /// @dev Unchecked: a size is below 2^86, a share below 2^60.
    function _partOf(int256 size, uint256 share) private pure returns (int256) {
        unchecked {
            if (size >= 0) return int256((uint256(size) * share) / AuctionPrice.ONE);
            return -int256(Math.ceilDiv(uint256(-size) * share, AuctionPrice.ONE));
        }
    }

    /// @dev The book pays the bidder and the penalty; insurance pays what goes beyond the book's cash.
    function _pay(Context memory context, Book memory book, Book memory taker, Hand memory hand) private {
        AuctionTerms memory terms = hand.terms;
        uint256 own = Math.min(terms.payment, book.cash);
        uint256 share = hand.share;
        hand.paid = (own * share) / AuctionPrice.ONE;
        uint256 penalty = (terms.penalty * share) / AuctionPrice.ONE;
        hand.toFlagger = penalty / 2;
        // What insurance cannot hold stays with the book.
        uint256 room = MarketAccounts.LARGEST_INSURANCE - context.account.word.insurance();
        hand.toInsurance = Math.min(penalty - hand.toFlagger, room);
        uint256 wanted = ((terms.payment - own) * share) / AuctionPrice.ONE;
        if (wanted != 0) {
            _setAside(context, context.expiry);
            uint256 key = expiryKey(context.market, context.expiry);
            hand.drawn = _drawInsurance(context.account, context.market, key, wanted);
        }
        book.cash -= hand.paid + hand.toFlagger + hand.toInsurance;
        taker.cash += hand.paid + hand.drawn;
        if (hand.toFlagger != 0) _credit(hand.auction.flagger, context.config.tokenIndex(), hand.toFlagger);
        if (hand.toInsurance != 0) {
            context.account.word = context.account.word.withInsurance(
                context.account.word.insurance() + hand.toInsurance
            );
        }
    }

    /// @dev A bid makes nothing dearer: the clock goes back to where the rest costs the next bidder what this one paid, once there
    /// is something to buy again.
    function _holdBack(Book memory book, Hand memory hand) private pure {
        if (hand.share == AuctionPrice.ONE) return;
        uint256 elapsed = AuctionPrice.elapsedDown(book.cash, hand.terms, hand.share, hand.elapsed);
        book.clock += hand.elapsed - elapsed + hand.windowTaken;
    }

    /// @dev The rest of the book is healthy once no short is left, or the largest share was taken.
    function _afterBid(Context memory context, Book memory book, Hand memory hand) private returns (bool isOver) {
        if (!book.hasShorts()) {
            _end(context, book, 0);
            return true;
        }
        if (hand.share >= hand.restoring && hand.restoring < AuctionPrice.ONE) {
            _end(context, book, AuctionClock.stopped(book.clock, hand.reading.bidTime));
            return true;
        }
    }

    /// @dev Two tips are set aside by whoever takes shorts over; without shorts they go back.
    function _setTips(Context memory context, Book memory book) private pure {
        uint256 tip = context.config.tip();
        if (!book.hasShorts()) {
            book.cash += book.tips * tip;
            book.tips = 0;
            return;
        }
        uint256 needed = (2 - book.tips) * tip;
        if (needed == 0) return;
        require(book.cash >= needed, Clearinghouse_InsufficientCash(book.id, needed, book.cash));
        book.cash -= needed;
        book.tips = 2;
    }

    /// @dev A bid is allowed wherever liquidation is; the book that takes the legs must meet initial margin.
    function _requireMargin(Context memory context, Book memory taker, Scenario memory scenario) private pure {
        if (Margin.isCovered(taker.legs, context.terms, scenario, taker.cash)) return;
        uint256 required = Margin.calculateRequirement(taker.legs, context.terms, scenario).amount;
        revert Clearinghouse_Unhealthy(taker.id, taker.cash, required);
    }

    /// @dev Brings the backstop's new book up to initial margin, out of what of its tranche is not set aside: a draw on the way
    /// may just have set some aside.
    function _topUp(
        Context memory context,
        Book memory taker,
        Scenario memory opening
    ) private returns (uint256 topUp) {
        uint256 needed = Margin.calculateRequirement(taker.legs, context.terms, opening).amount;
        if (taker.hasShorts()) needed += 2 * context.config.tip();
        topUp = Math.saturatingSub(needed, taker.cash);
        Tranche storage tranche = _state.tranches[context.market];
        uint256 available = tranche.amount - tranche.reserved;
        require(topUp <= available, Clearinghouse_TrancheTooSmall(context.market, available, topUp));
        tranche.amount -= uint80(topUp);
        taker.cash += topUp;
        _setTips(context, taker);
    }
}
