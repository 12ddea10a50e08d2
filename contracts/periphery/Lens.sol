// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC6909, IERC6909Metadata } from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { IClearingViews } from "../interfaces/IClearingViews.sol";
import { ILens } from "../interfaces/ILens.sol";
import { BookId } from "../shared/BookId.sol";
import { Legs, Scenario, Terms } from "../shared/ClearingTypes.sol";
import { LegWord } from "../shared/LegWord.sol";
import { Margin } from "../shared/Margin.sol";
import { MarginTerms } from "../shared/MarginTerms.sol";
import { Payoff, SIZE_ONE } from "../shared/Payoff.sol";
import { SeriesId } from "../shared/SeriesId.sol";

/// @title Lens
/// @notice See {ILens}.
contract Lens is ILens {
    /// @dev A book holds no more.
    uint256 private constant _MOST_LEGS = 8;
    uint256 private constant _WAD = 1e18;
    uint256 private constant _BPS = 10_000;
    /// @dev Of a bid, unless less is left to take.
    uint256 private constant _LEAST_SHARE = _WAD / 100;
    /// @dev Bid time after which insurance helps a book that cannot pay, and after which the backstop may take one.
    uint256 private constant _SOLVENT_SECONDS = 20 minutes;
    uint256 private constant _ABSORB_SECONDS = 2 hours;
    uint256 private constant _MOST_BOOKS = 16;
    /// @dev Gas a book of a page gets: eight legs, and a risk contract that burns all it may, twice.
    uint256 private constant _BOOK_GAS = 1_000_000;
    /// @dev Of what is left a call gets 63/64 (EIP-150).
    uint256 private constant _BOOK_NEEDED = (_BOOK_GAS * 64) / 63 + 20_000;
    /// @dev Several times what a name or a balance needs; what is behind may burn all it gets.
    uint256 private constant _STRANGER_GAS = 200_000;

    IClearinghouse public immutable house;

    constructor(IClearinghouse house_) {
        require(address(house_) != address(0), Lens_ZeroAddress());
        house = house_;
    }

    /// @inheritdoc ILens
    function explainMargin(BookId id) external view returns (MarginExplanation memory) {
        IClearingRecords.BookView memory book = house.book(id);
        return _explain(_legsOf(book), house.requirement(id), book.cash);
    }

    /// @inheritdoc ILens
    function explainLegs(
        uint256 market,
        uint256 expiry,
        IClearingRecords.LegView[] calldata legs
    ) external view returns (MarginExplanation memory) {
        Legs memory sum;
        for (uint256 i; i < legs.length; ++i) _add(sum, legs[i].strike, legs[i].isCall, legs[i].size);
        return _explain(sum, house.requirementOf(market, expiry, _viewsOf(sum)), 0);
    }

    /// @inheritdoc ILens
    function previewMint(
        BookId id,
        IClearingRecords.LegAmount[] calldata legs
    ) external view returns (IClearingViews.MintPreview memory preview, MarginExplanation memory explained) {
        preview = house.previewMint(id, legs);
        Legs memory sum = _legsOf(house.book(id));
        for (uint256 i; i < legs.length; ++i) {
            _add(sum, legs[i].strike, legs[i].isCall, -int256(uint256(legs[i].size)));
        }
        uint256 cash = Math.saturatingSub(preview.cash, preview.fee + preview.tips);
        explained = _explain(sum, house.requirementOf(id.market(), id.expiry(), _viewsOf(sum)), cash);
    }

    /// @inheritdoc ILens
    function bookOf(BookId id) external view returns (BookOverview memory shown) {
        IClearingRecords.BookView memory book = house.book(id);
        shown.owner = id.owner();
        shown.market = id.market();
        shown.expiry = id.expiry();
        shown.subId = id.subId();
        shown.cash = book.cash;
        shown.tips = book.tips;
        shown.state = book.state;
        shown.phase = house.expiryState(id.market(), id.expiry()).phase;
        shown.maxLoss = house.maxLoss(id);
        shown.maxDefund = house.maxDefund(id);
        shown.equity = house.equity(id);
        shown.hasNames = true;
        shown.legs = new LegOverview[](book.legs.length);
        for (uint256 i; i < book.legs.length; ++i) {
            IClearingRecords.LegView memory leg = book.legs[i];
            uint256 seriesId = SeriesId.pack(id.market(), id.expiry(), leg.strike, leg.isCall);
            string memory name;
            if (shown.hasNames) (shown.hasNames, name) = _tryName(seriesId);
            shown.legs[i] = LegOverview(seriesId, leg.strike, leg.isCall, leg.size, name);
        }
    }

    /// @inheritdoc ILens
    function liquidationOf(BookId id, uint256 share) external view returns (LiquidationOverview memory shown) {
        IClearingRecords.BookView memory book = house.book(id);
        IClearingViews.RequirementView memory requirement = house.requirement(id);
        shown.auction = house.auction(id);
        shown.isKnown = true;
        shown.state = book.state;
        shown.isExpired = requirement.secondsLeft == 0;
        shown.hasPrice = requirement.hasPrice;
        shown.cash = book.cash;
        shown.initial = requirement.initial.amount;
        shown.maintenance = requirement.maintenance.amount;
        shown.maximumLoss = requirement.initial.maximumLoss;
        shown.phase = _phaseOf(shown.auction, book.cash);
        if (!shown.auction.isFlagged || shown.auction.largestShare == 0) return shown;
        uint256 most = shown.auction.largestShare;
        uint256 taken = Math.min(share, most);
        if (taken < Math.min(_LEAST_SHARE, most)) return shown;
        if (most == _WAD && _isDust(id, book, requirement, taken)) taken = _WAD;
        shown.bid = _bidOf(shown.auction, book.cash, taken);
    }

    /// @inheritdoc ILens
    function liquidationsOf(
        BookId[] calldata ids,
        uint256 share
    ) external view returns (LiquidationOverview[] memory shown) {
        require(ids.length <= _MOST_BOOKS, Lens_TooManyBooks(ids.length, _MOST_BOOKS));
        shown = new LiquidationOverview[](ids.length);
        for (uint256 i; i < ids.length; ++i) {
            require(gasleft() >= _BOOK_NEEDED, Lens_GasStarved(gasleft(), _BOOK_NEEDED));
            try this.liquidationOf{ gas: _BOOK_GAS }(ids[i], share) returns (LiquidationOverview memory one) {
                shown[i] = one;
            } catch {} // no such market or expiry
        }
    }

    /// @inheritdoc ILens
    function marketOverview(uint256 market) external view returns (MarketOverview memory shown) {
        shown.params = house.marketParams(market);
        shown.parameters = house.parametersOf(market);
        shown.state = house.marketState(market);
        shown.marketHash = keccak256(abi.encode(shown.params));
    }

    /// @inheritdoc ILens
    function expiryOverview(uint256 market, uint256 expiry) external view returns (ExpiryOverview memory shown) {
        shown.state = house.expiryState(market, expiry);
        Terms memory terms = _termsOf(market);
        shown.indexWad = _indexDown(shown.state, terms);
        IClearingViews.SeriesView[] memory live = house.liveSeries(market, expiry);
        shown.hasNames = true;
        shown.series = new SeriesOverview[](live.length);
        for (uint256 i; i < live.length; ++i) {
            SeriesOverview memory series = shown.series[i];
            series.series = live[i];
            series.payoff = _payoffDown(live[i], SIZE_ONE, terms, shown.state.price);
            // One failure is enough to know, and to pay for.
            if (shown.hasNames) (shown.hasNames, series.name) = _tryName(live[i].seriesId);
        }
    }

    /// @inheritdoc ILens
    function accountOverview(
        address account,
        uint256 market,
        uint256 expiry
    ) external view returns (AccountOverview memory shown) {
        address token = house.marketParams(market).collateral;
        shown.freeBalance = house.freeBalance(account, token);
        try house.previewWithdraw{ gas: _STRANGER_GAS }(token, shown.freeBalance) returns (uint256 paid) {
            shown.tokenAnswers = true;
            shown.withdrawable = paid;
        } catch {}
        shown.receipt = house.receiptOf(account, market, expiry);
        shown.holdings = _holdingsOf(account, market, expiry);
    }

    function _phaseOf(
        IClearingRecords.AuctionView memory auction,
        uint256 cash
    ) private pure returns (LiquidationPhase) {
        // A flagged book has a target above zero, except without a price.
        if (!auction.isFlagged || auction.target == 0) return LiquidationPhase.None;
        if (auction.elapsed >= _ABSORB_SECONDS) return LiquidationPhase.Absorbable;
        bool isInsolvent = cash < auction.full && auction.elapsed >= _SOLVENT_SECONDS;
        return isInsolvent ? LiquidationPhase.Insolvent : LiquidationPhase.Solvent;
    }

    /// @dev As `bid` has it: what would be left has less initial margin, without mode, than a book may be opened with.
    function _isDust(
        BookId id,
        IClearingRecords.BookView memory book,
        IClearingViews.RequirementView memory requirement,
        uint256 share
    ) private view returns (bool) {
        Scenario memory calm = requirement.initialScenario;
        (calm.multiplierBps, calm.addOnBps) = (_BPS, 0);
        uint256 initial = Margin.costUp(_legsOf(book), requirement.terms, calm);
        return Math.mulDiv(initial, _WAD - share, _WAD) < house.parametersOf(id.market()).dust;
    }

    /// @dev As `bid` pays.
    function _bidOf(
        IClearingRecords.AuctionView memory auction,
        uint256 cash,
        uint256 share
    ) private pure returns (BidOverview memory) {
        uint256 own = Math.min(auction.payment, cash);
        return
            BidOverview({
                share: share,
                paid: Math.mulDiv(own, share, _WAD),
                insured: Math.mulDiv(auction.payment - own, share, _WAD),
                penalty: Math.mulDiv(auction.penalty, share, _WAD)
            });
    }

    function _explain(
        Legs memory legs,
        IClearingViews.RequirementView memory requirement,
        uint256 cash
    ) private pure returns (MarginExplanation memory shown) {
        uint256 maximumLoss = requirement.initial.maximumLoss;
        Terms memory terms = requirement.terms;
        shown.cash = cash;
        shown.legs = _viewsOf(legs);
        shown.requirement = requirement;
        shown.initial = MarginTerms.explainCost(legs, terms, requirement.initialScenario, maximumLoss);
        shown.maintenance = MarginTerms.explainCost(legs, terms, requirement.maintenanceScenario, maximumLoss);
        shown.maximumLoss = MarginTerms.explainMaximumLoss(legs, terms);
        shown.initialExcess = int256(cash) - int256(requirement.initial.amount);
        shown.maintenanceExcess = int256(cash) - int256(requirement.maintenance.amount);
    }

    function _holdingsOf(
        address account,
        uint256 market,
        uint256 expiry
    ) private view returns (Holding[] memory holdings) {
        IClearingViews.SeriesView[] memory live = house.liveSeries(market, expiry);
        uint256 price = house.expiryState(market, expiry).price;
        Terms memory terms = _termsOf(market);
        holdings = new Holding[](live.length);
        uint256 count;
        for (uint256 i; i < live.length; ++i) {
            uint256 amount = IERC6909(address(house)).balanceOf(account, live[i].seriesId);
            if (amount == 0) continue;
            holdings[count++] = Holding(live[i].seriesId, amount, _payoffDown(live[i], amount, terms, price));
        }
        // In Solidity: copy `count` entries into a shorter array.
        assembly ("memory-safe") {
            mstore(holdings, count)
        }
    }

    /// @dev The oracle that names feeds may fail.
    function _tryName(uint256 seriesId) private view returns (bool ok, string memory name) {
        try IERC6909Metadata(address(house)).name{ gas: _STRANGER_GAS }(seriesId) returns (string memory given) {
            return (true, given);
        } catch {
            return (false, "");
        }
    }

    function _termsOf(uint256 market) private view returns (Terms memory) {
        IClearingRecords.MarketParams memory params = house.marketParams(market);
        return Terms(params.kind, house.marketState(market).unitDecimals, house.parametersOf(market).capBps);
    }

    function _payoffDown(
        IClearingViews.SeriesView memory series,
        uint256 size,
        Terms memory terms,
        uint256 price
    ) private pure returns (uint256) {
        if (price == 0) return 0;
        uint256 perSize = Payoff.numeratorPerSize(series.strike, series.isCall, terms, price);
        return Payoff.toUnitsDown(size * perSize, terms, price);
    }

    /// @dev Collected is in ledger units, claims are numerators. Nothing overflows: 2^(80 + 98 + 60).
    function _indexDown(IClearingViews.ExpiryView memory state, Terms memory terms) private pure returns (uint256) {
        if (state.claims == 0) return _WAD;
        uint256 collected = state.collected * Payoff.denominator(terms, state.price) * _WAD;
        return Math.min(_WAD, collected / (state.claims * 10 ** terms.unitDecimals));
    }

    function _legsOf(IClearingRecords.BookView memory book) private pure returns (Legs memory legs) {
        legs.count = book.legs.length;
        for (uint256 i; i < legs.count; ++i) {
            legs.words[i] = LegWord.pack(book.legs[i].strike, book.legs[i].isCall, book.legs[i].size);
        }
    }

    function _viewsOf(Legs memory legs) private pure returns (IClearingRecords.LegView[] memory views) {
        views = new IClearingRecords.LegView[](legs.count);
        for (uint256 i; i < legs.count; ++i) {
            uint256 leg = legs.words[i];
            views[i] = IClearingRecords.LegView({
                strike: uint40(LegWord.strikeOf(leg)),
                isCall: LegWord.isCallOf(leg),
                size: int96(LegWord.sizeOf(leg))
            });
        }
    }

    function _add(Legs memory legs, uint256 strike, bool isCall, int256 delta) private pure {
        uint256 series = LegWord.seriesOf(strike, isCall);
        uint256 i;
        while (i < legs.count && LegWord.seriesOf(legs.words[i]) != series) ++i;
        int256 size = delta + (i < legs.count ? LegWord.sizeOf(legs.words[i]) : int256(0));
        require(
            size <= LegWord.LARGEST_SIZE && size >= -LegWord.LARGEST_SIZE,
            Lens_SizeTooLarge(size, LegWord.LARGEST_SIZE)
        );
        if (size != 0) {
            require(i < _MOST_LEGS, Lens_TooManyLegs(_MOST_LEGS));
            legs.words[i] = LegWord.pack(strike, isCall, size);
            if (i == legs.count) ++legs.count;
        } else if (i < legs.count) {
            legs.words[i] = legs.words[--legs.count];
        }
    }
}
