// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { Phase } from "../../../contracts/clearing/libraries/ClearingWords.sol";
import { ClearingHandler } from "./ClearingHandler.sol";
import { ACTORS, EXPIRIES, MARKETS, STRIKES, World, vm } from "./ClearingWorld.sol";

/// @notice How every run ends: a week after the last expiry all is priced, settled, redeemed and taken home, in two orders
/// that must come to the same.
contract ClearingEnding is ClearingHandler {
    constructor(World memory world_) ClearingHandler(world_) {}

    function actions() external pure returns (bytes4[] memory all) {
        all = new bytes4[](30);
        uint256 n;
        all[n++] = this.deposit.selector;
        all[n++] = this.withdraw.selector;
        all[n++] = this.fund.selector;
        all[n++] = this.defund.selector;
        all[n++] = this.leave.selector;
        all[n++] = this.insure.selector;
        all[n++] = this.takeInsurance.selector;
        all[n++] = this.moveFees.selector;
        all[n++] = this.shrink.selector;
        all[n++] = this.write.selector;
        all[n++] = this.close.selector;
        all[n++] = this.putLong.selector;
        all[n++] = this.takeLong.selector;
        all[n++] = this.sendLong.selector;
        all[n++] = this.split.selector;
        all[n++] = this.handOver.selector;
        all[n++] = this.fill.selector;
        all[n++] = this.fillTwo.selector;
        all[n++] = this.cancel.selector;
        all[n++] = this.settle.selector;
        all[n++] = this.settleBook.selector;
        all[n++] = this.redeem.selector;
        all[n++] = this.passTime.selector;
        all[n++] = this.changeRisk.selector;
        all[n++] = this.tell.selector;
        all[n++] = this.witness.selector;
        all[n++] = this.passExpiry.selector;
        all[n++] = this.healOracle.selector;
        all[n++] = this.signPrice.selector;
        all[n++] = this.challenge.selector;
    }

    /// C10 and C11.
    function finish() external {
        clock = clock > _expiry(EXPIRIES - 1) + 7 days ? clock : _expiry(EXPIRIES - 1) + 7 days;
        vm.warp(clock);
        // Where nothing was told yet, sometimes a price far from the strikes: pots run short.
        uint256 random = _mix(books.length + world.house.owed(address(world.dollar)));
        for (uint256 e; e < EXPIRIES; ++e) {
            uint256 chosen = random >> (64 * e);
            if (chosen % 4 != 0) _tell(e, (chosen >> 8) % 4, 1_500e8 + ((chosen >> 16) % 4_000e8));
        }
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
