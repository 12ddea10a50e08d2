// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { ClearingPeople } from "./ClearingPeople.sol";
import { ACTORS, EXPIRIES, MARKETS, STRIKES, vm } from "./ClearingWorld.sol";

/// @notice Four people doing everything a user may do, in any order. What must always succeed is tried and noted when it
/// does not; what may be refused just reverts.
abstract contract ClearingHandler is ClearingPeople {
    // Money

    function deposit(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        _provide(actors[a], market, 1 + (amount % 1e12));
    }

    function withdraw(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        uint256 free = _free(actors[a], market);
        if (free == 0) return;
        _exempt(actors[a]);
        _withdraw(a, market, 1 + (amount % free));
    }

    function fund(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        BookId id = _anyBook(seed >> 64, market);
        uint256 free = _free(actors[a], market);
        if (free == 0) return;
        _exempt(actors[a]);
        vm.prank(actors[a]);
        world.house.fund(id, 1 + (amount % free));
    }

    function defund(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        BookId id = books[seed % books.length];
        uint256 cash = world.house.book(id).cash;
        _exempt(id.owner());
        vm.prank(id.owner());
        world.house.defund(id, 1 + (amount % (cash + 1)), actors[(seed >> 64) % ACTORS]);
        _lent(id);
    }

    /// C8: down to maximum loss everything leaves, whatever has failed.
    function leave(uint256 seed) external acting {
        seed = _mix(seed);
        BookId id = _fullBook(seed);
        uint256 cash = world.house.book(id).cash;
        uint256 needed = world.house.maxLoss(id);
        if (cash <= needed) return;
        _takeOut(id, cash - needed);
    }

    function insure(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        uint256 most = _free(actors[a], market) / 20 + 1;
        _exempt(actors[a]);
        vm.prank(actors[a]);
        world.house.fundInsurance(market, 1 + (amount % most));
    }

    /// C6: the insurer leaves with what is not reserved, whatever has failed, and with nothing else.
    function takeInsurance(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        IClearingViews.MarketView memory account = world.house.marketState(market);
        uint256 available = account.insurance - account.reserved;
        // Mostly a little: the other actions need insurance too.
        amount = seed & (7 << 200) == 0 ? amount % (available + 2) : amount % (available / 20 + 1);
        if (amount == 0) return;
        address insurer = world.house.marketParams(market).insurer;
        uint256 free = _free(actors[a], market);
        _breakOutside();
        vm.prank(insurer);
        try world.house.withdrawInsurance(market, amount, actors[a]) {
            _require(amount <= available, "C6: what is reserved stays");
            _require(_free(actors[a], market) == free + amount, "C6: insurance leaves whole");
        } catch {
            _require(amount > available, "C8: unreserved insurance leaves");
        }
        _mendOutside();
    }

    function moveFees(uint256 seed) external acting {
        seed = _mix(seed);
        (, uint256 market, ) = _pick(seed);
        world.house.moveFees(market);
        if (seed & (1 << 200) != 0) world.house.withdrawFor(_token(market));
    }

    /// The dollar takes a part of every balance away, once in a while.
    function shrink(uint256 seed) external acting {
        seed = _mix(seed);
        if (hasShrunk || seed % 8 != 0) return;
        hasShrunk = true;
        world.dollar.shrinkTo(5_000 + ((seed >> 8) % 5_000));
    }

    // Books

    function write(uint256 seed, uint256 size, uint256 legs) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        BookId id = _bookOf(a, market, e, (seed >> 32) % 2);
        uint256 options = 1_000 + (size % 20e6);
        IClearingRecords.LegAmount[] memory wanted = new IClearingRecords.LegAmount[](1 + (legs % 2));
        for (uint256 i; i < wanted.length; ++i) {
            uint256 series = (seed >> (40 + 8 * i)) % (2 * STRIKES);
            wanted[i] = IClearingRecords.LegAmount(uint40(_strike(series / 2)), series % 2 == 1, uint64(options));
        }
        _exempt(actors[a]);
        _prepare(id, options * wanted.length, seed >> 80);
        address to = actors[(seed >> 72) % ACTORS];
        bool wasEmpty = world.house.book(id).legs.length == 0;
        vm.prank(actors[a]);
        world.house.mint(id, wanted, to);
        _opened(id);
        if (wasEmpty) _openedAfresh(id);
    }

    /// C8: closing shorts against longs needs no price and no mode.
    function close(uint256 seed, uint256 size) external acting {
        seed = _mix(seed);
        BookId id = books[seed % books.length];
        IClearingRecords.LegView[] memory legs = world.house.book(id).legs;
        if (legs.length == 0 || clock >= id.expiry()) return;
        IClearingRecords.LegView memory leg = legs[(seed >> 64) % legs.length];
        uint256 held = world.house.balanceOf(id.owner(), _idOf(id.market(), _eOf(id), leg.strike, leg.isCall));
        if (leg.size >= 0 || held == 0) return;
        uint256 most = uint256(int256(-leg.size)) < held ? uint256(int256(-leg.size)) : held;
        IClearingRecords.LegAmount[] memory wanted = new IClearingRecords.LegAmount[](1);
        wanted[0] = IClearingRecords.LegAmount(leg.strike, leg.isCall, uint64(1 + (size % most)));
        _breakOutside();
        vm.prank(id.owner());
        try world.house.burn(id, wanted) {} catch {
            _require(false, "C8: shorts close against longs");
        }
        _mendOutside();
    }

    /// C8: so does moving a long into a book.
    function putLong(uint256 seed, uint256 size) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        uint256 id = _series(market, e, (seed >> 40) % (2 * STRIKES));
        uint256 held = world.house.balanceOf(actors[a], id);
        if (held == 0 || clock >= _expiry(e)) return;
        BookId book = _bookOf(a, market, e, (seed >> 32) % 2);
        if (_isFlagged(book)) return;
        _breakOutside();
        vm.prank(actors[a]);
        try world.house.depositLong(book, id, 1 + (size % held)) {} catch {
            _require(false, "C8: a long enters a book of its owner");
        }
        _mendOutside();
    }

    function takeLong(uint256 seed, uint256 size) external acting {
        seed = _mix(seed);
        BookId id = books[seed % books.length];
        IClearingRecords.LegView[] memory legs = world.house.book(id).legs;
        if (legs.length == 0) return;
        IClearingRecords.LegView memory leg = legs[(seed >> 64) % legs.length];
        if (leg.size <= 0) return;
        uint256 series = _idOf(id.market(), _eOf(id), leg.strike, leg.isCall);
        vm.prank(id.owner());
        world.house.withdrawLong(id, series, 1 + (size % uint256(int256(leg.size))), actors[(seed >> 96) % ACTORS]);
        _lent(id);
    }

    function sendLong(uint256 seed, uint256 size) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        uint256 id = _series(market, e, (seed >> 40) % (2 * STRIKES));
        uint256 held = world.house.balanceOf(actors[a], id);
        vm.prank(actors[a]);
        world.house.transfer(actors[(seed >> 96) % ACTORS], id, size % (held + 1));
    }

    /// C8: both parts of a fully funded book are fully funded.
    function split(uint256 seed, uint256 numerator, uint256 denominator) external acting {
        seed = _mix(seed);
        BookId id = _fullBook(seed);
        address to = actors[(seed >> 64) % ACTORS];
        BookId target = world.house.nextSplit(id, to);
        uint256 needed = world.house.maxLoss(id);
        bool wasFull = world.house.book(id).cash >= needed;
        if (wasFull && seed & (1 << 200) != 0) _takeOut(id, world.house.book(id).cash - needed);
        denominator = 1 + (denominator % 1e6);
        _exempt(id.owner());
        vm.prank(id.owner());
        world.house.splitBook(id, to, 1 + (numerator % denominator), denominator);
        _remember(target);
        if (!wasFull) return;
        _require(world.house.book(id).cash >= world.house.maxLoss(id), "C8: what stays is fully funded");
        _require(world.house.book(target).cash >= world.house.maxLoss(target), "C8: what leaves is fully funded");
    }

    function handOver(uint256 seed, uint256 subId) external acting {
        seed = _mix(seed);
        BookId id = books[seed % books.length];
        (uint256 to, uint256 sub) = (seed >> 64) % 2 == 0
            ? (_actorOf(id.owner()), id.subId())
            : ((seed >> 65) % ACTORS, subId % 3);
        _exempt(id.owner());
        _bookOf(to, id.market(), _eOf(id), sub);
        vm.prank(id.owner());
        world.house.transferBook(id, actors[to], uint32(sub));
    }

    // Quotes

    function fill(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        IClearingRecords.Fill[] memory fills = new IClearingRecords.Fill[](1);
        fills[0] = _fillOf(seed, seed >> 64, amount);
        _exempt(fills[0].quote.maker);
        _exempt(fills[0].takerOwner);
        (BookId maker, BookId taker) = _booksOf(fills[0]);
        (Side memory ofMaker, Side memory ofTaker) = (_sideOf(maker), _sideOf(taker));
        vm.prank(fills[0].takerOwner);
        world.house.fillQuotes(fills);
        _checkTrade(fills[0], _sideOf(maker), ofMaker, _sideOf(taker), ofTaker);
        if (_writesMore(ofMaker, _sideOf(maker))) _opened(maker);
        if (_writesMore(ofTaker, _sideOf(taker))) _opened(taker);
    }

    function fillTwo(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        IClearingRecords.Fill[] memory fills = new IClearingRecords.Fill[](2);
        fills[0] = _fillOf(seed, seed >> 64, amount);
        fills[1] = _fillOf(seed >> 128, seed >> 64, amount / 2 + 1);
        _exempt(fills[0].quote.maker);
        _exempt(fills[1].quote.maker);
        _exempt(fills[0].takerOwner);
        vm.prank(fills[0].takerOwner);
        world.house.fillQuotes(fills);
    }

    function cancel(uint256 seed, uint256 number) external acting {
        seed = _mix(seed);
        (uint256 a, , ) = _pick(seed);
        uint64[] memory nonces = new uint64[](1);
        nonces[0] = uint64(number % 16);
        vm.prank(actors[a]);
        world.house.cancelQuotes(nonces);
    }

    // Settlement

    function challenge(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        _exempt(actors[a]);
        uint256 free = _free(actors[a], market);
        vm.prank(actors[a]);
        world.house.challengeSettlementPrice(market, _expiry(e));
        bonds[_key(market, e)] = free - _free(actors[a], market);
        _count("challenge");
    }

    function settle(uint256 seed) external acting {
        seed = _mix(seed);
        (, uint256 market, uint256 e) = _pick(seed);
        _settle(market, clock < _expiry(1) ? 0 : e);
    }

    function _settle(uint256 market, uint256 e) internal {
        uint64 pointer = _pointer(e);
        vm.prank(KEEPER);
        world.house.settleExpiry(market, _expiry(e), pointer);
        bonds[_key(market, e)] = 0;
        _priced(market, e);
    }

    function settleBook(uint256 seed) external acting {
        seed = _mix(seed);
        BookId id = books[seed % books.length];
        _settleBook(id, (seed >> 128) % 2 == 0 ? id.owner() : KEEPER);
    }

    function redeem(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        if (clock < _expiry(1)) e = 0;
        if (!_isPriced(market, e)) return;
        uint256 held;
        uint256 i = (seed >> 40) % (2 * STRIKES);
        for (uint256 n; n < 2 * STRIKES && held == 0; ++n) {
            i = (i + 1) % (2 * STRIKES);
            held = world.house.balanceOf(actors[a], _series(market, e, i));
        }
        _redeem(a, market, e, i, amount % (held + 1));
        if (held != 0) _count("redeem");
    }

    /// @dev A book with legs and more cash than it needs, if there is one; else any.
    function _fullBook(uint256 seed) private view returns (BookId id) {
        for (uint256 i; i < books.length; ++i) {
            id = books[(seed + i) % books.length];
            IClearingRecords.BookView memory book = world.house.book(id);
            if (book.legs.length != 0 && book.cash > world.house.maxLoss(id)) return id;
        }
        return books[seed % books.length];
    }

    function _takeOut(BookId id, uint256 amount) private {
        if (amount == 0) return;
        _breakOutside();
        if (_isFlagged(id)) {
            try world.house.unflag(id) {} catch {
                _require(false, "C8: a book with its maximum loss is no longer flagged");
            }
        }
        vm.prank(id.owner());
        try world.house.defund(id, amount, id.owner()) {} catch {
            _require(false, "C8: cash above maximum loss leaves");
        }
        _mendOutside();
    }

    /// @dev What a book owes to the unit, who paid it, and what its owner is due instead.
    function _settleBook(BookId id, address caller) internal {
        (uint256 market, uint256 e) = (id.market(), _eOf(id));
        IClearingViews.ExpiryView memory before = _state(market, e);
        IClearingRecords.BookView memory book = world.house.book(id);
        BookId[] memory ids = new BookId[](1);
        ids[0] = id;
        if (before.price == 0 || book.legs.length == 0) {
            vm.prank(caller);
            world.house.settleBooks(ids);
            return;
        }
        (uint256 shorts, uint256 longs) = _numerators(id, before.price);
        uint256 free = _free(id.owner(), market);
        uint256 tranche = world.house.trancheOf(market).amount;
        _exempt(id.owner());

        vm.prank(caller);
        world.house.settleBooks(ids);

        uint256 received = _free(id.owner(), market) - free;
        IClearingViews.ExpiryView memory pot = _state(market, e);
        uint256 paid = book.cash + book.tips * _tip(market) - world.house.book(id).cash;
        if (caller != id.owner() && book.tips != 0) paid -= _tip(market);
        uint256 drawn = pot.drawn - before.drawn;
        _checkWaterfall(id, drawn, tranche -= world.house.trancheOf(market).amount);
        drawn += tranche;
        _require(pot.collected - before.collected == paid + drawn, "C5: the pot gets what book and insurance paid");
        _require(world.house.book(id).legs.length == 0, "C10: a settled book has no legs");
        uint256 key = _key(market, e);
        uint256 owed = shorts > longs ? shorts - longs : 0;
        uint256 divisor = Payoff.denominator(_terms(market), pot.price);
        uint256 given = (paid + drawn) * divisor;
        uint256 exact = owed * 10 ** _terms(market).unitDecimals;
        bool isEmpty = world.house.book(id).cash == 0 && pot.drawn == before.reserved;
        _require(given >= exact || isEmpty, "C7: a debt rounds up");
        _require(given < exact + divisor, "C7: by less than a unit");
        uint256 par = longs > shorts ? longs - shorts : 0;
        parOf[id.owner()][key] += par;
        parRedeemed[key] += par;
        paidOf[id.owner()][key] += received;
        paidOut[key] += received;
        roundings[key] += 2;
        _count("settled book");
        if (drawn != 0) _count("settlement draw");
    }

    /// C6: insurance pays once the book's cash is gone, the backstop once what was set aside of insurance is.
    function _checkWaterfall(BookId id, uint256 drawn, uint256 tranche) private {
        IClearingViews.ExpiryView memory pot = _state(id.market(), _eOf(id));
        _require(drawn == 0 || world.house.book(id).cash == 0, "S11: the book pays before insurance");
        _require(tranche == 0 || pot.drawn == pot.reserved, "S11: insurance pays before the backstop");
    }

    function _redeem(uint256 a, uint256 market, uint256 e, uint256 i, uint256 amount) internal {
        uint256 id = _series(market, e, i);
        uint256 key = _key(market, e);
        uint256 perSize = Payoff.numeratorPerSize(_strike(i / 2), i % 2 == 1, _terms(market), _state(market, e).price);
        vm.prank(actors[a]);
        try world.house.redeem(id, amount) returns (uint256 paid) {
            parOf[actors[a]][key] += amount * perSize;
            parRedeemed[key] += amount * perSize;
            paidOf[actors[a]][key] += paid;
            paidOut[key] += paid;
            roundings[key] += 1;
        } catch {
            _require(false, "C8: a priced long can be redeemed");
        }
    }

    function _withdraw(uint256 a, uint256 market, uint256 amount) internal {
        address token = _token(market);
        (uint256 owed, uint256 held) = (world.house.owed(token), _balance(market));
        vm.prank(actors[a]);
        try world.house.withdraw(token, amount, actors[a]) {} catch {
            _require(false, "C8: free balance leaves");
        }
        uint256 left = world.house.owed(token);
        _require(left + amount == owed, "C2: owed falls by what left");
        // Whoever comes first takes no more than his share; an amount that is not short is paid in full.
        _require(
            _balance(market) * owed >= held * left || held >= owed * _scale(market),
            "C2: a share of what is left"
        );
        _require(held - _balance(market) <= amount * _scale(market), "C2: no more than asked");
    }
}
