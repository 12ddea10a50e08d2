// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IClearinghouse } from "../../interfaces/IClearinghouse.sol";
import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IClearingViews } from "../../interfaces/IClearingViews.sol";
import { IOptionsVault } from "../../interfaces/IOptionsVault.sol";
import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { BookId } from "../../shared/BookId.sol";
import { Level } from "../../shared/OracleTypes.sol";
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

/// @notice What a vault sees of its market and its book.
/// @param mode A {Level}; Halted where no price is known.
/// @param price 8 decimals. @param edge The price a premium is computed at: beyond the band, against the buyer.
/// @param secondsLeft To the expiry.
/// @param cash Of the book, ledger units. @param written Size of its shorts, 6 decimals.
/// @param required Cash that what was asked about needs behind it, ledger units.
/// @param uptime Of the feed, seconds. @param calmSeconds Uptime since any level beyond Normal was true; ends at nine hours.
struct Look {
    uint256 mode;
    uint256 price;
    uint256 edge;
    uint256 secondsLeft;
    uint256 cash;
    uint256 written;
    uint256 required;
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
    using SafeERC20 for IERC20;

    uint256 private constant _BPS = 1e4;
    /// @dev A sale is priced this much beyond the band, against the buyer.
    uint256 private constant _MARGIN_BPS = 25;
    /// @dev Furthest that the price may be from its 30 min average at the start.
    uint256 private constant _START_MOVE_BPS = 200;

    /// @notice The market with the book of the epoch, and what `size` more options would have to be held with.
    function look(
        Product memory self,
        BookId id,
        uint256 strike,
        uint256 size
    ) external view returns (Look memory seen) {
        IClearingRecords.BookView memory book = IClearinghouse(self.house).book(id);
        seen.cash = book.cash;
        if (book.legs.length != 0) seen.written = uint256(-int256(book.legs[0].size));
        _measure(self, seen, id.expiry(), strike, seen.written + size);
        IPriceOracle.FeedMetrics memory metrics = IPriceOracle(self.oracle).metrics(self.feed);
        seen.uptime = metrics.uptime;
        seen.calmSeconds = Math.min(
            Math.min(metrics.sinceCautious, metrics.sinceRecovery),
            Math.min(metrics.sinceReduceOnly, metrics.sinceHalted)
        );
    }

    /// @notice Cash that `size` options need behind them, and the mode it was measured in.
    function fundingOf(
        Product memory self,
        uint256 expiry,
        uint256 strike,
        uint256 size
    ) external view returns (uint256) {
        Look memory seen;
        _measure(self, seen, expiry, strike, size);
        return seen.required;
    }

    /// @notice Strike and volatility of an epoch that begins now. Reverts beyond Normal mode, and where the price is more than 2 %
    /// off its 30 min average: the strike is computed at that, so no caller gains by choosing his minute.
    /// @param meanBps Volatility at the vault's starts so far, 0 before the first.
    function open(
        Product memory self,
        uint256 expiry,
        uint256 meanBps
    ) external view returns (Opening memory given) {
        Look memory seen;
        _measure(self, seen, expiry, 0, 0);
        require(seen.mode == uint256(Level.Normal), IOptionsVault.OptionsVault_NotNormal(seen.mode));
        IPriceOracle.FeedMetrics memory metrics = IPriceOracle(self.oracle).metrics(self.feed);
        uint256 average = metrics.average30m;
        bool isNear = !isFar(seen.price, average, _START_MOVE_BPS);
        require(isNear, IOptionsVault.OptionsVault_PriceMoved(seen.price, average));
        uint256 realised = OptionQuotes.volatilityOf(metrics.variancePerYearWad);
        given.price = seen.price;
        given.uptime = metrics.uptime;
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

    /// @notice Moves collateral that lies in the vault into its free balance. The Clearinghouse takes the whole approval.
    /// @param amount Token units. @param units The same in ledger units.
    function bank(address house, address collateral, uint256 amount, uint256 units) public {
        IERC20(collateral).forceApprove(house, amount);
        IClearinghouse(house).deposit(collateral, units, address(this));
    }

    /// @notice Puts a premium that lies in the vault into the book and writes what it was paid for. Reverts when the book's cash
    /// does not carry all that is written then.
    /// @param amount Premium in token units. @param units The same in ledger units.
    function sell(
        Product memory self,
        Look memory seen,
        Sale memory sale,
        uint256 amount,
        uint256 units
    ) external {
        bank(self.house, self.collateral, amount, units);
        IClearinghouse house = IClearinghouse(self.house);
        house.fund(sale.id, units);
        IClearingRecords.LegAmount[] memory legs = new IClearingRecords.LegAmount[](1);
        legs[0] = IClearingRecords.LegAmount(sale.strike.toUint40(), self.isCall, sale.size.toUint64());
        house.mint(sale.id, legs, sale.receiver);
        uint256 cash = house.book(sale.id).cash;
        require(cash >= seen.required, IOptionsVault.OptionsVault_NotFunded(cash, seen.required));
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

    function _measure(
        Product memory self,
        Look memory seen,
        uint256 expiry,
        uint256 strike,
        uint256 size
    ) private view {
        IClearingRecords.LegView[] memory legs = new IClearingRecords.LegView[](size == 0 ? 0 : 1);
        if (size != 0) {
            legs[0] = IClearingRecords.LegView(strike.toUint40(), self.isCall, -SafeCast.toInt96(size.toInt256()));
        }
        IClearingViews.RequirementView memory needed = IClearinghouse(self.house).requirementOf(self.market, expiry, legs);
        seen.mode = uint256(needed.hasPrice ? needed.reading.mode : Level.Halted);
        seen.price = needed.reading.price;
        seen.edge = self.isCall
            ? (uint256(needed.reading.high) * (_BPS + _MARGIN_BPS)) / _BPS
            : (uint256(needed.reading.low) * (_BPS - _MARGIN_BPS)) / _BPS;
        seen.secondsLeft = needed.secondsLeft;
        seen.required = needed.initial.maximumLoss;
        if (self.fundingBps == 0) return;
        uint256 funding = Math.mulDiv(needed.initial.amount, self.fundingBps, _BPS, Math.Rounding.Ceil);
        seen.required = Math.min(funding, seen.required);
    }
}
