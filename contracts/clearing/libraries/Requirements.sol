// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { CollateralKind } from "../../shared/ClearingTypes.sol";
import { Margin, Terms } from "../../shared/Margin.sol";
import { Book, BookWords } from "./BookWords.sol";
import { Context } from "./ClearingState.sol";

/// @title Requirements
/// @notice What a book must hold, out of the margin formulas, the market's parameters and a reading. Only initial margin
/// knows the mode (law 2).
library Requirements {
    using BookWords for Book;

    uint256 private constant _BPS = 1e4;
    /// @dev Older than this a price measures nothing: initial margin is maximum loss.
    uint256 private constant _OLDEST = 24 hours;

    function termsOf(Context memory context) internal pure returns (Terms memory) {
        return Terms(context.config.kind, context.config.unitDecimals, context.parameters.capBps);
    }

    /// @notice Maximum loss of the book, ledger units, rounded up. No price.
    function maximumLoss(Context memory context, Book memory book) internal pure returns (uint256) {
        return Margin.maximumLossUp(book.legs, termsOf(context));
    }

    /// @notice Initial margin before it is capped by maximum loss: k · max(stress, floor) + add-on, rounded up.
    function riskCharge(Context memory context, Book memory book) internal view returns (uint256 charge) {
        IRisk.Reading memory reading = context.reading;
        if (reading.age > _OLDEST) return type(uint256).max;
        Terms memory terms = termsOf(context);
        uint256 price = reading.price;
        uint256 shock = Math.ceilDiv(price * context.parameters.initialShockBps, _BPS);
        // At most 90 % away, whatever the band says.
        uint256 low = Math.max(Math.saturatingSub(reading.low, shock), Math.max(price / 10, 1));
        uint256 high = Math.min(reading.high + shock, (price * 19 + 9) / 10);
        uint256 secondsLeft = Math.saturatingSub(context.expiry, block.timestamp);
        uint256 timeValue = Margin.timeValueUp(reading.volatilityBps, secondsLeft);

        charge = Math.max(
            Margin.stressUp(book.legs, terms, low, high, timeValue, reading.multiplierBps),
            Margin.shareOfShortsUp(book.legs, terms, price, context.parameters.initialFloorBps, reading.multiplierBps)
        );
        if (reading.addOnBps != 0) {
            charge += Margin.shareOfShortsUp(book.legs, terms, price, reading.addOnBps, _BPS);
        }
    }

    function initialMargin(Context memory context, Book memory book) internal view returns (uint256) {
        return Math.min(riskCharge(context, book), maximumLoss(context, book));
    }

    /// @notice After something was taken out: cash meets initial margin.
    function requireInitial(Context memory context, Book memory book) internal view {
        // The caller knows that cash is below maximum loss, so the charge alone decides.
        uint256 charge = riskCharge(context, book);
        require(book.cash >= charge, IClearingRecords.Clearinghouse_Unhealthy(book.id, book.cash, charge));
    }

    /// @notice After legs changed by trade. Where openings are allowed the book meets initial margin, and a position worth a
    /// liquidation is worth one; else, and for a book that is short of it, neither the requirement nor the gap may grow.
    function requireTraded(Context memory context, Book memory book, bool opens) internal view {
        if (!book.hasShorts()) return;
        uint256 charge = riskCharge(context, book);
        if (opens && book.cash >= charge && charge >= context.parameters.dust) return;

        uint256 required = Math.min(charge, maximumLoss(context, book));
        bool isMet = book.cash >= required;
        // Funded to its maximum loss it needs no liquidation ever: dust is no harm.
        if (opens && isMet && required < charge) return;

        Book memory before = book.original();
        uint256 oldRequired = initialMargin(context, before);
        bool isNoWorse = required <= oldRequired && required + before.cash <= oldRequired + book.cash;
        if (isMet && isNoWorse) return;
        if (opens && isMet) {
            revert IClearingRecords.Clearinghouse_Dust(book.id, charge, context.parameters.dust);
        }
        require(!opens || isNoWorse, IClearingRecords.Clearinghouse_Unhealthy(book.id, book.cash, required));
        require(isNoWorse, IClearingRecords.Clearinghouse_RaisesRequirement(book.id, oldRequired, required));
    }

    /// @notice Most open notional of the market, USD with 2 decimals: what its insurance covers, or what stake secures.
    function notionalCap(Context memory context) internal pure returns (uint256) {
        IRisk.Reading memory reading = context.reading;
        if (reading.lossShareBps == 0) return reading.notionalCap;
        uint256 cents = uint256(context.account.insurance) * 100;
        if (context.config.kind == CollateralKind.Coin) cents = (cents * reading.price) / 1e8;
        cents /= 10 ** context.config.unitDecimals;
        return Math.min(reading.notionalCap, (cents * _BPS) / reading.lossShareBps);
    }
}
