// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { BookId, toBookId } from "../../../contracts/shared/BookId.sol";
import { CollateralKind, Terms } from "../../../contracts/shared/ClearingTypes.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { Notes } from "../clearing/Notes.sol";
import { START, World } from "../clearing/ClearingWorld.sol";
import { CALLS, CAP, HOLDERS, LEVERAGED, LOW_CAP, VAULTS, WEEK } from "./VaultWorld.sol";

/// @notice The vaults as a test sees them, and what it keeps of them by itself.
abstract contract VaultReads is Notes {
    uint256 internal constant VIRTUAL_SHARES = 1e6;
    uint256 internal constant DEPOSIT = 0;
    uint256 internal constant REDEEM = 1;

    /// @notice What a controller asked for, of one kind, as far as he knows: given are units of a deposit or shares.
    struct Ask {
        uint256 pending;
        uint256 matured;
        uint256 due;
        uint256 cancelled;
    }

    /// @notice The auction's clock by its rule.
    struct Auction {
        uint256 elapsed;
        uint256 uptime;
        bool wasNormal;
        bool isOver;
    }

    /// @notice A vault by what was asked of it.
    /// @param units Wait to join. @param shares Wait to leave. @param managed Behind shares at their last price.
    /// @param gifts Token units sent to its address. @param crumbUnits What rounding left of what was redeemed.
    /// @param crumbShares And of what joined. @param startPay Promised to the next starter.
    /// @param highest Best price of a share so far, ledger units with 18 decimals more; fees know it.
    struct Ghost {
        Ask[HOLDERS][2] asks;
        uint256 units;
        uint256 shares;
        uint256 managed;
        uint256 gifts;
        uint256 crumbUnits;
        uint256 crumbShares;
        uint256 startPay;
        uint256 premium;
        uint256 boundary;
        uint256 meanBps;
        uint256 highest;
        uint256 chargedAt;
        Auction auction;
        IOptionsVault.SharePrice[] prices;
    }

    /// @notice What stands behind the shares of a vault: cash with tips, options written, and how many shares.
    struct Worth {
        uint256 cash;
        uint256 written;
        uint256 supply;
    }

    World internal world;
    IOptionsVault[VAULTS] internal vaults;
    address[HOLDERS] internal people;
    /// @dev Has no share and nobody's leave.
    address internal constant STRANGER = address(0x57a);
    mapping(uint256 v => Ghost) internal ghosts;
    mapping(uint256 v => mapping(address owner => mapping(address operator => bool))) internal operators;
    /// @dev Books that left vaults in kind, and those of bidders.
    BookId[] internal books;
    uint256 internal clock;

    /// @dev The last Friday 08:00 UTC; START is one.
    function _boundary() internal view returns (uint256) {
        return clock - ((clock - START) % WEEK);
    }

    function _market(uint256 v) internal pure returns (uint256) {
        return v == CALLS ? 2 : 1;
    }

    function _terms(uint256 v) internal pure returns (Terms memory) {
        return v == CALLS ? Terms(CollateralKind.Coin, 9, 10_000) : Terms(CollateralKind.Quote, 6, 10_000);
    }

    function _token(uint256 v) internal view returns (address) {
        return v == CALLS ? address(world.coin) : address(world.dollar);
    }

    /// @dev Token units in a ledger unit.
    function _scale(uint256 v) internal pure returns (uint256) {
        return v == CALLS ? 1e9 : 1;
    }

    function _tip(uint256 v) internal pure returns (uint256) {
        return v == CALLS ? 3e5 : 1e6;
    }

    function _cap(uint256 v) internal pure returns (uint256) {
        return v == LEVERAGED ? LOW_CAP : CAP;
    }

    function _held(uint256 v, address owner) internal view returns (uint256) {
        return IERC20(_token(v)).balanceOf(owner);
    }

    function _free(uint256 v, address owner) internal view returns (uint256) {
        return world.house.freeBalance(owner, _token(v));
    }

    function _idle(uint256 v) internal view returns (uint256) {
        return _free(v, address(vaults[v])) - ghosts[v].startPay;
    }

    function _expiry(uint256 v) internal view returns (uint256) {
        return vaults[v].epoch().expiry;
    }

    function _bookAt(uint256 v, uint256 expiry) internal view returns (BookId) {
        return toBookId(address(vaults[v]), _market(v), expiry, 0);
    }

    /// @dev Cash and the tips set aside.
    function _cashOf(uint256 v, IClearingRecords.BookView memory book) internal pure returns (uint256) {
        return book.cash + book.tips * _tip(v);
    }

    function _writtenIn(IClearingRecords.BookView memory book) internal pure returns (uint256) {
        return book.legs.length == 0 ? 0 : uint256(-int256(book.legs[0].size));
    }

    function _worth(uint256 v) internal view returns (Worth memory worth) {
        worth.cash = _idle(v);
        worth.supply = vaults[v].totalSupply();
        uint256 expiry = _expiry(v);
        if (expiry == 0) return worth;
        IClearingRecords.BookView memory book = world.house.book(_bookAt(v, expiry));
        worth.cash += _cashOf(v, book);
        worth.written = _writtenIn(book);
    }

    function _isPriced(uint256 v, uint256 expiry) internal view returns (bool) {
        return world.house.expiryState(_market(v), expiry).price != 0;
    }

    /// @dev What `written` of an epoch's options pay at a price, ledger units, rounded up.
    function _payoffUp(uint256 v, uint256 strike, uint256 written, uint256 settled) internal pure returns (uint256) {
        Terms memory terms = _terms(v);
        uint256 due = Payoff.numeratorPerSize(strike, v == CALLS, terms, settled) * written * 10 ** terms.unitDecimals;
        uint256 divisor = Payoff.denominator(terms, settled);
        return (due + divisor - 1) / divisor;
    }

    function _isFar(uint256 price, uint256 expected, uint256 bps) internal pure returns (bool) {
        uint256 distance = price > expected ? price - expected : expected - price;
        return distance * 1e4 > expected * bps;
    }
}
