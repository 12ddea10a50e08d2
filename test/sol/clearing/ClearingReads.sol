// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookState } from "../../../contracts/clearing/libraries/BookWords.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { BookId, toBookId } from "../../../contracts/shared/BookId.sol";
import { CollateralKind, Terms } from "../../../contracts/shared/ClearingTypes.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { SeriesId } from "../../../contracts/shared/SeriesId.sol";
import { ACTORS, EXPIRIES, MARKETS, START, STRIKES, World, vm } from "./ClearingWorld.sol";
import { Notes } from "./Notes.sol";

/// @notice The world as a test sees it: who exists, which books there are, and what the Clearinghouse says of them.
abstract contract ClearingReads is Notes {
    uint256 internal constant TIP_DOLLAR = 1e6;
    uint256 internal constant TIP_COIN = 3e5;
    uint256 internal constant MINT_FEE = 20;

    World internal world;
    address[ACTORS] internal actors;
    /// @dev Settles and pokes; owns no book, so tips are all it earns.
    address internal constant KEEPER = address(0x4ee9e4);
    BookId[] internal books;
    mapping(BookId id => bool) internal isKnown;
    uint256 internal clock;

    /// Ghosts of settlement, by market and expiry.
    mapping(uint256 key => uint256) internal paidOut;
    mapping(uint256 key => uint256) internal parRedeemed;
    mapping(uint256 key => uint256) internal roundings;
    /// What bids drew from insurance before the expiry was priced.
    mapping(uint256 key => uint256) internal drawnEarly;
    /// Bonds of challenges that are open.
    mapping(uint256 key => uint256) internal bonds;
    /// What an owner's receipt should hold, by market and expiry; kept after the Clearinghouse forgets a paid one.
    mapping(address owner => mapping(uint256 key => uint256)) internal parOf;
    mapping(address owner => mapping(uint256 key => uint256)) internal paidOf;

    function _expiry(uint256 e) internal pure returns (uint256) {
        return START + (e + 2) * 1 days;
    }

    function _key(uint256 market, uint256 e) internal pure returns (uint256) {
        return market * EXPIRIES + e;
    }

    function _strike(uint256 i) internal pure returns (uint256) {
        return [uint256(2_900), 3_000, 3_050, 3_400][i] * 1e4;
    }

    function _series(uint256 market, uint256 e, uint256 i) internal pure returns (uint256) {
        return SeriesId.pack(market, _expiry(e), _strike(i / 2), i % 2 == 1);
    }

    function _terms(uint256 market) internal pure returns (Terms memory) {
        return market == 1 ? Terms(CollateralKind.Quote, 6, 10_000) : Terms(CollateralKind.Coin, 9, 10_000);
    }

    function _tip(uint256 market) internal pure returns (uint256) {
        return market == 1 ? TIP_DOLLAR : TIP_COIN;
    }

    function _token(uint256 market) internal view returns (address) {
        return market == 1 ? address(world.dollar) : address(world.coin);
    }

    /// @dev Token units in a ledger unit.
    function _scale(uint256 market) internal pure returns (uint256) {
        return market == 1 ? 1 : 1e9;
    }

    function _bookOf(uint256 actor, uint256 market, uint256 e, uint256 subId) internal returns (BookId id) {
        id = toBookId(actors[actor], market, _expiry(e), subId);
        _remember(id);
    }

    function _remember(BookId id) internal {
        if (isKnown[id]) return;
        isKnown[id] = true;
        books.push(id);
    }

    function _eOf(BookId id) internal pure returns (uint256) {
        return (id.expiry() - START) / 1 days - 2;
    }

    function _isFlagged(BookId id) internal view returns (bool) {
        return BookState(world.house.book(id).state) == BookState.Flagged;
    }

    function _free(address owner, uint256 market) internal view returns (uint256) {
        return world.house.freeBalance(owner, _token(market));
    }

    /// @dev Cash and the tips set aside: what a book holds of its owner's.
    function _held(BookId id) internal view returns (uint256) {
        IClearingRecords.BookView memory book = world.house.book(id);
        return book.cash + book.tips * _tip(id.market());
    }

    /// @dev Everything of an actor's in the ledger units of a market's token, options aside.
    function _wealth(uint256 actor, uint256 market) internal view returns (uint256 sum) {
        sum = _free(actors[actor], market);
        for (uint256 i; i < books.length; ++i) {
            if (books[i].owner() == actors[actor] && books[i].market() == market) sum += _held(books[i]);
        }
    }

    function _market(uint256 market) internal view returns (IClearingViews.MarketView memory) {
        return world.house.marketState(market);
    }

    function _state(uint256 market, uint256 e) internal view returns (IClearingViews.ExpiryView memory) {
        return world.house.expiryState(market, _expiry(e));
    }

    function _isPriced(uint256 market, uint256 e) internal view returns (bool) {
        return _state(market, e).price != 0;
    }

    /// @dev Payoff numerators of a book's shorts and longs at a price.
    function _numerators(BookId id, uint256 price) internal view returns (uint256 shorts, uint256 longs) {
        IClearingRecords.LegView[] memory legs = world.house.book(id).legs;
        for (uint256 i; i < legs.length; ++i) {
            uint256 perSize = Payoff.numeratorPerSize(legs[i].strike, legs[i].isCall, _terms(id.market()), price);
            if (legs[i].size < 0) shorts += perSize * uint256(int256(-legs[i].size));
            else longs += perSize * uint256(int256(legs[i].size));
        }
    }

    /// @dev All longs of a series outside books.
    function _supply(uint256 seriesId) internal view returns (uint256 sum) {
        for (uint256 a; a < ACTORS; ++a) sum += world.house.balanceOf(actors[a], seriesId);
    }
}
