// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { IWitnessRouter } from "../../interfaces/IWitnessRouter.sol";
import { BookId } from "../../shared/BookId.sol";
import { Terms } from "../../shared/ClearingTypes.sol";
import { Payoff } from "../../shared/Payoff.sol";
import { SeriesId } from "../../shared/SeriesId.sol";
import { ClearingBase } from "../ClearingBase.sol";
import { Book, BookState, BookWords } from "../libraries/BookWords.sol";
import { AccountCursor, Context, Pot, Receipt, State, expiryKey } from "../libraries/ClearingState.sol";
import { Expiry, MarketAccount, MarketConfig, Phase } from "../libraries/ClearingWords.sol";
import { Pots } from "../libraries/Pots.sol";
import { Rung } from "../libraries/SettlementLadder.sol";
import { InsuranceKeeping } from "./InsuranceKeeping.sol";
import { SettlementPrice } from "./SettlementPrice.sol";

/// @title Settlement, a module of the Clearinghouse
/// @notice From the expiry to the last payment. Knows no mode, no guardian and no keeper by name: every step is anyone's call.
contract SettlementModule is SettlementPrice, InsuranceKeeping {
    using BookWords for State;
    using SafeCast for uint256;

    constructor(IPriceOracle oracle_, IWitnessRouter witnessRouter_) SettlementPrice(oracle_, witnessRouter_) {}

    /// @dev See {IClearinghouse}.
    function settleExpiry(uint256 market, uint256 expiry, uint64 after_) external nonReentrant {
        require(block.timestamp >= expiry, Clearinghouse_NotExpired(expiry, block.timestamp));
        Context memory context;
        _load(context, market, expiry);
        Phase phase = context.series.phase();
        require(
            phase == Phase.Open || phase == Phase.Reserved,
            Clearinghouse_WrongPhase(market, expiry, uint256(phase))
        );
        (Rung rung, uint256 price) = _priceOf(context, after_);
        require(rung != Rung.None, Clearinghouse_NoPriceYet(market, expiry));

        _closeDays(context);
        uint256 claims = _claimsAt(context, price);
        uint256 key = expiryKey(market, expiry);
        _state.pots[key] = Pot({
            claims: claims.toUint160(),
            collected: 0,
            rung: rung,
            unresolved: claims.toUint160(),
            price: price.toUint64(),
            capBps: uint16(context.terms.capBps)
        });
        if (claims == 0) _release(context.account, market, key);
        uint256 tip = _takeTip(context);
        MarketAccount account = context.account.word;
        context.account.word = account.withOpenNotional(account.openNotional() - context.series.openNotional());
        context.series = context.series.withOpenNotional(0).withPhase(Phase.Priced);
        _store(context);
        _credit(msg.sender, context.config.tokenIndex(), tip);
        _closeChallenge(context, price);

        emit ExpirySettled(msg.sender, market, expiry, price, uint256(rung), claims, tip);
    }

    /// @dev See {IClearinghouse}.
    function settleBooks(BookId[] calldata ids) external nonReentrant {
        for (uint256 i; i < ids.length; ++i) {
            MarketConfig config = _configOf(ids[i].market());
            uint256 tip = _settleBook(config, ids[i]);
            if (tip != 0) _credit(msg.sender, config.tokenIndex(), tip);
        }
    }

    /// @dev See {IClearinghouse}.
    function redeem(uint256 seriesId, uint256 amount) external nonReentrant returns (uint256 paid) {
        (bool isId, uint256 market, uint256 expiry, uint256 strike, bool isCall) = SeriesId.unpack(seriesId);
        MarketConfig config = _configOf(market);
        uint256 key = expiryKey(market, expiry);
        Pot memory pot = _state.pots[key];
        if (!isId || pot.price == 0) {
            revert Clearinghouse_WrongPhase(market, expiry, uint256(_state.expiries[key].phase()));
        }
        require(amount <= type(uint64).max, Clearinghouse_AmountTooLarge(amount, type(uint64).max));

        Terms memory terms = Terms(config.kind(), config.unitDecimals(), pot.capBps);
        uint256 par;
        if (amount != 0) {
            _burn(msg.sender, seriesId, amount);
            par = amount * Payoff.numeratorPerSize(strike, isCall, terms, pot.price);
        }
        Receipt memory receipt;
        paid = _payReceipt(config, key, terms, pot, receipt, msg.sender, par);

        emit Redeemed(msg.sender, market, expiry, seriesId, amount, paid, receipt.par, receipt.paid);
    }

    /// @dev One book; returns what the caller earned.
    function _settleBook(MarketConfig config, BookId id) private returns (uint256 earned) {
        uint256 key = expiryKey(id.market(), id.expiry());
        Book memory book;
        _state.load(book, id);
        Pot memory pot = _state.pots[key];
        if (pot.price == 0 || book.legs.count == 0) {
            emit BookSkipped(id, book.legs.count == 0 ? Skipped.NoLegs : Skipped.NotPriced);
            return 0;
        }
        Terms memory terms = Terms(config.kind(), config.unitDecimals(), pot.capBps);
        (uint256 shorts, uint256 longs) = Payoff.numerators(book.legs, terms, pot.price);
        (uint256 debt, uint256 par) = Pots.resolve(pot, terms, shorts, longs);

        earned = _takeTips(config, book);
        uint256 paid = Math.min(book.cash, debt);
        uint256 missing = debt - paid;
        uint256 drawn;
        book.cash -= paid;
        book.legs.count = 0;
        book.state = BookState.Settled;
        pot.collected += paid.toUint80();
        bool isLast = shorts != 0 && pot.unresolved == 0;
        if (missing != 0 || isLast) (drawn, missing) = _cover(id, key, missing, pot, isLast);
        _state.pots[key] = pot;
        _state.save(book);
        emit BookSettled(msg.sender, id, paid, drawn, missing, par, book.cash);

        if (par != 0) {
            Receipt memory receipt;
            uint256 due = _payReceipt(config, key, terms, pot, receipt, id.owner(), par);
            emit Redeemed(id.owner(), id.market(), id.expiry(), 0, 0, due, receipt.par, receipt.paid);
        }
    }

    /// @dev What a book lacks comes out of what is set aside for its expiry, insurance first; with the last short the rest of
    /// that is released.
    /// @return drawn Of insurance. @return missing What nobody covers.
    function _cover(
        BookId id,
        uint256 key,
        uint256 lacking,
        Pot memory pot,
        bool isLast
    ) private returns (uint256 drawn, uint256 missing) {
        uint256 market = id.market();
        AccountCursor memory account;
        account.word = _state.accounts[market];
        if (lacking != 0) {
            drawn = _drawInsurance(account, market, key, lacking);
            missing = lacking - drawn;
            if (missing != 0) missing -= _drawTranche(market, id.expiry(), missing);
            if (missing != 0) _raiseUnbacked(account);
            pot.collected += (lacking - missing).toUint80();
        }
        if (isLast) {
            _release(account, market, key);
            emit ExpiryFinal(market, id.expiry(), pot.claims, pot.collected);
        }
        _state.accounts[market] = account.word;
    }

    /// @dev Out of this expiry's own fees, so that opening expiries to settle them earns nothing; or what of them is still
    /// here.
    function _takeTip(Context memory context) private pure returns (uint256 tip) {
        uint256 owed = context.account.word.feesOwed();
        tip = Math.min(Math.min(context.config.tip(), context.series.fees()), owed);
        context.account.word = context.account.word.withFeesOwed(owed - tip);
    }

    /// @dev The settling tip is the caller's, unless he owns the book; one not used for flagging goes back to the book.
    function _takeTips(MarketConfig config, Book memory book) private view returns (uint256 earned) {
        if (book.tips == 0) return 0;
        uint256 tip = config.tip();
        if (msg.sender != book.id.owner()) earned = tip;
        book.cash += book.tips * tip - earned;
        book.tips = 0;
    }

    /// @dev Pays into the owner's free balance; keeps the receipt only while something may still be due.
    /// @param receipt Filled with what the owner redeemed and got so far.
    function _payReceipt(
        MarketConfig config,
        uint256 key,
        Terms memory terms,
        Pot memory pot,
        Receipt memory receipt,
        address owner,
        uint256 par
    ) private returns (uint256 paid) {
        Receipt storage stored = _state.receipts[owner][key];
        receipt.par = stored.par;
        receipt.paid = stored.paid;
        bool isOld = receipt.par != 0;
        paid = Pots.pay(pot, terms, receipt, par);
        if (!Pots.isFull(pot, terms)) {
            stored.par = receipt.par;
            stored.paid = receipt.paid;
        } else if (isOld) {
            delete _state.receipts[owner][key];
        }
        if (paid != 0) _credit(owner, config.tokenIndex(), paid);
    }

    /// @dev Insurance is set aside for closed expiries in their order: half of what is unreserved for each (law 6). Days of
    /// the bitmap up to today, oldest first; it holds at most 91 future days, so the oldest can be told from the next.
    function _closeDays(Context memory context) private {
        uint256 days_ = _state.activeDays[context.market];
        uint256 today = (block.timestamp - 8 hours) / 1 days;
        uint256 turn = (today + 1) % 256;
        // Bit j is day today − 255 + j.
        uint256 rotated = turn == 0 ? days_ : (days_ >> turn) | (days_ << (256 - turn));
        rotated = (rotated >> 92) << 92;
        while (rotated != 0) {
            uint256 lowest = rotated & (~rotated + 1);
            uint256 day = today + Math.log2(lowest) - 255;
            rotated ^= lowest;
            days_ &= ~(1 << (day % 256));
            _setAside(context, day * 1 days + 8 hours);
        }
        _state.activeDays[context.market] = days_;
        _setAside(context, context.expiry);
    }
}
