// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { ClearingPeople } from "../clearing/ClearingPeople.sol";
import { ACTORS, EXPIRIES, MARKETS, STRIKES, World, vm } from "../clearing/ClearingWorld.sol";
import { ProtocolPromises } from "./ProtocolPromises.sol";
import { BEGIN, HEARTBEAT, PAUSE, Rooms, WARM_UP } from "./ProtocolWorld.sol";

/// @notice Everybody: four people, validators, relayers, keepers, a guardian, and what can go wrong.
abstract contract ProtocolHandler is ProtocolPromises {
    constructor(World memory world_, Rooms memory rooms_) ClearingPeople(world_, BEGIN) {
        rooms = rooms_;
        height = BEGIN / 12;
    }

    /// @notice Honest hours until the feed is listed and its ramp is over, then insurance, a backstop and books that are worth
    /// liquidating. Once, before the first act.
    function warmUp() external {
        rooms.registry.closeEpoch();
        _work(WARM_UP / HEARTBEAT, 1);
        for (uint256 market = 1; market <= MARKETS; ++market) {
            vm.prank(actors[0]);
            world.house.fundInsurance(market, market == 1 ? 40_000e6 : 14e9);
            vm.prank(actors[3]);
            world.house.lockTranche(market, market == 1 ? 20_000e6 : 7e9);
        }
        // In two parts: so much cash may not leave a market within an hour.
        for (uint256 a; a < ACTORS; ++a) {
            for (uint256 market = 1; market <= MARKETS; ++market) _openEarly(a, market);
            if (a == 1) _work(PAUSE / HEARTBEAT, 2);
        }
    }

    /// @dev Two calls and two puts, one of each for every expiry, with no cash to spare; the next one holds the longs.
    function _openEarly(uint256 a, uint256 market) private {
        BookId id = _bookOf(a, market, a % EXPIRIES, 0);
        vm.prank(actors[a]);
        world.house.fund(id, market == 1 ? 4_000e6 : 2e9);
        IClearingRecords.LegAmount[] memory wanted = new IClearingRecords.LegAmount[](1);
        wanted[0] = IClearingRecords.LegAmount(uint40(_strike(1 + (a % 2))), a % 3 == 0, 3e6);
        vm.prank(actors[a]);
        world.house.mint(id, wanted, actors[(a + 1) % ACTORS]);
        _thin(id);
    }

    /// An owner leaves no more than initial margin.
    function thin(uint256 seed) external acting {
        BookId id = books[_mix(seed) % books.length];
        _exempt(id.owner());
        _thin(id);
    }

    function _thin(BookId id) private {
        uint256 cash = world.house.book(id).cash;
        uint256 needed = world.house.requirement(id).initial.amount;
        if (cash <= needed) return;
        vm.prank(id.owner());
        world.house.defund(id, cash - needed, id.owner());
        _lent(id);
        _count("thin");
    }

    function actions() external pure returns (bytes4[] memory all) {
        all = new bytes4[](47);
        uint256 n;
        all[n++] = this.deposit.selector;
        all[n++] = this.withdraw.selector;
        all[n++] = this.fund.selector;
        all[n++] = this.defund.selector;
        all[n++] = this.leave.selector;
        all[n++] = this.thin.selector;
        all[n++] = this.insure.selector;
        all[n++] = this.takeInsurance.selector;
        all[n++] = this.moveFees.selector;
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
        all[n++] = this.challenge.selector;
        all[n++] = this.settle.selector;
        all[n++] = this.settleBook.selector;
        all[n++] = this.redeem.selector;
        all[n++] = this.tick.selector;
        all[n++] = this.rounds.selector;
        all[n++] = this.hours_.selector;
        all[n++] = this.workOverExpiry.selector;
        all[n++] = this.darkExpiry.selector;
        all[n++] = this.waitForRung.selector;
        all[n++] = this.keep.selector;
        all[n++] = this.sentinel.selector;
        all[n++] = this.signPrice.selector;
        all[n++] = this.proveWitness.selector;
        all[n++] = this.inject.selector;
        all[n++] = this.heal.selector;
        all[n++] = this.guard.selector;
        all[n++] = this.sunset.selector;
        all[n++] = this.accuse.selector;
        all[n++] = this.frame.selector;
        all[n++] = this.dust.selector;
        all[n++] = this.crash.selector;
        all[n++] = this.flag.selector;
        all[n++] = this.unflag.selector;
        all[n++] = this.bid.selector;
        all[n++] = this.absorb.selector;
        all[n++] = this.lockTranche.selector;
        all[n++] = this.releaseTranche.selector;
    }

    /// Little books, one beside the other, each fully funded.
    function dust(uint256 seed) external acting {
        seed = _mix(seed);
        (uint256 a, uint256 market, uint256 e) = _pick(seed);
        BookId id = _bookOf(a, market, e, 2 + ((seed >> 32) % 4));
        uint256 series = (seed >> 40) % (2 * STRIKES);
        uint256 cash = market == 1 ? 350e6 : 11e7;
        if (_free(actors[a], market) < cash) return;
        _exempt(actors[a]);
        vm.prank(actors[a]);
        world.house.fund(id, cash);
        IClearingRecords.LegAmount[] memory wanted = new IClearingRecords.LegAmount[](1);
        wanted[0] = IClearingRecords.LegAmount(uint40(_strike(series / 2)), series % 2 == 1, 100_000);
        vm.prank(actors[a]);
        world.house.mint(id, wanted, actors[a]);
        _opened(id);
        _count("dust");
    }

    /// L3: a week after the last expiry nobody but users is needed.
    function _lastWord() internal override {
        vm.roll(height + 7 days / 12);
        for (uint256 e; e < EXPIRIES; ++e) _require(clock >= _expiry(e) + 7 days, "L3");
    }
}
