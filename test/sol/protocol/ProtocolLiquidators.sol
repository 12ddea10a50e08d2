// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { Band, Legs, Parameters } from "../../../contracts/shared/ClearingTypes.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";
import { Margin } from "../../../contracts/shared/Margin.sol";
import { ACTORS, MARKETS, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolFaults } from "./ProtocolFaults.sol";
import { countOf } from "./ProtocolWorld.sol";

/// @notice Whoever flags, bids and stands behind a market. S3, S11 and S15 are noted where they could break.
abstract contract ProtocolLiquidators is ProtocolFaults {
    uint256 private constant _ONE = 1e18;

    function flag(uint256 seed) external acting {
        _flag(_mix(seed));
    }

    /// A gap that takes what initial margin was for, the rounds that show it, and whoever is short.
    function crash(uint256 seed) external acting {
        seed = _mix(seed);
        truth = (truth * [uint256(82), 85, 115, 118][seed % 4]) / 100;
        _work(3 + ((seed >> 8) % 4), seed >> 16);
        _flag(seed >> 32);
    }

    function _flag(uint256 seed) private {
        BookId id = _poorest(seed);
        IClearingRecords.BookView memory book = world.house.book(id);
        bool wasFlagged = _isFlagged(id);
        _exempt(id.owner());
        vm.prank(KEEPER);
        world.house.flag(id);
        if (wasFlagged) return;
        _count("flag");
        _require(book.cash < world.house.maxLoss(id), "S15: a funded book is never flagged");
        _checkRightful(id, book.cash);
    }

    /// As it is, or after its owner paid in what it may lose.
    function unflag(uint256 seed) external acting {
        seed = _mix(seed);
        BookId id = _flagged(seed);
        uint256 cash = world.house.book(id).cash;
        uint256 needed = world.house.maxLoss(id);
        if (seed & (1 << 200) != 0 && cash < needed) {
            _exempt(id.owner());
            vm.prank(id.owner());
            world.house.fund(id, needed - cash);
        }
        world.house.unflag(id);
        _count("unflag");
    }

    /// At once or within an hour, into a book of the bidder's that has room for the margin.
    function bid(uint256 seed, uint256 share) external acting {
        seed = _mix(seed);
        BookId id = _flagged(seed);
        if (seed & (1 << 200) != 0) _work((seed >> 204) % 14, seed >> 24);
        uint256 a = (seed >> 8) % ACTORS;
        BookId into = _bookOf(a, id.market(), _eOf(id), (seed >> 16) % 3);
        uint256 free = _free(actors[a], id.market());
        uint256 wanted = world.house.maxLoss(id) + 2 * _tip(id.market());
        _exempt(actors[a]);
        _exempt(id.owner());
        uint256[MARKETS] memory insured = _insurances();
        uint256 cash = world.house.book(id).cash;
        uint256 full = world.house.auction(id).full;
        vm.prank(actors[a]);
        world.house.fund(into, free < wanted ? free : wanted);
        vm.prank(actors[a]);
        world.house.bid(id, into, 1e16 + (share % (_ONE - 1e16)), 0);
        _checkDraws(insured, id, cash < full);
        _count("bid");
    }

    /// The backstop takes what nobody bid for in two hours.
    function absorb(uint256 seed) external acting {
        seed = _mix(seed);
        BookId id = _flagged(seed);
        if (seed & (1 << 200) != 0) _work(26, seed >> 24);
        address provider = world.house.trancheOf(id.market()).provider;
        if (provider == address(0)) return;
        _exempt(id.owner());
        uint256[MARKETS] memory insured = _insurances();
        bool isInsolvent = world.house.book(id).cash < world.house.auction(id).full;
        _remember(world.house.absorb(id));
        _checkDraws(insured, id, isInsolvent);
        _count("absorb");
    }

    function lockTranche(uint256 seed, uint256 amount) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, ) = _pick(seed);
        uint256 most = _free(actors[a], market) / 20 + 1;
        _exempt(actors[a]);
        vm.prank(actors[a]);
        world.house.lockTranche(market, 1 + (amount % most));
        _count("lock");
    }

    function releaseTranche(uint256 seed, uint256 amount) external acting {
        (, uint256 market, ) = _pick(_mix(seed));
        IClearingRecords.TrancheView memory tranche = world.house.trancheOf(market);
        if (tranche.provider == address(0)) return;
        vm.prank(tranche.provider);
        world.house.releaseTranche(market, 1 + (amount % (tranche.amount + 1)));
        _count("release");
    }

    /// @dev S3: below maintenance at the true price of the round that judged it, without any band, whatever mode it is.
    function _checkRightful(BookId id, uint256 cash) private {
        bool isPromised = countOf(lying) < 3 && latest.isHonest;
        if (!isPromised || id.expiry() <= clock + 30 minutes || latest.truth == 0) return;
        uint256 most = _plainMaintenance(id, (latest.truth * 998) / 1_000);
        uint256 other = _plainMaintenance(id, (latest.truth * 1_002) / 1_000);
        if (other > most) most = other;
        _count("rightful");
        _require(cash < most, "S3: nobody is liquidated who meets maintenance at the true price");
    }

    function _plainMaintenance(BookId id, uint256 price) private view returns (uint256) {
        Parameters memory set = world.house.parametersOf(id.market());
        return
            Margin.costUp(
                _legsOf(id),
                _terms(id.market()),
                Margin.maintenanceScenario(
                    Band(price, price, price),
                    set.maintenanceShockBps,
                    set.maintenanceFloorBps,
                    Margin.timeValueUp(10_000, id.expiry() - clock)
                )
            );
    }

    function _legsOf(BookId id) internal view returns (Legs memory legs) {
        IClearingRecords.LegView[] memory held = world.house.book(id).legs;
        legs.count = held.length;
        for (uint256 i; i < held.length; ++i)
            legs.words[i] = LegWord.pack(held[i].strike, held[i].isCall, held[i].size);
    }

    /// @dev S11: insurance pays for books that lack their mark, and never another market's.
    function _checkDraws(uint256[MARKETS] memory before, BookId id, bool isInsolvent) private {
        for (uint256 i; i < MARKETS; ++i) {
            uint256 left = _market(i + 1).insurance;
            if (i + 1 != id.market()) {
                _require(left == before[i], "S11: a loss stays in its market");
            } else if (left < before[i]) {
                _require(isInsolvent, "S11: insurance pays for insolvent books alone");
                drawnEarly[_key(i + 1, _eOf(id))] += before[i] - left;
                _count("bid draw");
            }
        }
    }

    function _insurances() private view returns (uint256[MARKETS] memory held) {
        for (uint256 i; i < MARKETS; ++i) held[i] = _market(i + 1).insurance;
    }

    /// @dev One that could be flagged, if there is one.
    function _poorest(uint256 seed) private view returns (BookId id) {
        for (uint256 i; i < books.length; ++i) {
            id = books[(seed + i) % books.length];
            if (!_isFlagged(id) && world.house.isLiquidatable(id)) return id;
        }
        return books[seed % books.length];
    }

    function _flagged(uint256 seed) private view returns (BookId id) {
        for (uint256 i; i < books.length; ++i) {
            id = books[(seed + i) % books.length];
            if (_isFlagged(id)) return id;
        }
        revert("nothing is flagged");
    }
}
