// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { Band, CollateralKind, Scenario, Terms } from "../../shared/ClearingTypes.sol";
import { Margin } from "../../shared/Margin.sol";
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

    /// @notice Maximum loss of the book, ledger units, rounded up. No price.
    function maximumLoss(Context memory context, Book memory book) internal pure returns (uint256) {
        return Margin.maximumLossUp(book.legs, context.terms);
    }

    /// @notice The book holds its maximum loss: nothing can ever be asked of it.
    function isFunded(Context memory context, Book memory book) internal pure returns (bool) {
        return Margin.isFunded(book.legs, context.terms, book.cash);
    }

    /// @notice What initial margin measures the book against, out of the reading.
    function initialScenario(Context memory context) internal view returns (Scenario memory) {
        IRisk.Reading memory reading = context.reading;
        Scenario memory scenario = Margin.initialScenario(
            Band(reading.price, reading.low, reading.high),
            context.parameters.initialShockBps(),
            context.parameters.initialFloorBps(),
            Margin.timeValueUp(reading.volatilityBps, Math.saturatingSub(context.expiry, block.timestamp)),
            reading.multiplierBps,
            reading.addOnBps
        );
        scenario.isStale = reading.age > _OLDEST;
        return scenario;
    }

    /// @notice The band of the reading.
    function bandOf(Context memory context) internal pure returns (Band memory) {
        return Band(context.reading.price, context.reading.low, context.reading.high);
    }

    /// @notice What maintenance margin measures the book against: the best edge, at 100 % volatility, whatever the mode.
    function maintenanceScenario(Context memory context) internal view returns (Scenario memory) {
        return maintenanceScenarioIn(context, bandOf(context));
    }

    /// @notice The same at another price.
    function maintenanceScenarioIn(Context memory context, Band memory band) internal view returns (Scenario memory) {
        return
            Margin.maintenanceScenario(
                band,
                context.parameters.maintenanceShockBps(),
                context.parameters.maintenanceFloorBps(),
                markTimeValue(context)
            );
    }

    /// @notice Time value at 100 % volatility, of marks and maintenance; kept in the context.
    function markTimeValue(Context memory context) internal view returns (uint256 timeValue) {
        timeValue = context.markTimeValue;
        if (timeValue != 0) return timeValue;
        timeValue = Margin.timeValueUp(_BPS, Math.saturatingSub(context.expiry, block.timestamp));
        context.markTimeValue = timeValue;
    }

    /// @notice What initial margin would measure the book against in Normal mode and without a sentinel: nobody must hold more
    /// to leave a liquidation than to open (law 2).
    /// @param initial {initialScenario}, which is left as it is.
    function calmScenario(Scenario memory initial) internal pure returns (Scenario memory scenario) {
        if (initial.multiplierBps == _BPS && initial.addOnBps == 0) return initial;
        (scenario.price, scenario.low, scenario.high) = (initial.price, initial.low, initial.high);
        (scenario.timeValue, scenario.floorBps) = (initial.timeValue, initial.floorBps);
        scenario.multiplierBps = _BPS;
        scenario.isStale = initial.isStale;
    }

    /// @notice Whether a band is evidence enough to liquidate a book below its maximum loss: cash is below maintenance at its
    /// best edge.
    /// @param belowHalf Cash must be below half of maintenance at both ends of the band as well.
    function isShort(
        Context memory context,
        Book memory book,
        Band memory band,
        bool belowHalf
    ) internal view returns (bool) {
        uint256 cash = book.cash;
        if (!_exceeds(context, book, band, cash)) return false;
        if (!belowHalf) return true;
        cash *= 2;
        if (Margin.isFunded(book.legs, context.terms, cash)) return false;
        return
            _exceeds(context, book, Band(band.low, band.low, band.low), cash) &&
            _exceeds(context, book, Band(band.high, band.high, band.high), cash);
    }

    function _exceeds(
        Context memory context,
        Book memory book,
        Band memory band,
        uint256 cash
    ) private view returns (bool) {
        return Margin.exceeds(book.legs, context.terms, maintenanceScenarioIn(context, band), cash);
    }

    /// @notice After something was taken out of a book whose cash is below maximum loss: it meets initial margin.
    function requireInitial(Context memory context, Book memory book) internal view {
        uint256 cost = Margin.costUp(book.legs, context.terms, initialScenario(context));
        require(book.cash >= cost, IClearingRecords.Clearinghouse_Unhealthy(book.id, book.cash, cost));
    }

    /// @notice After legs changed by trade. Where openings are allowed the book meets initial margin, and a position worth a
    /// liquidation is worth one; else, and for a book that is short of it, neither the requirement nor the gap may grow.
    /// @param scenario {initialScenario} of the context.
    function requireTraded(Context memory context, Book memory book, Scenario memory scenario) internal pure {
        bool opens = context.opens;
        if (!book.hasShorts()) return;
        Terms memory terms = context.terms;
        uint256 cost = Margin.costUp(book.legs, terms, scenario);
        if (opens && book.cash >= cost && cost >= context.parameters.dust()) return;

        uint256 required = Math.min(cost, Margin.maximumLossUp(book.legs, terms));
        bool isMet = book.cash >= required;
        // Where maximum loss caps the charge the book needs no liquidation ever, however small. Where it does not, dust is refused
        // with any cash behind it, or a place in the list of strikes would cost next to nothing.
        if (opens && isMet && required < cost) return;

        Book memory before = book.original();
        uint256 oldRequired = Margin.calculateRequirement(before.legs, terms, scenario).amount;
        bool isNoWorse = required <= oldRequired && required + before.cash <= oldRequired + book.cash;
        if (isNoWorse) return;
        require(!opens || isMet, IClearingRecords.Clearinghouse_Unhealthy(book.id, book.cash, required));
        require(!opens, IClearingRecords.Clearinghouse_Dust(book.id, cost, context.parameters.dust()));
        revert IClearingRecords.Clearinghouse_RaisesRequirement(book.id, oldRequired, required);
    }

    /// @notice Most open notional of the market, USD with 2 decimals: what its insurance covers, or what stake secures.
    function notionalCap(Context memory context) internal pure returns (uint256) {
        IRisk.Reading memory reading = context.reading;
        uint256 lossShareBps = reading.lossShareBps;
        if (lossShareBps == 0) return reading.notionalCap;
        unchecked {
            // Insurance and price have 64 bits each.
            uint256 cents = context.account.word.insurance() * 100;
            if (context.terms.kind == CollateralKind.Coin) cents = (cents * reading.price) / 1e8;
            cents /= 10 ** context.terms.unitDecimals;
            return Math.min(reading.notionalCap, (cents * _BPS) / lossShareBps);
        }
    }
}
