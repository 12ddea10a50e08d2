// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../../contracts/interfaces/IClearingRecords.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { IClearingViews } from "../../../contracts/interfaces/IClearingViews.sol";
import { Phase } from "../../../contracts/clearing/libraries/ClearingWords.sol";
import { BookId } from "../../../contracts/shared/BookId.sol";
import { ClearingReads } from "./ClearingReads.sol";
import { ACTORS, EXPIRIES, MARKETS, STRIKES } from "./ClearingWorld.sol";

/// @notice What must hold between any two calls; ids as in docs/INVARIANTS.md.
abstract contract ClearingPromises is ClearingReads {
    mapping(uint256 key => uint256) private _lastCollected;
    mapping(uint256 key => uint256) private _lastClaims;
    mapping(uint256 key => uint256) private _price;
    bool internal hasShrunk;

    /// C1: every unit taken in is in exactly one place.
    function checkConservation() external view {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            require(_liabilities(market) == world.house.owed(_token(market)), "C1: owed = everything owed to somebody");
        }
    }

    /// C2: the tokens are there, unless the token itself took some away.
    function checkSolvency() external view {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            if (market == 1 && hasShrunk) continue;
            uint256 owed = world.house.owed(_token(market)) * _scale(market);
            uint256 held =
                market == 1 ? world.dollar.balanceOf(address(world.house)) : world.coin.balanceOf(address(world.house));
            require(held >= owed, "C2: token balance covers what is owed");
        }
    }

    /// C3: longs = shorts = open interest, series by series; after pricing, in payoff.
    function checkInterest() external view {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            for (uint256 e; e < EXPIRIES; ++e) {
                if (_isPriced(market, e)) _checkClaims(market, e);
                else _checkOpen(market, e);
            }
        }
    }

    /// C4: notional adds up from expiries to markets.
    function checkNotional() external view {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            uint256 sum;
            for (uint256 e; e < EXPIRIES; ++e) {
                uint256 notional = _state(market, e).openNotional;
                bool isOpen = world.house.liveSeries(market, _expiry(e)).length != 0;
                require(isOpen || notional == 0, "C4: nothing open, no notional");
                require(!_isPriced(market, e) || notional == 0, "C4: priced, no notional");
                sum += notional;
            }
            require(_market(market).openNotional == sum, "C4: market = its expiries");
        }
    }

    /// C5: claims only fall, collected only rises, the price never changes, nothing is paid that was not collected, and
    /// nobody has more than his exact share.
    function checkPots() external view {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            for (uint256 e; e < EXPIRIES; ++e) {
                IClearingViews.ExpiryView memory pot = _state(market, e);
                if (pot.price != 0) _checkPot(market, e, pot);
            }
        }
    }

    /// C6: reserves are what priced and closed expiries may still draw, and insurance covers them.
    function checkReserves() external view {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            IClearingViews.MarketView memory account = _market(market);
            uint256 sum;
            for (uint256 e; e < EXPIRIES; ++e) {
                IClearingViews.ExpiryView memory pot = _state(market, e);
                uint256 drawn = pot.price == 0 ? drawnEarly[_key(market, e)] : pot.drawn;
                require(drawn <= pot.reserved, "C6: drawn within what was set aside");
                sum += pot.reserved - drawn;
            }
            sum += _setAsideForFlagged(market);
            require(account.reserved == sum, "C6: reserved = what expiries and flagged books may still draw");
            require(account.insurance >= account.reserved, "C6: insurance covers the reserves");
            IClearingViews.TrancheView memory tranche = world.house.trancheOf(market);
            require(tranche.amount >= tranche.reserved, "C6: a tranche covers what is set aside of it");
        }
    }

    /// @dev One by one until their expiry has a share of its own.
    function _setAsideForFlagged(uint256 market) private view returns (uint256 sum) {
        for (uint256 i; i < books.length; ++i) {
            BookId id = books[i];
            if (id.market() != market || Phase(_state(market, _eOf(id)).phase) != Phase.Open) continue;
            sum += world.house.auction(id).shortage;
        }
    }

    /// C7: what an action saw.
    function checkActions() external view {
        require(bytes(broken).length == 0, broken);
    }

    /// @dev Remembers what may only move one way.
    function _track() internal {
        for (uint256 market = 1; market <= MARKETS; ++market) {
            for (uint256 e; e < EXPIRIES; ++e) {
                uint256 key = _key(market, e);
                IClearingViews.ExpiryView memory pot = _state(market, e);
                if (pot.price == 0) continue;
                if (_price[key] != 0) {
                    _require(_price[key] == pot.price, "C5: a price is final");
                    _require(pot.collected >= _lastCollected[key], "C5: collected only rises");
                    _require(pot.claims <= _lastClaims[key], "C5: claims only fall");
                }
                (_price[key], _lastCollected[key], _lastClaims[key]) = (pot.price, pot.collected, pot.claims);
            }
        }
    }

    function _liabilities(uint256 market) internal view returns (uint256 sum) {
        IClearingViews.MarketView memory account = _market(market);
        sum = account.insurance + account.feesOwed + world.house.trancheOf(market).amount;
        sum += _free(world.rewardPot, market) + _free(KEEPER, market);
        for (uint256 a; a < ACTORS; ++a) sum += _free(actors[a], market);
        for (uint256 i; i < books.length; ++i) {
            if (books[i].market() == market) sum += _held(books[i]);
        }
        for (uint256 e; e < EXPIRIES; ++e) {
            sum += _state(market, e).collected + bonds[_key(market, e)];
            sum -= paidOut[_key(market, e)];
        }
    }

    function _checkOpen(uint256 market, uint256 e) private view {
        uint256[2 * STRIKES] memory shorts;
        uint256[2 * STRIKES] memory longs;
        for (uint256 b; b < books.length; ++b) {
            if (books[b].market() != market || _eOf(books[b]) != e) continue;
            IClearingRecords.LegView[] memory legs = world.house.book(books[b]).legs;
            for (uint256 l; l < legs.length; ++l) {
                uint256 i = _indexOf(legs[l].strike, legs[l].isCall);
                if (legs[l].size < 0) shorts[i] += uint256(int256(-legs[l].size));
                else longs[i] += uint256(int256(legs[l].size));
            }
        }
        for (uint256 i; i < 2 * STRIKES; ++i) {
            uint256 id = _series(market, e, i);
            require(shorts[i] == world.house.openInterest(id), "C3: shorts = open interest");
            require(shorts[i] == longs[i] + _supply(id), "C3: longs = shorts");
        }
    }

    function _checkClaims(uint256 market, uint256 e) private view {
        IClearingViews.ExpiryView memory pot = _state(market, e);
        uint256 unresolved;
        uint256 claims = parRedeemed[_key(market, e)];
        for (uint256 b; b < books.length; ++b) {
            if (books[b].market() != market || _eOf(books[b]) != e) continue;
            (uint256 shorts, uint256 longs) = _numerators(books[b], pot.price);
            unresolved += shorts;
            claims += longs;
        }
        for (uint256 i; i < 2 * STRIKES; ++i) {
            uint256 perSize = Payoff.numeratorPerSize(_strike(i / 2), i % 2 == 1, _terms(market), pot.price);
            claims += perSize * _supply(_series(market, e, i));
        }
        require(pot.unresolved == unresolved, "C3: unresolved = payoff of the shorts left in books");
        require(pot.claims == claims, "C3: claims = payoff of all longs and receipts");
    }

    function _checkPot(uint256 market, uint256 e, IClearingViews.ExpiryView memory pot) private view {
        uint256 key = _key(market, e);
        uint256 divisor = Payoff.denominator(_terms(market), pot.price);
        uint256 unit = 10 ** _terms(market).unitDecimals;
        require(paidOut[key] <= pot.collected, "C5: paid <= collected");
        bool isFull = pot.collected >= pot.claimsUp;
        for (uint256 a; a < ACTORS; ++a) {
            uint256 par = parOf[actors[a]][key];
            uint256 paid = paidOf[actors[a]][key];
            require(paid * divisor <= par * unit, "C5: nobody is paid more than his payoff");
            require(isFull || paid * pot.claims <= par * pot.collected, "C5: nobody is paid more than his share");
            IClearingViews.ReceiptView memory receipt = world.house.receiptOf(actors[a], market, _expiry(e));
            if (receipt.par == 0) continue;
            require(receipt.par == par && receipt.paid == paid, "C5: the receipt says what happened");
        }
    }

    function _indexOf(uint256 strike, bool isCall) private pure returns (uint256) {
        for (uint256 i; i < STRIKES; ++i) {
            if (_strike(i) == strike) return 2 * i + (isCall ? 1 : 0);
        }
        revert("a leg of no series");
    }
}
