// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { Phase } from "../../../contracts/clearing/libraries/ClearingWords.sol";
import { ClearingHandler } from "./ClearingHandler.sol";
import { ACTORS, EXPIRIES, MARKETS, STRIKES, vm } from "./ClearingWorld.sol";

/// @notice How every run ends: a week after the last expiry all is priced, settled, redeemed and taken home, in two orders
/// that must come to the same.
abstract contract ClearingEnding is ClearingHandler {
    /// C10 and C11.
    function finish() external {
        clock = clock > _expiry(EXPIRIES - 1) + 7 days ? clock : _expiry(EXPIRIES - 1) + 7 days;
        vm.warp(clock);
        _lastWord();
        _priceAll();

        uint256 snapshot = vm.snapshotState();
        uint256[ACTORS * MARKETS] memory first = _closeBooksFirst();
        vm.revertToState(snapshot);
        uint256[ACTORS * MARKETS] memory second = _redeemFirst();
        for (uint256 i; i < first.length; ++i) {
            // A receipt that is topped up rounds once, longs redeemed one by one each round.
            uint256 distance = first[i] > second[i] ? first[i] - second[i] : second[i] - first[i];
            require(distance <= 2 * STRIKES * EXPIRIES, "C10: the order of redeeming changes nobody's total");
        }
        _checkEmpty();
        _goHome();
    }

    /// @dev What happens outside before everything is priced.
    function _lastWord() internal virtual {}

    function _priceAll() private {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            for (uint256 e; e < EXPIRIES; ++e) {
                Phase phase = Phase(_state(market, e).phase);
                if (phase == Phase.Unlisted || phase == Phase.Priced) continue;
                uint64 pointer = _pointer(e);
                vm.prank(KEEPER);
                try world.house.settleExpiry(market, _expiry(e), pointer) {} catch {
                    revert("C11: a price a week after the expiry");
                }
                bonds[_key(market, e)] = 0;
            }
        }
    }

    function _closeBooksFirst() private returns (uint256[ACTORS * MARKETS] memory) {
        for (uint256 i; i < books.length; ++i) _settleBook(books[i], KEEPER);
        _redeemAll();
        return _fortunes();
    }

    function _redeemFirst() private returns (uint256[ACTORS * MARKETS] memory) {
        _redeemAll();
        for (uint256 i = books.length; i != 0; --i) {
            _settleBook(books[i - 1], KEEPER);
            if (i % 4 == 0) _redeemAll();
        }
        _redeemAll();
        return _fortunes();
    }

    /// @dev What is left of longs, then a top-up of every receipt.
    function _redeemAll() private {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            for (uint256 e; e < EXPIRIES; ++e) {
                if (!_isPriced(market, e)) continue;
                for (uint256 a; a < ACTORS; ++a) {
                    for (uint256 i; i < 2 * STRIKES; ++i) {
                        uint256 held = world.house.balanceOf(actors[a], _series(market, e, i));
                        if (held != 0 || i == 0) _redeem(a, market, e, i, held);
                    }
                }
            }
        }
    }

    function _fortunes() private view returns (uint256[ACTORS * MARKETS] memory sums) {
        for (uint256 i; i < sums.length; ++i) sums[i] = _wealth(i / MARKETS, 1 + (i % MARKETS));
    }

    /// C11: nothing is left but dust, at most a unit for every book settled and every payment made.
    function _checkEmpty() private {
        require(bytes(broken).length == 0, broken);
        for (uint256 i; i < books.length; ++i) {
            IClearingRecords.BookView memory book = world.house.book(books[i]);
            require(book.legs.length == 0 && book.tips == 0, "C11: every book is settled");
        }
        for (uint256 market = 1; market <= MARKETS; ++market) {
            require(_market(market).reserved == 0, "C11: undrawn insurance is free again");
            for (uint256 e; e < EXPIRIES; ++e) {
                for (uint256 i; i < 2 * STRIKES; ++i) {
                    require(_supply(_series(market, e, i)) == 0, "C11: every long is redeemed");
                }
                IClearingViews.ExpiryView memory pot = _state(market, e);
                uint256 key = _key(market, e);
                require(pot.unresolved == 0, "C11: nothing is unresolved");
                require(pot.collected - paidOut[key] <= roundings[key], "C11: only dust is left");
            }
        }
        this.checkConservation();
        this.checkInterest();
        this.checkPots();
        this.checkReserves();
        this.checkNotional();
    }

    /// C8: at the end everybody has his money, with risk and oracle gone.
    function _goHome() private {
        _breakOutside();
        for (uint256 i; i < books.length; ++i) {
            uint256 cash = world.house.book(books[i]).cash;
            address owner = books[i].owner();
            if (cash == 0) continue;
            vm.prank(owner);
            world.house.defund(books[i], cash, owner);
        }
        for (uint256 i; i < ACTORS * MARKETS; ++i) {
            (uint256 a, uint256 market) = (i / MARKETS, 1 + (i % MARKETS));
            uint256 free = _free(actors[a], market);
            if (free != 0) _withdraw(a, market, free);
        }
        require(bytes(broken).length == 0, broken);
    }
}
