// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { BookId, toBookId } from "../../../contracts/shared/BookId.sol";
import { vm } from "../clearing/ClearingWorld.sol";
import { VaultTrading } from "./VaultTrading.sol";
import { HOLDERS, LEVERAGED, VAULTS, WEEK } from "./VaultWorld.sol";

/// @notice Leaving in kind, and what strangers do to a vault's book: gifts, settling, liquidation.
abstract contract VaultLeaving is VaultTrading {
    uint256 private constant _MINIMUM_SIZE = 1_000;
    uint256 private constant _DUST = 50e6;

    /// @dev A vault's book and cash around somebody's leaving.
    struct Parting {
        BookId id;
        BookId newId;
        uint256 whole;
        uint256 idle;
        uint256 tokens;
        bool isFull;
        IClearingRecords.BookView before;
    }

    function leaveInKind(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 owner, ) = _pick(seed);
        address caller = _callerFor(seed >> 32, owner);
        address receiver = (seed >> 64) % 8 == 0 ? STRANGER : people[(seed >> 72) % HOLDERS];
        uint256 held = vaults[v].balanceOf(people[owner]);
        uint256 shares = _some(amount ^ seed, held);
        bool isAllowed = shares != 0 && shares <= held && _mayTake(v, caller, owner, shares);
        bool isPossible = isAllowed && _canLeave(v, shares, receiver != STRANGER);
        Parting memory parting = _part(v, receiver);
        bool isBroken = (seed >> 80) % 2 == 0;
        if (isBroken) _breakOutside();
        (bool ok, uint256 newId) = _call(
            v,
            caller,
            abi.encodeCall(IOptionsVault.redeemInKind, (shares, receiver, people[owner]))
        );
        if (isBroken) _mendOutside();
        _require(ok == isPossible, "V8: who holds shares leaves in kind, whatever has failed");
        if (!ok) return;

        _move(v);
        _countCaller(v, caller, owner);
        _require(vaults[v].balanceOf(people[owner]) == held - shares, "V4: for his shares");
        uint256 paid = (_held(v, receiver) - parting.tokens) / _scale(v);
        _checkParting(v, parting, shares, paid, newId);
    }

    /// @dev To the vault's address, its free balance, its book, or the book it will have.
    function give(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 v, uint256 donor, ) = _pick(seed);
        uint256 units = 1 + _amount(amount ^ seed);
        uint256 kind = (seed >> 32) % 4;
        uint256 expiry = _expiry(v);
        address giver = people[donor];
        if (kind == 0) {
            if (v == 0) world.coin.mint(address(vaults[v]), units);
            else world.dollar.mint(address(vaults[v]), units);
            ghosts[v].gifts += units;
            _count("gift to the vault");
            return;
        }
        Worth memory before = _worth(v);
        address token = _token(v);
        vm.prank(giver);
        world.house.deposit(token, units, kind == 1 ? address(vaults[v]) : giver);
        if (kind != 1) {
            if (expiry == 0) expiry = _boundary() + WEEK;
            vm.prank(giver);
            world.house.fund(_bookAt(v, expiry), units);
        }
        if (kind == 1 || _expiry(v) != 0) {
            _move(v);
            Worth memory now_ = _worth(v);
            _require(now_.cash == before.cash + units && now_.supply == before.supply, "V6: a gift is all holders'");
        }
        _count(kind == 1 ? bytes32("gift of balance") : bytes32("gift to the book"));
    }

    /// @dev Anybody settles a vault's book before the vault does, for its tip.
    function settleBook(uint256 seed) external acting {
        uint256 v = _mix(seed) % VAULTS;
        uint256 expiry = _expiry(v);
        if (expiry == 0 || !_isPriced(v, expiry)) return;
        BookId[] memory ids = new BookId[](1);
        ids[0] = _bookAt(v, expiry);
        bool isOpen = world.house.book(ids[0]).legs.length != 0;
        _move(v);
        vm.prank(STRANGER);
        world.house.settleBooks(ids);
        if (isOpen) _count("settled by others");
    }

    function flag(uint256) external acting {
        uint256 expiry = _expiry(LEVERAGED);
        if (expiry == 0) return;
        _move(LEVERAGED);
        vm.prank(STRANGER);
        world.house.flag(_bookAt(LEVERAGED, expiry));
        _count("flag");
    }

    function bid(uint256 seed, uint256 share) external acting {
        seed = _mix(seed);
        uint256 expiry = _expiry(LEVERAGED);
        if (expiry == 0) return;
        address bidder = people[seed % HOLDERS];
        BookId into = toBookId(bidder, 1, expiry, 0);
        _move(LEVERAGED);
        _bank(LEVERAGED, bidder, 500_000e6);
        vm.prank(bidder);
        world.house.fund(into, 500_000e6);
        vm.prank(bidder);
        world.house.bid(_bookAt(LEVERAGED, expiry), into, 1e18 - (share % 9e17), 0);
        books.push(into);
        _count("bid");
    }

    /// @dev Of a margined book nobody leaves in crumbs (docs/FAILURES.md, 40).
    function _canLeave(uint256 v, uint256 shares, bool mayReceive) internal view returns (bool) {
        uint256 expiry = _expiry(v);
        if (expiry == 0) return true;
        BookId id = _bookAt(v, expiry);
        IClearingRecords.BookView memory book = world.house.book(id);
        if (book.legs.length == 0) return true;
        if (!mayReceive) return false;
        if (book.cash >= world.house.maxLoss(id)) return true;
        uint256 whole = vaults[v].totalSupply() + VIRTUAL_SHARES;
        uint256 written = _writtenIn(book);
        uint256 part = (written * shares) / whole;
        if (part < _MINIMUM_SIZE && mulmod(written, shares, whole) != 0) return false;
        uint256 cash = (book.cash * shares) / whole;
        return (part == 0 || cash >= _DUST) && (part == written || book.cash - cash >= _DUST);
    }

    function _part(uint256 v, address receiver) internal view returns (Parting memory parting) {
        parting.whole = vaults[v].totalSupply() + VIRTUAL_SHARES;
        parting.idle = _idle(v);
        parting.tokens = _held(v, receiver);
        uint256 expiry = _expiry(v);
        if (expiry == 0) return parting;
        parting.id = _bookAt(v, expiry);
        parting.before = world.house.book(parting.id);
        parting.isFull = parting.before.cash >= world.house.maxLoss(parting.id);
        parting.newId = world.house.nextSplit(parting.id, receiver);
    }

    /// V4: his part of cash and options, rounded down; the rest stays, and both sides are as healthy as before.
    function _checkParting(uint256 v, Parting memory parting, uint256 shares, uint256 paid, uint256 newId) private {
        uint256 idle = (parting.idle * shares) / parting.whole;
        uint256 written = _writtenIn(parting.before);
        if (written == 0) {
            uint256 cash = (parting.before.cash * shares) / parting.whole;
            _require(newId == 0 && paid == idle + cash, "V4: cash alone is paid at once, rounded down");
            _count("left with cash");
            return;
        }
        _require(newId == BookId.unwrap(parting.newId) && paid == idle, "V4: options go into a book of the receiver");
        books.push(parting.newId);
        IClearingRecords.BookView memory left = world.house.book(parting.newId);
        IClearingRecords.BookView memory stayed = world.house.book(parting.id);
        _require(
            left.cash + stayed.cash + (left.tips + stayed.tips) * _tip(v) == _cashOf(v, parting.before),
            "V4: nothing is lost"
        );
        _require(_writtenIn(left) + _writtenIn(stayed) == written, "V4: no option either");
        _require(_writtenIn(left) == (written * shares) / parting.whole, "V4: options are shared, rounded down");
        _require(left.cash <= (parting.before.cash * shares) / parting.whole + _tip(v), "V4: so is cash");
        _checkHealth(v, parting, left, stayed);
        _require(left.state == stayed.state || _writtenIn(left) == 0, "V4: a flag goes along");
        _count(left.state == 1 ? bytes32("left flagged") : bytes32("left with options"));
    }

    /// @dev Cash per option of both sides is what it was; a unit of either is what rounding may move.
    function _checkHealth(
        uint256 v,
        Parting memory parting,
        IClearingRecords.BookView memory left,
        IClearingRecords.BookView memory stayed
    ) private {
        (uint256 cash, uint256 written) = (_cashOf(v, parting.before), _writtenIn(parting.before));
        uint256 slack = cash + written + 2 * _tip(v) * written;
        _require(_cashOf(v, left) * written <= cash * _writtenIn(left) + slack, "V4: who leaves gains nothing");
        _require(_cashOf(v, left) * written + slack >= cash * _writtenIn(left), "V4: nor loses anything");
        _require(_cashOf(v, stayed) * written + slack >= cash * _writtenIn(stayed), "V4: who stays loses nothing");
        if (!parting.isFull) return;
        _require(left.cash >= world.house.maxLoss(parting.newId), "V4: who leaves is fully funded");
        _require(stayed.cash >= world.house.maxLoss(parting.id), "V4: so is who stays");
    }
}
