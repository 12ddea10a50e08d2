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
import { Challenge, Context, Phase, Pot, Receipt, Signed, State, expiryKey } from "../libraries/ClearingState.sol";
import { OpenInterest } from "../libraries/OpenInterest.sol";
import { Pots } from "../libraries/Pots.sol";
import { Requirements } from "../libraries/Requirements.sol";
import { Facts, Rung, SettlementLadder } from "../libraries/SettlementLadder.sol";
import { SettlementPrice } from "./SettlementPrice.sol";

/// @title Settlement, a module of the Clearinghouse
/// @notice From the expiry to the last payment. Knows no mode, no guardian and no keeper by name: every step is anyone's call.
contract SettlementModule is SettlementPrice {
    using BookWords for State;
    using SafeCast for uint256;

    constructor(IPriceOracle oracle_, IWitnessRouter witnessRouter_) SettlementPrice(oracle_, witnessRouter_) {}

    /// @dev See {IClearinghouse}.
    function settleExpiry(uint256 market, uint256 expiry, uint64 after_) external nonReentrant {
        require(block.timestamp >= expiry, Clearinghouse_NotExpired(expiry, block.timestamp));
        Context memory context = _load(market, expiry);
        Phase phase = context.series.phase;
        require(
            phase == Phase.Open || phase == Phase.Reserved,
            Clearinghouse_WrongPhase(market, expiry, uint256(phase))
        );
        (Rung rung, uint256 price) = _priceOf(context, after_);
        require(rung != Rung.None, Clearinghouse_NoPriceYet(market, expiry));

        _closeDays(context);
        uint256 claims = _claimsAt(context, price);
        Pot storage pot = _state.pots[expiryKey(market, expiry)];
        pot.claims = claims.toUint160();
        pot.unresolved = claims.toUint160();
        pot.price = uint64(price);
        pot.rung = rung;
        if (claims == 0) _release(context, pot);
        // Out of this expiry's own fees, so that opening expiries to settle them earns nothing; or what of them is still here.
        uint256 tip = Math.min(Math.min(context.parameters.tip, context.series.fees), context.account.feesOwed);
        context.account.feesOwed -= uint56(tip);
        context.account.openNotional -= uint56(context.series.openNotional);
        context.series.openNotional = 0;
        context.series.phase = Phase.Priced;
        _store(context);
        _credit(msg.sender, context.config.tokenIndex, tip);
        _closeChallenge(context, price);

        emit ExpirySettled(msg.sender, market, expiry, price, uint256(rung), claims, tip);
    }

    /// @dev See {IClearinghouse}.
    function settleBooks(BookId[] calldata ids) external nonReentrant {
        uint256 tips;
        for (uint256 i; i < ids.length; ++i) {
            Context memory context = _load(ids[i].market(), ids[i].expiry());
            tips = _settleBook(context, ids[i]);
            if (tips != 0) _credit(msg.sender, context.config.tokenIndex, tips);
        }
    }

    /// @dev See {IClearinghouse}.
    function redeem(uint256 seriesId, uint256 amount) external nonReentrant returns (uint256 paid) {
        (bool isId, uint256 market, uint256 expiry, uint256 strike, bool isCall) = SeriesId.unpack(seriesId);
        Context memory context = _load(market, expiry);
        require(
            isId && context.series.phase == Phase.Priced,
            Clearinghouse_WrongPhase(market, expiry, uint256(context.series.phase))
        );
        require(amount <= type(uint64).max, Clearinghouse_AmountTooLarge(amount, type(uint64).max));
        Pot memory pot = _state.pots[expiryKey(market, expiry)];

        uint256 par;
        if (amount != 0) {
            _burn(msg.sender, seriesId, amount);
            par = amount * Payoff.numeratorPerSize(strike, isCall, Requirements.termsOf(context), pot.price);
        }
        Receipt memory receipt;
        (paid, receipt) = _payReceipt(context, pot, msg.sender, par);

        emit Redeemed(msg.sender, market, expiry, seriesId, amount, paid, receipt.par, receipt.paid);
    }

    /// @dev One book; returns what the caller earned.
    function _settleBook(Context memory context, BookId id) private returns (uint256 earned) {
        uint256 key = expiryKey(context.market, context.expiry);
        Book memory book = _state.load(id);
        if (context.series.phase != Phase.Priced || book.legs.count == 0) {
            emit BookSkipped(id, book.legs.count == 0 ? Skipped.NoLegs : Skipped.NotPriced);
            return 0;
        }
        Pot memory pot = _state.pots[key];
        Terms memory terms = Requirements.termsOf(context);
        (uint256 shorts, uint256 longs) = Payoff.numerators(book.legs, terms, pot.price);
        (uint256 debt, uint256 par) = Pots.resolve(pot, terms, shorts, longs);

        earned = _takeTips(context, book);
        uint256 paid = Math.min(book.cash, debt);
        uint256 drawn = Math.min(debt - paid, pot.reserved - pot.drawn);
        book.cash -= paid;
        book.legs.count = 0;
        book.state = BookState.Settled;
        pot.collected += (paid + drawn).toUint80();
        pot.drawn += uint64(drawn);
        if (drawn != 0) {
            context.account.insurance -= uint64(drawn);
            context.account.reserved -= uint64(drawn);
            _state.accounts[context.market] = context.account;
        }
        _state.pots[key] = pot;
        _state.save(book);
        if (shorts != 0 && pot.unresolved == 0) {
            _release(context, _state.pots[key]);
            _state.accounts[context.market] = context.account;
            emit ExpiryFinal(context.market, context.expiry, pot.claims, pot.collected);
        }
        emit BookSettled(msg.sender, id, paid, drawn, debt - paid - drawn, par, book.cash);

        if (par != 0) {
            (uint256 due, Receipt memory receipt) = _payReceipt(context, pot, id.owner(), par);
            emit Redeemed(id.owner(), context.market, context.expiry, 0, 0, due, receipt.par, receipt.paid);
        }
    }

    /// @dev The settling tip is the caller's, unless he owns the book; one not used for flagging goes back to the book.
    function _takeTips(Context memory context, Book memory book) private view returns (uint256 earned) {
        uint256 tip = context.parameters.tip;
        uint256 aside = book.tips * tip;
        if (book.tips != 0 && msg.sender != book.id.owner()) earned = tip;
        book.cash += aside - earned;
        book.tips = 0;
    }

    /// @dev Pays into the owner's free balance; keeps the receipt only while something may still be due.
    function _payReceipt(
        Context memory context,
        Pot memory pot,
        address owner,
        uint256 par
    ) private returns (uint256 paid, Receipt memory receipt) {
        uint256 key = expiryKey(context.market, context.expiry);
        Terms memory terms = Requirements.termsOf(context);
        receipt = _state.receipts[owner][key];
        bool isOld = receipt.par != 0;
        paid = Pots.pay(pot, terms, receipt, par);
        if (Pots.isFull(pot, terms)) {
            if (isOld) delete _state.receipts[owner][key];
        } else {
            _state.receipts[owner][key] = receipt;
        }
        if (paid != 0) _credit(owner, context.config.tokenIndex, paid);
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
            _reserve(context, day * 1 days + 8 hours);
        }
        _state.activeDays[context.market] = days_;
        if (context.series.phase == Phase.Open) _reserve(context, context.expiry);
    }

    function _reserve(Context memory context, uint256 expiry) private {
        uint256 key = expiryKey(context.market, expiry);
        // Nothing open, nothing to make good.
        bool isEmpty = expiry == context.expiry ? context.series.pairCount == 0 : _state.expiries[key].pairCount == 0;
        uint64 share = isEmpty ? 0 : (context.account.insurance - context.account.reserved) / 2;
        context.account.reserved += share;
        _state.pots[key].reserved = share;
        if (expiry == context.expiry) context.series.phase = Phase.Reserved;
        else _state.expiries[key].phase = Phase.Reserved;
        emit ExpiryClosed(context.market, expiry, share);
    }

    /// @dev What was set aside and not drawn is the market's again.
    function _release(Context memory context, Pot storage pot) private {
        context.account.reserved -= pot.reserved - pot.drawn;
        pot.reserved = pot.drawn;
    }
}
