// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../shared/BookId.sol";
import { Parameters } from "../shared/ClearingTypes.sol";
import { CostTerms, WorstPoint } from "../shared/MarginTypes.sol";
import { IClearingRecords } from "./IClearingRecords.sol";
import { IClearingViews } from "./IClearingViews.sol";

/// @title Lens
/// @notice Reads the Clearinghouse for people and integrators: why a requirement is what it is, and books, markets and expiries
/// as a whole. Holds no state and no rights. Units are those of {IClearingViews}. Nothing here reverts because a price feed, a
/// risk contract or a token fails: a flag says so. An unknown market, or an expiry off 08:00 UTC, reverts. Every function stays
/// below 16,777,216 gas.
interface ILens {
    /// @notice One leg with its series.
    /// @param name As a wallet shows it; empty when `hasNames` is false.
    struct LegOverview {
        uint256 seriesId;
        uint40 strike;
        bool isCall;
        int96 size;
        string name;
    }

    /// @notice A book, unpacked.
    /// @param cash Ledger units; the tips set aside are not in it.
    /// @param tips Tips set aside, 0 to 2.
    /// @param state 0 healthy, 1 flagged, 2 settled.
    /// @param phase Of its expiry, see {IClearingViews.ExpiryView}.
    /// @param maxLoss Most its legs can cost, rounded up.
    /// @param maxDefund Most that `defund` gives out now, rounded down.
    /// @param equity Cash less M, rounded down, see {IClearingViews.equity}.
    /// @param hasNames The price oracle named the series.
    struct BookOverview {
        address owner;
        uint256 market;
        uint256 expiry;
        uint256 subId;
        uint256 cash;
        uint256 tips;
        uint256 state;
        uint256 phase;
        uint256 maxLoss;
        uint256 maxDefund;
        int256 equity;
        bool hasNames;
        LegOverview[] legs;
    }

    /// @notice Why legs must be held with what they must be held with.
    /// @param cash What was compared: a book's cash, or 0 for legs that nobody holds.
    /// @param legs In the order of all lists of legs below.
    /// @param requirement What the Clearinghouse says: price, band, age, volatility, factor, add-on, time values, intervals and
    /// results. Without a price `hasPrice` is false, both margins are maximum loss, and only `maximumLoss` has a worst price.
    /// @param initial Terms of IM; `initial.amount` equals `requirement.initial.amount`.
    /// @param maintenance Terms of MM; `maintenance.amount` equals `requirement.maintenance.amount`.
    /// @param maximumLoss Where the legs cost most; its `lossUp`, not below 0, equals the maximum loss.
    /// @param initialExcess Cash less IM; negative is a shortfall.
    /// @param maintenanceExcess Cash less MM; negative is a shortfall.
    struct MarginExplanation {
        uint256 cash;
        IClearingRecords.LegView[] legs;
        IClearingViews.RequirementView requirement;
        CostTerms initial;
        CostTerms maintenance;
        WorstPoint maximumLoss;
        int256 initialExcess;
        int256 maintenanceExcess;
    }

    /// @notice A market: what it was made of and what moves in it.
    /// @param marketHash Its name in quotes.
    struct MarketOverview {
        bytes32 marketHash;
        IClearingRecords.MarketParams params;
        Parameters parameters;
        IClearingViews.MarketView state;
    }

    /// @notice A series with open interest.
    /// @param payoff Of one option at the settled price, rounded down; 0 until the expiry is priced.
    struct SeriesOverview {
        IClearingViews.SeriesView series;
        uint256 payoff;
        string name;
    }

    /// @notice An expiry and its series, at most 256.
    /// @param indexWad Collected over claims, at most 1; 18 decimals, rounded down, 1 while nothing is claimed.
    struct ExpiryOverview {
        IClearingViews.ExpiryView state;
        uint256 indexWad;
        bool hasNames;
        SeriesOverview[] series;
    }

    /// @notice Longs of an account outside books.
    /// @param payoff What they are due at the settled price in the end, rounded down; 0 until the expiry is priced.
    struct Holding {
        uint256 seriesId;
        uint256 amount;
        uint256 payoff;
    }

    /// @notice What an account has in a market and expiry outside books.
    /// @param freeBalance In the market's collateral.
    /// @param tokenAnswers The collateral token told its balance.
    /// @param withdrawable Token units that withdrawing it would pay, rounded down.
    /// @param receipt Redeemed longs; `due` is what `redeem` with amount 0 pays now.
    /// @param holdings Series of which the account has longs.
    struct AccountOverview {
        uint256 freeBalance;
        bool tokenAnswers;
        uint256 withdrawable;
        IClearingViews.ReceiptView receipt;
        Holding[] holdings;
    }

