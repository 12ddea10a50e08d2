// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CollateralKind, Terms } from "../../../contracts/shared/ClearingTypes.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { Pot, Receipt } from "../../../contracts/clearing/libraries/ClearingState.sol";
import { Pots } from "../../../contracts/clearing/libraries/Pots.sol";

/// @notice A pot paid into by books and insurance and out to holders, in every order.
contract PotsTest {
    uint256 private constant _BOOKS = 6;
    uint256 private constant _HOLDERS = 5;
    uint256 private constant _STEPS = 40;

    /// @notice A book as the pot sees it: payoff numerators, and what cash it has.
    struct Writer {
        uint256 shorts;
        uint256 longs;
        uint256 cash;
    }

    struct Market {
        Terms terms;
        Pot pot;
        Writer[_BOOKS] writers;
        /// Longs outside books.
        uint256[_HOLDERS] pars;
        uint256 insurance;
    }

    /// @notice What came of a run; receipts of holders first, of writers with more longs than shorts after them.
    struct Outcome {
        Receipt[_HOLDERS + _BOOKS] receipts;
        uint256[_HOLDERS + _BOOKS] paid;
        uint256 total;
        uint256 owed;
        uint256 given;
        uint256 settled;
        uint256 payments;
    }

    uint256 private _seed;

    /// @notice Every order of settling, redeeming in parts, topping up and drawing insurance comes to the same, but for the
    /// rounding of payments out of a full pot.
    function testFuzz_OrderChangesNobodysTotal(uint256 seed, uint256 firstOrder, uint256 secondOrder) external {
        Outcome memory first = _run(_market(seed), firstOrder, true);
        Outcome memory second = _run(_market(seed), secondOrder, true);
        require(first.owed == second.owed && first.given == second.given, "the pot ends the same");
        for (uint256 i; i < _HOLDERS + _BOOKS; ++i) {
            uint256 distance =
                first.paid[i] > second.paid[i] ? first.paid[i] - second.paid[i] : second.paid[i] - first.paid[i];
            require(distance <= first.payments + second.payments, "a unit per payment");
        }
    }

    /// @notice While receipts are kept, the order changes nothing at all.
    function testFuzz_AKeptReceiptIsExactInEveryOrder(uint256 seed, uint256 firstOrder, uint256 secondOrder) external {
        Outcome memory first = _run(_market(seed), firstOrder, false);
        Outcome memory second = _run(_market(seed), secondOrder, false);
        for (uint256 i; i < _HOLDERS + _BOOKS; ++i) {
            require(first.paid[i] == second.paid[i], "to the unit");
        }
    }

    /// @notice What is left when all are paid is dust: less than a unit per book and per payment.
    function testFuzz_NothingIsLeftButDust(uint256 seed, uint256 order) external {
        Outcome memory outcome = _run(_market(seed), order, true);
        require(outcome.total <= outcome.given, "never overpaid");
        require(outcome.given - outcome.total <= outcome.settled + outcome.payments, "only dust");
    }

    /// @notice Splitting a book in two before it settles changes the pot by less than a unit.
    function testFuzz_ASplitBookOwesTheSame(uint256 seed, uint256 part) external {
        Market memory market = _market(seed);
        Writer memory writer = market.writers[0];
        (uint256 shorts, uint256 longs) = (part % (writer.shorts + 1), (part >> 128) % (writer.longs + 1));
        (uint256 whole, uint256 wholePar) = Pots.resolve(_copy(market.pot), market.terms, writer.shorts, writer.longs);
        Pot memory pot = _copy(market.pot);
        (uint256 debt, uint256 par) = Pots.resolve(pot, market.terms, shorts, longs);
        (uint256 rest, uint256 restPar) = Pots.resolve(pot, market.terms, writer.shorts - shorts, writer.longs - longs);
        uint256 divisor = Payoff.denominator(market.terms, pot.price);
        uint256 unit = 10 ** market.terms.unitDecimals;
        require(pot.unresolved == market.pot.unresolved - writer.shorts, "unresolved falls by the same");
        // Net of what it is due instead: never less than whole, and at most two units more.
        int256 net = int256((debt + rest) * divisor) - int256((par + restPar) * unit);
        int256 wholeNet = int256(whole * divisor) - int256(wholePar * unit);
        require(net >= wholeNet - int256(divisor), "no less by splitting");
        require(net <= wholeNet + 2 * int256(divisor), "at most two units more");
    }

    /// @dev Runs a market to its end.
    /// @param forgets Receipts that a full pot has paid are forgotten, as the Clearinghouse does.
    function _run(Market memory market, uint256 order, bool forgets) private pure returns (Outcome memory outcome) {
        uint256[_HOLDERS] memory left = market.pars;
        bool[_BOOKS] memory isSettled;
        for (uint256 step; step < _STEPS; ++step) {
            order = uint256(keccak256(abi.encode(order)));
            uint256 kind = order % 3;
            if (kind == 0) {
                uint256 b = (order >> 8) % _BOOKS;
                if (!isSettled[b]) _settle(market, outcome, b, forgets);
                isSettled[b] = true;
            } else {
                uint256 h = (order >> 8) % _HOLDERS;
                uint256 amount = kind == 1 ? (order >> 16) % (left[h] + 1) : 0;
                left[h] -= amount;
                _pay(market, outcome, h, amount, forgets);
            }
        }
        for (uint256 b; b < _BOOKS; ++b) {
            if (!isSettled[b]) _settle(market, outcome, b, forgets);
        }
        for (uint256 h; h < _HOLDERS; ++h) _pay(market, outcome, h, left[h], forgets);
        for (uint256 i; i < _HOLDERS + _BOOKS; ++i) _pay(market, outcome, i, 0, forgets);
        require(market.pot.unresolved == 0, "nothing unresolved");
        outcome.owed = market.pot.claims;
        outcome.given = market.pot.collected;
    }

    function _settle(Market memory market, Outcome memory outcome, uint256 b, bool forgets) private pure {
        Pot memory pot = market.pot;
        Writer memory writer = market.writers[b];
        (uint256 claims, uint256 collected) = (pot.claims, pot.collected);
        (uint256 debt, uint256 par) = Pots.resolve(pot, market.terms, writer.shorts, writer.longs);
        uint256 paid = debt < writer.cash ? debt : writer.cash;
        uint256 drawn = debt - paid < market.insurance ? debt - paid : market.insurance;
        market.insurance -= drawn;
        pot.collected += uint80(paid + drawn);
        require(pot.claims <= claims && pot.collected >= collected, "the index only rises");
        ++outcome.settled;
        _pay(market, outcome, _HOLDERS + b, par, forgets);
    }

    function _pay(Market memory market, Outcome memory outcome, uint256 i, uint256 par, bool forgets) private pure {
        Receipt memory receipt = outcome.receipts[i];
        uint256 paid = Pots.pay(market.pot, market.terms, receipt, par);
        outcome.paid[i] += paid;
        outcome.total += paid;
        ++outcome.payments;
        require(outcome.total <= market.pot.collected, "paid <= collected");
        if (forgets && Pots.isFull(market.pot, market.terms)) delete outcome.receipts[i];
    }

    /// @dev Shorts and longs of the same total payoff, in books and outside; cash from far too little to plenty.
    function _market(uint256 seed) private returns (Market memory market) {
        _seed = seed;
        market.terms = _next(2) == 0 ? Terms(CollateralKind.Quote, 6, 10_000) : Terms(CollateralKind.Coin, 9, 10_000);
        uint256 price = 1e8 + _next(1e13);
        market.pot.price = uint64(price);
        uint256 scale = uint256(1) << (20 + _next(80));
        uint256 total;
        for (uint256 h; h < _HOLDERS; ++h) {
            market.pars[h] = _next(scale);
            total += market.pars[h];
        }
        for (uint256 b; b < _BOOKS; ++b) {
            if (_next(2) == 0) market.writers[b].longs = _next(scale);
            total += market.writers[b].longs;
        }
        uint256 left = total;
        for (uint256 b; b < _BOOKS; ++b) {
            uint256 shorts = b == _BOOKS - 1 ? left : _next(left + 1);
            left -= shorts;
            market.writers[b].shorts = shorts;
            market.writers[b].cash = (Payoff.toUnitsUp(shorts, market.terms, price) * _next(150)) / 100;
        }
        market.pot.claims = uint160(total);
        market.pot.unresolved = uint160(total);
        market.insurance = (Payoff.toUnitsUp(total, market.terms, price) * _next(30)) / 100;
    }

    function _copy(Pot memory pot) private pure returns (Pot memory) {
        return Pot(pot.claims, pot.collected, pot.rung, pot.unresolved, pot.price, pot.capBps);
    }

    function _next(uint256 limit) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }
}
