// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IClearinghouse } from "../../interfaces/IClearinghouse.sol";
import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IOptionsVault } from "../../interfaces/IOptionsVault.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { BookId } from "../../shared/BookId.sol";
import { Requirement } from "../../shared/ClearingTypes.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { RiskWords } from "../../shared/RiskWords.sol";
import { OptionQuotes } from "./OptionQuotes.sol";

/// @notice What a vault writes and where; its immutables. Plain types, for a linked library's ABI names others by their Solidity
/// names, which no other tool reads.
/// @param fundingBps As in the vault's terms; the others alike.
struct Product {
    address house;
    address oracle;
    address collateral;
    uint256 market;
    uint256 feed;
    bool isCall;
    uint256 unitDecimals;
    uint256 fundingBps;
    uint256 deltaBps;
    uint256 floorVolatilityBps;
}

/// @notice What a vault sees of its market.
/// @param mode A {Level}; Halted where no price is known.
/// @param price 8 decimals. @param edge The price a premium is computed at: beyond the band, against the buyer.
/// @param secondsLeft To the expiry.
/// @param uptime Of the feed, seconds. @param calmSeconds Uptime since any level beyond Normal was true; ends at nine hours.
struct Look {
    uint256 mode;
    uint256 price;
    uint256 edge;
    uint256 secondsLeft;
    uint256 uptime;
    uint256 calmSeconds;
}

/// @notice What is sold. @param strike 4 decimals. @param size 6 decimals.
struct Sale {
    BookId id;
    uint256 strike;
    uint256 size;
    address receiver;
}

/// @notice How an epoch begins. @param meanVolatilityBps For the next start.
struct Opening {
    uint256 price;
    uint256 strike;
    uint256 volatilityBps;
    uint256 meanVolatilityBps;
    uint256 uptime;
}