    /// @notice Where a liquidation stands. None: no auction runs, or it cannot be told without a price. Solvent: the payment stays
    /// within the book's cash. Insolvent: the book's cash is below M and its first 20 minutes of bid time are over, so that
    /// insurance pays more and more beside it, while the price has the full quorum. Absorbable: two hours of bid time are over,
    /// and `absorb` hands it to the backstop.
    enum LiquidationPhase {
        None,
        Solvent,
        Insolvent,
        Absorbable
    }

    /// @notice What a keeper needs to know of a book before `flag`, `bid` or `absorb`.
    /// @param isKnown False for an id whose market does not exist or whose expiry is off 08:00 UTC: all else is zero.
    /// @param state 0 healthy, 1 flagged, 2 settled.
    /// @param isExpired Nothing is flagged or bid for any more.
    /// @param hasPrice The margins come from a price; without one both are maximum loss, and nobody can be liquidated.
    /// @param cash Ledger units; the tips set aside are not in it.
    /// @param initial IM, rounded up. @param maintenance MM, rounded up. @param maximumLoss Rounded up.
    /// @param auction Whether it can be flagged or bid for, bid time in seconds, M, X, payment and penalty of the whole book, the
    /// largest share and the insurance set aside, see {IClearingRecords.AuctionView}.
    /// @param bid What the asked share would come to.
    struct LiquidationOverview {
        bool isKnown;
        uint256 state;
        bool isExpired;
        bool hasPrice;
        uint256 cash;
        uint256 initial;
        uint256 maintenance;
        uint256 maximumLoss;
        LiquidationPhase phase;
        IClearingRecords.AuctionView auction;
        BidOverview bid;
    }

    /// @notice A bid; zeros when none is possible. Ledger units, each rounded down.
    /// @param share What would be taken: the asked one, at most the largest; all where the rest would be worth no auction.
    /// 1e18 is all.
    /// @param paid By the book to the bidder.
    /// @param insured By insurance to the bidder, as far as what the expiry may draw of it and of the backstop goes.
    /// @param penalty By the book, half to the flagger, half to insurance.
    struct BidOverview {
        uint256 share;
        uint256 paid;
        uint256 insured;
        uint256 penalty;
    }

    error Lens_TooManyLegs(uint256 maximum);
    error Lens_TooManyBooks(uint256 given, uint256 maximum);
    error Lens_GasStarved(uint256 left, uint256 needed);
    error Lens_SizeTooLarge(int256 given, int256 maximum);
    error Lens_ZeroAddress();

    /// @notice Every term of the requirement of a book.
    function explainMargin(BookId id) external view returns (MarginExplanation memory);
    /// @notice The same for legs that nobody holds; legs of one series are added up.
    function explainLegs(
        uint256 market,
        uint256 expiry,
        IClearingRecords.LegView[] calldata legs
    ) external view returns (MarginExplanation memory);
    /// @notice What `mint` would take, see {IClearingViews.previewMint}, and the terms of the requirement afterwards; cash is the
    /// book's less fee and tips, not below 0.
    function previewMint(
        BookId id,
        IClearingRecords.LegAmount[] calldata legs
    ) external view returns (IClearingViews.MintPreview memory preview, MarginExplanation memory explained);
    /// @notice A book with the names of its series; one that nobody opened is empty.
    function bookOf(BookId id) external view returns (BookOverview memory);
    /// @notice The liquidation of a book, also of one that is healthy.
    /// @param share What a bidder would ask for, at most 1e18, which is all; `bid` stays zero where that is too little for a bid.
    function liquidationOf(BookId id, uint256 share) external view returns (LiquidationOverview memory);
    /// @notice The same of up to 16 books in their order; ids of nothing give empty answers. Needs 1,040,000 gas for each book that
    /// is left, so that nobody can starve one into an empty answer; reverts below.
    function liquidationsOf(
        BookId[] calldata ids,
        uint256 share
    ) external view returns (LiquidationOverview[] memory shown);
    /// @notice A market with its parameters and what moves in it.
    function marketOverview(uint256 market) external view returns (MarketOverview memory);
    /// @notice An expiry, its index, and its series with what they pay.
    function expiryOverview(uint256 market, uint256 expiry) external view returns (ExpiryOverview memory);
    /// @notice What an account holds in an expiry outside of books, and its free balance.
    function accountOverview(
        address account,
        uint256 market,
        uint256 expiry
    ) external view returns (AccountOverview memory);
}
