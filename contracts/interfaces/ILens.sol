// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../shared/BookId.sol";
import { Parameters } from "../shared/ClearingTypes.sol";
import { CostTerms, WorstPoint } from "../shared/MarginTerms.sol";
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

    error Lens_TooManyLegs(uint256 maximum);
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
    function bookOf(BookId id) external view returns (BookOverview memory);
    function marketOverview(uint256 market) external view returns (MarketOverview memory);
    function expiryOverview(uint256 market, uint256 expiry) external view returns (ExpiryOverview memory);
    function accountOverview(
        address account,
        uint256 market,
        uint256 expiry
    ) external view returns (AccountOverview memory);
}
