// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { IRisk } from "../../../contracts/interfaces/IRisk.sol";
import { BlackScholes } from "../../../contracts/shared/BlackScholes.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { VaultPricing } from "./VaultPricing.sol";
import {
    AUCTION,
    CALLS,
    FLOOR_BPS,
    FUNDING_BPS,
    HIGH_BPS,
    HOLDERS,
    LEVERAGED,
    RESERVE_BPS,
    VAULTS,
    WEEK
} from "./VaultWorld.sol";

/// @notice Epochs: starting, selling, closing.
abstract contract VaultTrading is VaultPricing {
    /// @dev What a sale is measured by.
    struct Deal {
        IOptionsVault.Epoch epoch;
        IRisk.Reading reading;
        uint256 size;
        uint256 maximum;
        address buyer;
        address receiver;
        bool mustFail;
        bool mustSucceed;
    }

    /// @dev Mostly in the window; at its edges and beside them once in a while.
    function start(uint256 seed) external acting {
        seed = _mix(seed);
        uint256 v = seed % VAULTS;
        uint256 hour = 1 hours;
        uint256 offset = [hour, 7 * hour, hour - 1, 7 * hour + 1, 0, 0, 0, 0][(seed >> 8) % 8];
        if (offset == 0) offset = hour + ((seed >> 16) % (6 * hour));
        if (_expiry(v) == 0 && (seed >> 40) % 8 != 0) _goTo(offset, seed >> 48);
        vm.warp(clock);
        for (uint256 i; i < VAULTS; ++i) _start(i, _anybody(seed >> 200));
    }

    function buy(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        uint256 v = seed % VAULTS;
        Deal memory deal;
        deal.epoch = vaults[v].epoch();
        (deal.buyer, deal.receiver) = (people[(seed >> 8) % HOLDERS], people[(seed >> 16) % HOLDERS]);
        IOptionsVault.Offer memory offer;
        if (!isOracleDead) offer = vaults[v].offer(1e6);
        deal.size = _sizeOf(seed >> 32, amount, offer.available);
        if (!isOracleDead) offer = vaults[v].offer(deal.size);
        deal.maximum = [uint256(1e30), offer.premium, 1e30, offer.premium / 2][(seed >> 24) % 4];
        uint256 mode;
        if (deal.epoch.expiry != 0) (mode, deal.reading) = _readingOf(v, deal.epoch.expiry);
        deal.mustFail =
            deal.epoch.expiry == 0 ||
            isOracleDead ||
            mode != 0 ||
            deal.epoch.isOver ||
            _isFar(deal.reading.price, deal.epoch.startPrice, 500) ||
            clock + 1 days >= deal.epoch.expiry ||
            deal.size == 0 ||
            offer.premium > deal.maximum;
        IClearingRecords.BookView memory book;
        if (!deal.mustFail) book = world.house.book(_bookAt(v, deal.epoch.expiry));
        // Sizes, dust and flags are the Clearinghouse's to refuse.
        deal.mustSucceed =
            !deal.mustFail &&
            book.state == 0 &&
            offer.premium != 0 &&
            _isWorthwhile(v, deal, book) &&
            deal.size <= offer.available / 2;
        if (!isOracleDead) _require(offer.isOpen != _isClosed(deal, mode), "V7: an offer says whether it is open");
        _buy(v, deal, offer);
    }

    function sync(uint256 seed) external acting {
        seed = _mix(seed);
        uint256 v = seed % VAULTS;
        IOptionsVault.Epoch memory epoch = vaults[v].epoch();
        (bool ok, ) = _call(v, _anybody(seed >> 8), abi.encodeCall(IOptionsVault.syncAuction, ()));
        _require(ok == (epoch.expiry != 0 && !isOracleDead), "V7: anybody looks at the clock");
        if (!ok) return;
        uint256 now_ = _look(v, epoch.expiry);
        if (ghosts[v].auction.wasNormal && _isFar(now_, epoch.startPrice, 500)) ghosts[v].auction.isOver = true;
        _count(ghosts[v].auction.isOver ? bytes32("auction over") : bytes32("synced"));
    }

    function close(uint256 seed) external acting {
        seed = _mix(seed);
        bool isBroken = (seed >> 8) % 2 == 0;
        if (isBroken) _breakOutside();
        for (uint256 v; v < VAULTS; ++v) _close(v, _anybody(seed >> (16 + 8 * v)));
        if (isBroken) _mendOutside();
    }

    // Starting

    function _start(uint256 v, address caller) internal {
        IOptionsVault.Epoch memory epoch = vaults[v].epoch();
        Ghost storage ghost = ghosts[v];
        uint256 boundary = _boundary();
        (uint256 mode, IRisk.Reading memory reading) = _readingOf(v, boundary + WEEK);
        Eve memory eve = _eve(v);
        uint256 idle = _idle(v);
        bool isAllowed =
            epoch.expiry == 0 &&
                clock >= boundary + 1 hours &&
                clock <= boundary + 7 hours &&
                ghost.boundary != boundary &&
                mode == 0 &&
                !isOracleDead &&
                !_isFar(reading.price, average, 200);
        // Whoever waits may take all of it, or find the shares void.
        bool isPlain = ghost.shares == 0 && eve.supply < (idle + 1) * 1e11 && idle + ghost.units != 0;
        uint256 booked = world.house.book(_bookAt(v, boundary + WEEK)).cash;
        uint256 held = _held(v, caller);
        (bool ok, ) = _call(v, caller, abi.encodeCall(IOptionsVault.startEpoch, ()));
        _require(!ok || isAllowed, "V7: an epoch starts once, in its window, in Normal mode, near the average");
        _require(ok || !isAllowed || !isPlain, "V7: anybody starts an epoch then");
        if (!ok) return;

        _move(v);
        _require(_held(v, caller) == held + ghost.startPay * _scale(v), "V6: who starts gets what was set aside");
        ghost.startPay = 0;
        if (_isWaited(v)) _priced(v, eve, idle, booked);
        _started(v, boundary, reading.price);
    }

    /// @dev Gifts that lay in the book before are the shares' from now on.
    function _started(uint256 v, uint256 boundary, uint256 spot) private {
        Ghost storage ghost = ghosts[v];
        IOptionsVault.Epoch memory epoch = vaults[v].epoch();
        uint256 meanBps = ghost.meanBps;
        uint256 expected = realisedBps > FLOOR_BPS ? realisedBps : FLOOR_BPS;
        if (meanBps > expected) expected = meanBps;
        _require(epoch.volatilityBps == expected, "V7: the volatility is the largest of floor, realised and own mean");
        _require(epoch.expiry == boundary + WEEK && epoch.startPrice == spot, "V7: a week from its boundary");
        _require(epoch.strike % 50e4 == 0, "V7: the strike is on the grid");
        bool isOut = v == CALLS ? epoch.strike * 1e4 >= average : epoch.strike * 1e4 <= average;
        _require(isOut, "V7: and not in the money");
        _require(_idle(v) == 0, "V7: all cash stands behind the options");
        ghost.meanBps = meanBps == 0 ? realisedBps : (3 * meanBps + realisedBps) / 4;
        ghost.auction = Auction(0, uptime, true, false);
        (ghost.boundary, ghost.premium) = (boundary, 0);
        _count("started");
    }

    // Selling

    function _buy(uint256 v, Deal memory deal, IOptionsVault.Offer memory offer) private {
        Worth memory before = _worth(v);
        uint256 held = _held(v, deal.buyer);
        uint256 longs = _longsOf(v, deal.receiver);
        (bool ok, uint256 premium) = _call(
            v,
            deal.buyer,
            abi.encodeCall(IOptionsVault.buy, (deal.size, deal.maximum, deal.receiver))
        );
        _require(!(ok && deal.mustFail), "V7: nothing is sold but in Normal mode, in time, near the first price");
        _require(ok || !deal.mustSucceed || offer.premium > held, "V7: what is offered is sold");
        if (!ok) return;

        _move(v);
        _look(v, deal.epoch.expiry);
        _require(premium == offer.premium && premium <= deal.maximum, "V7: at the offer's price");
        _require(_held(v, deal.buyer) == held - premium, "V7: the buyer pays the premium");
        _require(_longsOf(v, deal.receiver) == longs + deal.size, "V7: and gets his options");
        uint256 units = premium / _scale(v);
        ghosts[v].premium += units;
        _checkPremium(v, deal, units);
        Worth memory now_ = _worth(v);
        _require(now_.written == before.written + deal.size && now_.supply == before.supply, "V7: they are written");
        uint256 fee = (v == CALLS ? deal.size * 1e3 : (deal.size * deal.epoch.strike) / 1e4) / 5_000 + 1;
        _require(now_.cash <= before.cash + units && now_.cash + fee >= before.cash + units, "V7: holders keep it");
        _checkFunding(v, _bookAt(v, deal.epoch.expiry));
        _count("bought");
    }

    /// @dev Exact at the worse edge and 25 bps, at the volatility where the clock stands; between those of reserve and high.
    function _checkPremium(uint256 v, Deal memory deal, uint256 units) private {
        uint256 left = AUCTION - ghosts[v].auction.elapsed;
        uint256 share = (RESERVE_BPS * AUCTION + (HIGH_BPS - RESERVE_BPS) * left) * deal.epoch.volatilityBps;
        uint256 volatility = (share + 1e4 * AUCTION - 1) / (1e4 * AUCTION);
        uint256 edge =
            v == CALLS ? (uint256(deal.reading.high) * 10_025) / 1e4 : (uint256(deal.reading.low) * 9_975) / 1e4;
        (uint256 worth, uint256 one) = _valueOf(v, deal, edge, volatility);
        _require(
            units != 0 && units * one >= worth && (units - 1) * one < worth,
            "V7: the premium is that of the clock, rounded up"
        );
        (worth, one) = _valueOf(v, deal, deal.reading.price, (deal.epoch.volatilityBps * RESERVE_BPS) / 1e4);
        _require(units * one >= worth, "V7: never below the reserve");
        (worth, one) = _valueOf(v, deal, edge, (deal.epoch.volatilityBps * HIGH_BPS) / 1e4 + 1);
        _require(units * one <= worth + one, "V7: never above the high");
        if (left == 0) _count("sold at reserve");
    }

    /// @dev `worth` / `one` are ledger units, exactly.
    function _valueOf(
        uint256 v,
        Deal memory deal,
        uint256 spot,
        uint256 volatilityBps
    ) private view returns (uint256 worth, uint256 one) {
        (uint256 call, uint256 put) = BlackScholes.price(
            spot * 1e10,
            uint256(deal.epoch.strike) * 1e14,
            volatilityBps * 1e14,
            deal.epoch.expiry - clock
        );
        return v == CALLS ? (call * deal.size * 1e3, spot * 1e10) : (put * deal.size, 1e18);
    }

    function _checkFunding(uint256 v, BookId id) private {
        uint256 needed = world.house.maxLoss(id);
        if (v == LEVERAGED) {
            uint256 margin = (world.house.requirement(id).initial.amount * FUNDING_BPS + 9_999) / 1e4;
            if (margin < needed) needed = margin;
        }
        _require(world.house.book(id).cash >= needed, "V7: cash behind options is what the terms say");
    }

    /// @dev Moves the ghost's clock: an interval counts between two looks in Normal mode with no level between them.
    function _look(uint256 v, uint256 expiry) private returns (uint256) {
        (uint256 mode, IRisk.Reading memory reading) = _readingOf(v, expiry);
        Auction storage auction = ghosts[v].auction;
        uint256 passed = uptime - auction.uptime;
        bool isCalm = _calmSeconds() >= (passed < AUCTION ? passed : AUCTION);
        if (auction.wasNormal && mode == 0 && isCalm) {
            auction.elapsed = auction.elapsed + passed < AUCTION ? auction.elapsed + passed : AUCTION;
        } else {
            _count("clock stood still");
        }
        (auction.uptime, auction.wasNormal) = (uptime, mode == 0);
        return reading.price;
    }

    function _isClosed(Deal memory deal, uint256 mode) private view returns (bool) {
        return
            deal.epoch.expiry == 0 ||
            mode != 0 ||
            deal.epoch.isOver ||
            _isFar(deal.reading.price, deal.epoch.startPrice, 500) ||
            clock + 1 days >= deal.epoch.expiry;
    }

    /// @dev The Clearinghouse wants a position's initial margin to be worth a liquidation.
    function _isWorthwhile(
        uint256 v,
        Deal memory deal,
        IClearingRecords.BookView memory book
    ) private view returns (bool) {
        if (deal.size < 1_000) return false;
        IClearingRecords.LegView[] memory legs = new IClearingRecords.LegView[](1);
        int256 written = int256(_writtenIn(book) + deal.size);
        legs[0] = IClearingRecords.LegView(deal.epoch.strike, v == CALLS, -int96(written));
        uint256 cost = world.house.requirementOf(_market(v), deal.epoch.expiry, legs).initial.cost;
        return cost >= (v == CALLS ? 15e6 : 50e6);
    }

    function _sizeOf(uint256 seed, uint256 amount, uint256 available) private pure returns (uint256) {
        uint256 kind = seed % 8;
        if (kind == 0) return amount % 2_000;
        if (kind == 1) return available;
        if (kind == 2) return available + 1e6;
        return amount % (available / (kind < 6 ? 4 : 1) + 1);
    }

    function _longsOf(uint256 v, address owner) internal view returns (uint256) {
        uint256 id = vaults[v].seriesId();
        return id == 0 ? 0 : world.house.balanceOf(owner, id);
    }

    // Closing

    function _close(uint256 v, address caller) internal {
        Ghost storage ghost = ghosts[v];
        IOptionsVault.Epoch memory epoch = vaults[v].epoch();
        IClearingRecords.BookView memory book;
        if (epoch.expiry != 0) book = world.house.book(_bookAt(v, epoch.expiry));
        bool isDue =
            epoch.expiry == 0
                ? _isWaited(v)
                : clock >= epoch.expiry && (book.legs.length == 0 || _isPriced(v, epoch.expiry));
        (Eve memory eve, uint256 held, uint256 idle) = (_eve(v), _held(v, caller), _idle(v));
        (bool ok, ) = _call(v, caller, abi.encodeCall(IOptionsVault.closeEpoch, ()));
        _require(ok == isDue, "V8: an epoch closes once its own book can be settled, and only then");
        if (!ok) return;

        _move(v);
        if (epoch.expiry == 0) return _priced(v, eve, idle, 0);
        // The owner settles his own book: both tips come back.
        uint256 cash = _cashOf(v, book);
        if (book.legs.length != 0) cash -= _owedBy(v, epoch, _writtenIn(book), cash);
        idle += cash;
        uint256 duty = (ghost.premium * 5) / 1e4;
        if (duty > idle / 2) duty = idle / 2;
        _require(_held(v, caller) == held + duty * _scale(v), "V6: who closes gets his part of the premium");
        ghost.startPay = duty;
        _require(world.house.book(_bookAt(v, epoch.expiry)).cash == 0, "V6: all cash comes home");
        _priced(v, eve, idle - 2 * duty, 0);
        _count("closed");
    }

    /// @dev What the options pay, or all there is.
    function _owedBy(
        uint256 v,
        IOptionsVault.Epoch memory epoch,
        uint256 written,
        uint256 cash
    ) private returns (uint256 owed) {
        owed = _payoffUp(v, epoch.strike, written, world.house.expiryState(_market(v), epoch.expiry).price);
        if (owed != 0) _count("assigned");
        if (owed > cash) _count("insolvent");
        return owed < cash ? owed : cash;
    }
}
