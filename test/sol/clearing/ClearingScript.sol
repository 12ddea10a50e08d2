// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { IRisk } from "../../../contracts/interfaces/IRisk.sol";
import { QuoteHash } from "../../../contracts/clearing/libraries/QuoteHash.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { ScriptedRisk } from "../../../contracts/mocks/ScriptedRisk.sol";
import { BookId, toBookId } from "../../../contracts/shared/BookId.sol";
import { Level } from "../../../contracts/shared/OracleTypes.sol";
import { SeriesId } from "../../../contracts/shared/SeriesId.sol";
import { ClearingPromises } from "./ClearingPromises.sol";
import { ACTORS, EXPIRIES, MARKETS, START, STRIKES, World, vm } from "./ClearingWorld.sol";

/// @notice What happens around the Clearinghouse, and how people sign: prices, modes, failures, marks, quotes.
abstract contract ClearingScript is ClearingPromises {
    uint256 private constant _HALF_HOUR = 1_800;
    uint256 private constant _SEAT_KEY = 0x5ea7;

    uint256[ACTORS] private _keys;
    bytes32 private _domain;
    uint256 private _quotes;
    /// @dev Whose money an action may take.
    uint256 private _exempted;
    uint256 private _price = 3_000e8;
    /// Marks so far: the chain of boundaries, and what was said of an expiry.
    uint64[] private _boundaries;
    mapping(uint256 e => bool) private _isTold;
    ScriptedRisk.Failure private _failure;
    bool private _reverts;

    /// @notice Cash and tips of a book, and its shorts by series.
    struct Side {
        uint256 held;
        uint256[2 * STRIKES] shorts;
    }

    /// @dev Nobody loses by what others do, but who is named.
    modifier acting() {
        vm.warp(clock);
        _exempted = 0;
        uint256[ACTORS * MARKETS] memory before = _wealths();
        _;
        uint256[ACTORS * MARKETS] memory after_ = _wealths();
        for (uint256 i; i < before.length; ++i) {
            bool isExempt = (_exempted >> (i / MARKETS)) & 1 != 0;
            _require(isExempt || after_[i] >= before[i], "C9: nobody pays for what others do");
        }
        _track();
    }

    constructor(World memory world_) {
        world = world_;
        clock = START;
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
        ScriptedMarks.Seat[] memory seats = new ScriptedMarks.Seat[](1);
        seats[0] = ScriptedMarks.Seat(vm.addr(_SEAT_KEY), 100);
        world_.marks.setSeats(seats, 0);
        _mark(START, 3_000e8, 1_800, false);
        world_.marks.setLatest(3_000e8, START);
        _setRisk(0, 3_000e8);
    }

    // The world outside

    function passTime(uint256 seed) external acting {
        seed = _mix(seed);
        clock += 1 + (seed % (seed % 3 == 0 ? 1 days : 2 hours));
    }

    /// Past the next expiry and on to a rung of its ladder.
    function passExpiry(uint256 seed) external acting {
        seed = _mix(seed);
        if (seed % 2 != 0) return;
        uint256 e = clock < _expiry(0) ? 0 : 1;
        uint256 wait = [uint256(2 minutes), 2 hours, 24 hours, 72 hours, 7 days][(seed >> 8) % 5];
        if (clock < _expiry(e) + wait) clock = _expiry(e) + wait;
    }

    function changeRisk(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        _price = (_price * (70 + (move % 71))) / 100;
        if (_price < 1_500e8 || _price > 6_000e8) _price = 3_000e8;
        _setRisk(seed, _price);
    }

    /// What the oracle keeps of an expiry: clean, thin, dirty, late, or it fails.
    function tell(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        if (_isTold[seed % EXPIRIES] || clock <= _expiry(seed % EXPIRIES)) return;
        _tell(seed % EXPIRIES, (seed >> 8) % 6, (_price * (60 + (move % 90))) / 100);
    }

    /// @dev Not of an expiry before one that was told of: marks are a chain.
    function _tell(uint256 e, uint256 kind, uint256 price) internal {
        if (_isTold[e]) return;
        uint256 expiry = _expiry(e);
        for (uint256 i; i <= e; ++i) _isTold[i] = true;
        if (kind == 0 || kind == 1) _mark(expiry, price, 1_800, false);
        else if (kind == 2) _mark(expiry, price, 700, false);
        else if (kind == 3) _mark(expiry, price, 1_800, true);
        else if (kind == 4 && clock > expiry + 6 hours) {
            _mark(expiry - 2 hours, _price, 1_800, false);
            _mark(expiry + 5 hours, price, 900, false);
            world.marks.setLatest(price, expiry + 5 hours + 1);
        } else if (kind == 5) {
            _reverts = true;
            world.marks.setFailure(true, false);
        }
    }

    function healOracle() external acting {
        _reverts = false;
        world.marks.setFailure(false, false);
    }

    function witness(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        uint256 expiry = _expiry(seed % EXPIRIES);
        uint256 source = (seed >> 8) % 4;
        uint80 round = uint80(expiry);
        uint256 price = (_price * (80 + (move % 40))) / 100;
        world.marks.setWitness(
            0,
            source,
            round,
            ScriptedMarks.Witness(uint64(price), uint64(expiry - 60), uint64(expiry + 60))
        );
        world.house.recordWitness(0, expiry, source, round);
    }

    function signPrice(uint256 seed, uint256 move) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        uint64 price = uint64((_price * (80 + (move % 40))) / 100);
        bytes32 content = keccak256(
            abi.encode(
                keccak256("SettlementPrice(uint8 feed,uint32 expiry,uint64 price,uint32 setId)"),
                0,
                _expiry(e),
                price,
                1
            )
        );
        uint8[] memory seats = new uint8[](1);
        bytes[] memory signatures = new bytes[](1);
        signatures[0] = _sign(_SEAT_KEY, content);
        vm.prank(actors[a]);
        world.house.postSettlementPrice(market, _expiry(e), price, 1, seats, signatures);
    }

    function challenge(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        _exempt(actors[a]);
        uint256 free = _free(actors[a], market);
        vm.prank(actors[a]);
        world.house.challengeSettlementPrice(market, _expiry(e));
        bonds[_key(market, e)] = free - _free(actors[a], market);
    }

    // Help for the handler

    /// @dev Fuzzers like small and extreme numbers; choices should not.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

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

    /// @dev Exits must pass while everything outside fails.
    function _breakOutside() internal {
        _failure = world.risk.failure();
        world.risk.fail(ScriptedRisk.Failure.Reverts);
        world.marks.setFailure(true, false);
    }

    function _mendOutside() internal {
        world.risk.fail(_failure);
        world.marks.setFailure(_reverts, false);
    }

    /// @dev The first covered mark after an expiry without a window of its own.
    function _pointer(uint256 e) internal view returns (uint64) {
        for (uint256 i; i < _boundaries.length; ++i) {
            if (_boundaries[i] == _expiry(e)) return 0;
            if (_boundaries[i] > _expiry(e)) return _boundaries[i];
        }
        return 0;
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

    function _sign(uint256 key, bytes32 content) private returns (bytes memory) {
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

    function _setRisk(uint256 seed, uint256 price) private {
        uint256 kind = seed % 16;
        Level mode =
            kind < 10
                ? Level.Normal
                : kind < 12
                    ? Level.Cautious
                    : kind < 14
                        ? Level.ReduceOnly
                        : Level.Halted;
        world.risk.set(
            IRisk.Reading({
                mode: mode,
                opens: mode <= Level.Cautious,
                price: uint64(price),
                low: uint64(price - price / 1_000),
                high: uint64(price + price / 1_000),
                age: 5,
                average12h: 3_000e8,
                volatilityBps: 12_000,
                multiplierBps: mode == Level.Cautious ? 12_500 : 10_000,
                addOnBps: 0,
                notionalCap: 1e15,
                lossShareBps: 0
            })
        );
        world.risk.fail(kind == 15 ? ScriptedRisk.Failure((seed >> 8) % 5) : ScriptedRisk.Failure.None);
    }

    function _mark(uint256 boundary, uint256 price, uint256 coverage, bool isDirty) private {
        uint64 previous = _boundaries.length == 0 ? 0 : _boundaries[_boundaries.length - 1];
        _boundaries.push(uint64(boundary));
        world.marks.setMark(
            0,
            uint64(boundary),
            IPriceOracle.Mark({
                price: uint64(price),
                round: uint64(boundary / 15 - 1),
                sum: uint96(price * coverage),
                coverage: uint16(coverage),
                divergentSeconds: 0,
                quarantined: isDirty,
                halted: false,
                previousBoundary: previous
            })
        );
        assert(boundary % _HALF_HOUR == 0);
    }
}