/// @title Market of a vault
/// @notice What a vault asks Clearinghouse and oracle before it sells, and what it makes of the answers. Linked, so that a vault
/// fits its code limit.
library VaultMarket {
    using SafeCast for uint256;

    uint256 private constant _BPS = 1e4;
    /// @dev A sale is priced this much beyond the band, against the buyer.
    uint256 private constant _MARGIN_BPS = 25;
    /// @dev Furthest that the price may be from its 30 min average at the start.
    uint256 private constant _START_MOVE_BPS = 200;

    /// @notice The market at an expiry.
    function look(Product memory self, uint256 expiry) public view returns (Look memory seen) {
        (bool hasPrice, IRisk.Reading memory reading) = IClearinghouse(self.house).readingOf(self.market, expiry);
        seen.mode = uint256(hasPrice ? reading.mode : Level.Halted);
        seen.price = reading.price;
        seen.edge =
            self.isCall
                ? (uint256(reading.high) * (_BPS + _MARGIN_BPS)) / _BPS
                : (uint256(reading.low) * (_BPS - _MARGIN_BPS)) / _BPS;
        seen.secondsLeft = Math.saturatingSub(expiry, block.timestamp);
        (uint256 latest, uint256 averages, , ) = IPriceOracle(self.oracle).riskWords(self.feed);
        seen.uptime = RiskWords.uptimeOf(latest);
        seen.calmSeconds = Math.min(
            Math.min(RiskWords.sinceCautious(averages), RiskWords.sinceRecovery(averages)),
            Math.min(RiskWords.sinceReduceOnly(averages), RiskWords.sinceHalted(averages))
        );
    }

    /// @notice Most options that the book's cash carries beyond those written, 6 decimals; about, for premiums carry more.
    function capacityOf(Product memory self, BookId id, uint256 strike) external view returns (uint256) {
        IClearinghouse house = IClearinghouse(self.house);
        IClearingRecords.BookView memory book = house.book(id);
        IClearingRecords.LegView[] memory legs = new IClearingRecords.LegView[](1);
        legs[0] = IClearingRecords.LegView(strike.toUint40(), self.isCall, -1e6);
        uint256 one = _fundingOf(self, house.requirementOf(self.market, id.expiry(), legs).initial);
        return Math.saturatingSub(Math.mulDiv(book.cash, 1e6, one), _writtenIn(book));
    }

    /// @notice Strike and volatility of an epoch that begins now. Reverts beyond Normal mode, and where the price is more than 2 %
    /// off its 30 min average: the strike is computed at that, so no caller gains by choosing his minute.
    /// @param meanBps Volatility at the vault's starts so far, 0 before the first.
    function open(Product memory self, uint256 expiry, uint256 meanBps) external view returns (Opening memory given) {
        Look memory seen = look(self, expiry);
        require(seen.mode == uint256(Level.Normal), IOptionsVault.OptionsVault_NotNormal(seen.mode));
        IPriceOracle.FeedMetrics memory metrics = IPriceOracle(self.oracle).metrics(self.feed);
        uint256 average = metrics.average30m;
        bool isNear = !isFar(seen.price, average, _START_MOVE_BPS);
        require(isNear, IOptionsVault.OptionsVault_PriceMoved(seen.price, average));
        uint256 realised = OptionQuotes.volatilityOf(metrics.variancePerYearWad);
        given.price = seen.price;
        given.uptime = seen.uptime;
        given.meanVolatilityBps = meanBps == 0 ? realised : (3 * meanBps + realised) / 4;
        given.volatilityBps = Math.max(Math.max(self.floorVolatilityBps, realised), meanBps);
        given.strike = OptionQuotes.strikeOf(
            self.isCall,
            average,
            given.volatilityBps,
            seen.secondsLeft,
            self.deltaBps,
            IClearinghouse(self.house).parametersOf(self.market).strikeStep
        );
        require(given.strike != 0, IOptionsVault.OptionsVault_NoStrike(average, self.deltaBps));
    }

    /// @notice Premium of `size` options in ledger units, rounded up.
    function premiumUp(
        Product memory self,
        Look memory seen,
        uint256 strike,
        uint256 volatilityBps,
        uint256 size
    ) external pure returns (uint256) {
        return
            OptionQuotes.premiumUp(
                self.isCall,
                seen.edge,
                strike,
                volatilityBps,
                seen.secondsLeft,
                size,
                self.unitDecimals
            );
    }

    /// @notice Puts a premium that lies in the vault into the book and writes what it was paid for. Reverts when the book's cash
    /// does not carry all that is written then.
    /// @param units Premium, ledger units.
    function sell(Product memory self, Sale memory sale, uint256 units) external {
        IClearinghouse house = IClearinghouse(self.house);
        house.deposit(self.collateral, units, address(this));
        house.fund(sale.id, units);
        IClearingRecords.LegAmount[] memory legs = new IClearingRecords.LegAmount[](1);
        legs[0] = IClearingRecords.LegAmount(sale.strike.toUint40(), self.isCall, sale.size.toUint64());
        house.mint(sale.id, legs, sale.receiver);
        IClearingRecords.BookView memory book = house.book(sale.id);
        uint256 required =
            self.fundingBps == 0
                ? OptionQuotes.maximumLossUp(self.isCall, sale.strike, _writtenIn(book), self.unitDecimals)
                : _fundingOf(self, house.requirement(sale.id).initial);
        require(book.cash >= required, IOptionsVault.OptionsVault_NotFunded(book.cash, required));
    }

    /// @notice Turns the book of an expiry into free balance. Its own book is all that the vault waits for.
    function bringHome(address house_, BookId id) external {
        IClearinghouse house = IClearinghouse(house_);
        IClearingRecords.BookView memory book = house.book(id);
        if (book.legs.length != 0) {
            BookId[] memory ids = new BookId[](1);
            ids[0] = id;
            house.settleBooks(ids);
            book = house.book(id);
            require(book.legs.length == 0, IOptionsVault.OptionsVault_NotSettled(id.expiry()));
        }
        if (book.cash != 0) house.defund(id, book.cash, address(this));
    }

    /// @notice Takes a share out of the book: options go into a new book of `receiver` with their cash, cash alone becomes free
    /// balance. Rounded down.
    /// @return newId 0 without options. @return units Of free balance.
    function leave(
        address house_,
        BookId id,
        address receiver,
        uint256 numerator,
        uint256 denominator
    ) external returns (BookId newId, uint256 units) {
        IClearinghouse house = IClearinghouse(house_);
        IClearingRecords.BookView memory book = house.book(id);
        if (book.legs.length != 0) return (house.splitBook(id, receiver, numerator, denominator), 0);
        units = Math.mulDiv(book.cash, numerator, denominator);
        if (units != 0) house.defund(id, units, address(this));
    }

    /// @notice Whether a price is more than `bps` away from what was expected.
    function isFar(uint256 price, uint256 expected, uint256 bps) internal pure returns (bool) {
        uint256 distance = price > expected ? price - expected : expected - price;
        return distance * _BPS > expected * bps;
    }

    /// @dev Size of the book's shorts, 6 decimals.
    function _writtenIn(IClearingRecords.BookView memory book) private pure returns (uint256) {
        return book.legs.length == 0 ? 0 : uint256(-int256(book.legs[0].size));
    }

    /// @dev Cash behind a requirement: its maximum loss, or the vault's share of initial margin.
    function _fundingOf(Product memory self, Requirement memory needed) private pure returns (uint256) {
        if (self.fundingBps == 0) return needed.maximumLoss;
        return Math.min(Math.mulDiv(needed.amount, self.fundingBps, _BPS, Math.Rounding.Ceil), needed.maximumLoss);
    }
}
