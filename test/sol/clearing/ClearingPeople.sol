// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { QuoteHash } from "../../../contracts/clearing/libraries/QuoteHash.sol";
import { BookId, toBookId } from "../../../contracts/shared/BookId.sol";
import { SeriesId } from "../../../contracts/shared/SeriesId.sol";
import { ClearingPromises } from "./ClearingPromises.sol";
import { ACTORS, EXPIRIES, MARKETS, START, STRIKES, World, vm } from "./ClearingWorld.sol";

/// @notice The people of the clearing room, how they sign, and what every act of theirs is measured by. What surrounds the
/// Clearinghouse, scripted or real, comes from the contract that inherits this one.
abstract contract ClearingPeople is ClearingPromises {
    uint256[ACTORS] private _keys;
    bytes32 private _domain;
    uint256 private _quotes;
    /// @dev Whose money an action may take.
    uint256 private _exempted;

    /// @notice Cash and tips of a book, and its shorts by series.
    struct Side {
        uint256 held;
        uint256[2 * STRIKES] shorts;
    }

    /// @dev Nobody loses by what others do, but who is named.
    modifier acting() {
        _enter();
        _exempted = 0;
        uint256[ACTORS * MARKETS] memory before = _wealths();
        _;
        uint256[ACTORS * MARKETS] memory after_ = _wealths();
        for (uint256 i; i < before.length; ++i) {
            bool isExempt = (_exempted >> (i / MARKETS)) & 1 != 0;
            _require(isExempt || after_[i] >= before[i], "C9: nobody pays for what others do");
        }
        _track();
        _leave();
    }

    constructor(World memory world_, uint256 start) {
        world = world_;
        clock = start;
        vm.warp(clock);
        _domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast Clearinghouse"),
                keccak256("1"),
                block.chainid,
                address(world_.house)
            )
        );
        for (uint256 a; a < ACTORS; ++a) {
            _keys[a] = 0xac7 + a;
            actors[a] = vm.addr(_keys[a]);
            _provide(actors[a], 1, 2_000_000e6);
            _provide(actors[a], 2, 1_000e9);
        }
        for (uint256 a; a < ACTORS * ACTORS; ++a) {
            vm.prank(actors[a / ACTORS]);
            world_.house.setManager(actors[a % ACTORS], 4);
        }
        for (uint256 i; i < MARKETS * EXPIRIES; ++i) _bookOf(i % ACTORS, 1 + i / EXPIRIES, i % EXPIRIES, 0);
    }

    // What surrounds the Clearinghouse

    /// @dev The call that a test makes comes at `clock`.
    function _enter() internal virtual {
        vm.warp(clock);
    }

    /// @dev What else must hold when a call is over.
    function _leave() internal virtual {}

    /// @dev Exits must pass while everything outside fails, as far as a test can make it fail.
    function _breakOutside() internal virtual {}

    function _mendOutside() internal virtual {}

    /// @dev The first covered mark after an expiry without a window of its own.
    function _pointer(uint256 e) internal view virtual returns (uint64);

    /// @dev A book may have written options.
    function _opened(BookId id) internal virtual {}

    /// @dev A book that was empty wrote options.
    function _openedAfresh(BookId id) internal virtual {}

    /// @dev Cash or a long left a book.
    function _lent(BookId id) internal virtual {}

    /// @dev An expiry got its price.
    function _priced(uint256 market, uint256 e) internal virtual {}

    // Help for the handler

    function _actorOf(address owner) internal view returns (uint256 a) {
        while (actors[a] != owner) ++a;
    }

    function _exempt(address owner) internal {
        for (uint256 a; a < ACTORS; ++a) {
            if (actors[a] == owner) _exempted |= 1 << a;
        }
    }

    function _pick(uint256 seed) internal pure returns (uint256 actor, uint256 market, uint256 e) {
        return (seed % ACTORS, 1 + ((seed >> 8) % MARKETS), (seed >> 16) % EXPIRIES);
    }

    function _anyBook(uint256 seed, uint256 market) internal view returns (BookId id) {
        for (uint256 i; i < books.length; ++i) {
            id = books[(seed + i) % books.length];
            if (id.market() == market) return id;
        }
    }

    function _provide(address owner, uint256 market, uint256 units) internal {
        uint256 amount = units * _scale(market);
        if (market == 1) {
            // After it shrank a share is worth less.
            world.dollar.mint(owner, 2 * amount);
            vm.prank(owner);
            world.dollar.approve(address(world.house), amount);
        } else {
            world.coin.mint(owner, amount);
            vm.prank(owner);
            world.coin.approve(address(world.house), amount);
        }
        address token = _token(market);
        vm.prank(owner);
        world.house.deposit(token, units, owner);
    }

    /// @dev Cash for `options` of shorts: from too little to more than enough.
    function _prepare(BookId id, uint256 options, uint256 seed) internal {
        uint256 cash =
            id.market() == 1
                ? options * [uint256(300), 1_300, 1_300, 3_500][seed % 4] + 100e6
                : (options * 10) * [uint256(20), 50, 50, 110][seed % 4] + 20e6;
        uint256 free = _free(id.owner(), id.market());
        if (cash > free) cash = free;
        if (cash == 0) return;
        vm.prank(id.owner());
        world.house.fund(id, cash);
    }

    function _idOf(uint256 market, uint256 e, uint256 strike, bool isCall) internal pure returns (uint256) {
        return SeriesId.pack(market, _expiry(e), strike, isCall);
    }

    function _balance(uint256 market) internal view returns (uint256) {
        address house = address(world.house);
        return market == 1 ? world.dollar.balanceOf(house) : world.coin.balanceOf(house);
    }

    // Quotes

    /// @dev Of an earlier quote or a new one; both sides find some cash.
    function _fillOf(
        uint256 seed,
        uint256 takerSeed,
        uint256 amount
    ) internal returns (IClearingRecords.Fill memory made) {
        uint256 number = seed % (_quotes + 1);
        if (number == _quotes) ++_quotes;
        made.quote = _quoteOf(number);
        made.takerOwner = actors[takerSeed % ACTORS];
        made.takerSubId = uint32((takerSeed >> 8) % 2);
        made.amount = uint64(1 + (amount % made.quote.size));
        made.signature = _sign(_makerKey(number), this.hashOf(made.quote));
        (BookId maker, BookId taker) = _booksOf(made);
        _prepare(maker, made.amount, seed >> 32);
        _prepare(taker, made.amount, seed >> 40);
    }

    function hashOf(IClearingRecords.Quote calldata quote) external pure returns (bytes32) {
        return QuoteHash.hash(quote);
    }

    function _quoteOf(uint256 number) private view returns (IClearingRecords.Quote memory quote) {
        uint256 random = uint256(keccak256(abi.encode("quote", number)));
        uint256 market = 1 + ((random >> 8) % MARKETS);
        quote.maker = actors[random % ACTORS];
        quote.marketHash = keccak256(abi.encode(world.house.marketParams(market)));
        quote.expiry = uint32(_expiry((random >> 16) % EXPIRIES));
        quote.makerSubId = uint32((random >> 24) % 2);
        quote.legs = new IClearingRecords.QuoteLeg[](1 + ((random >> 32) % 2));
        for (uint256 i; i < quote.legs.length; ++i) {
            uint256 series = ((random >> 40) + 3 * i) % (2 * STRIKES);
            int16 ratio = int16(int256(1 + ((random >> (48 + 8 * i)) % 3)));
            if ((random >> (64 + i)) & 1 == 0) ratio = -ratio;
            quote.legs[i] = IClearingRecords.QuoteLeg(uint40(_strike(series / 2)), series % 2 == 1, ratio);
        }
        quote.premium = int128(int256((random >> 80) % 200e6)) - 100e6;
        quote.size = uint64(10_000 + ((random >> 112) % 5e6));
        quote.minimumFill = 1_000;
        quote.nonce = uint64(number);
        quote.deadline = uint40(START + 365 days);
    }

    function _makerKey(uint256 number) private view returns (uint256) {
        return _keys[uint256(keccak256(abi.encode("quote", number))) % ACTORS];
    }

    function _booksOf(IClearingRecords.Fill memory made) internal returns (BookId maker, BookId taker) {
        uint256 market = world.house.marketIndex(made.quote.marketHash);
        maker = toBookId(made.quote.maker, market, made.quote.expiry, made.quote.makerSubId);
        taker = toBookId(made.takerOwner, market, made.quote.expiry, made.takerSubId);
        _remember(maker);
        _remember(taker);
    }

    function _sideOf(BookId id) internal view returns (Side memory side) {
        side.held = _held(id);
        IClearingRecords.LegView[] memory legs = world.house.book(id).legs;
        for (uint256 l; l < legs.length; ++l) {
            if (legs[l].size >= 0) continue;
            for (uint256 i; i < 2 * STRIKES; ++i) {
                if (_strike(i / 2) == legs[l].strike && (i % 2 == 1) == legs[l].isCall)
                    side.shorts[i] = uint256(int256(-legs[l].size));
            }
        }
    }

    /// C7: the premium rounds against the taker, the fees against both.
    function _checkTrade(
        IClearingRecords.Fill memory made,
        Side memory maker,
        Side memory oldMaker,
        Side memory taker,
        Side memory oldTaker
    ) internal {
        uint256 market = world.house.marketIndex(made.quote.marketHash);
        int256 exact = int256(made.quote.premium) * int256(uint256(made.amount));
        int256 size = int256(uint256(made.quote.size));
        int256 gain = int256(maker.held) - int256(oldMaker.held) + int256(_feeUp(market, maker, oldMaker));
        int256 loss = int256(oldTaker.held) - int256(taker.held) - int256(_feeUp(market, taker, oldTaker));
        _require(gain == loss, "C7: what one pays the other gets, fees aside");
        _require(loss * size >= exact && (loss - 1) * size < exact, "C7: the taker pays his part, rounded up");
    }

    /// @dev Some short grew.
    function _writesMore(Side memory old, Side memory side) internal pure returns (bool) {
        for (uint256 i; i < 2 * STRIKES; ++i) {
            if (side.shorts[i] > old.shorts[i]) return true;
        }
        return false;
    }

    /// @dev 2 bp of what became short, strike notional or coins, rounded up.
    function _feeUp(uint256 market, Side memory side, Side memory old) private pure returns (uint256) {
        uint256 sum;
        for (uint256 i; i < 2 * STRIKES; ++i) {
            if (side.shorts[i] <= old.shorts[i]) continue;
            uint256 more = side.shorts[i] - old.shorts[i];
            sum += market == 1 ? more * _strike(i / 2) : more;
        }
        uint256 one = market == 1 ? 1e4 * 1e5 : 1e5;
        uint256 units = market == 1 ? 1 : 1e3;
        return (sum * MINT_FEE * units + one - 1) / one;
    }

    function _sign(uint256 key, bytes32 content) internal returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", _domain, content)));
        return abi.encodePacked(r, s, v);
    }

    function _wealths() private view returns (uint256[ACTORS * MARKETS] memory wealths) {
        for (uint256 i; i < wealths.length; ++i) wealths[i] = _free(actors[i / MARKETS], 1 + (i % MARKETS));
        for (uint256 b; b < books.length; ++b) {
            for (uint256 a; a < ACTORS; ++a) {
                if (books[b].owner() == actors[a]) wealths[a * MARKETS + books[b].market() - 1] += _held(books[b]);
            }
        }
    }
}
