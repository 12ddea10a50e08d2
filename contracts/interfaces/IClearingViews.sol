// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../shared/BookId.sol";
import { Marks, Requirement, Scenario, Terms } from "../shared/ClearingTypes.sol";
import { IClearingRecords } from "./IClearingRecords.sol";
import { IRisk } from "./IRisk.sol";

/// @title Views of the Clearinghouse
/// @notice What a book must hold and why, what a call would cost or pay, and the state of markets, expiries and receipts.
/// Amounts are ledger units of the market's collateral, sizes have 6 decimals, strikes 4, prices 8; open notional is in USD with
/// 2 decimals. A risk contract that fails is a price that is missing, never a revert; less than 310,000 gas reverts, so that
/// nobody can starve it into failing. An unknown market, or an expiry off 08:00 UTC, reverts.
interface IClearingViews is IClearingRecords {
    /// @notice What legs must be held with now, and what it was computed from.
    /// @param hasPrice The risk contract gave a price before the expiry. Without one both margins are maximum loss, and nobody
    /// can be liquidated.
    /// @param settledPrice Of the expiry, 0 until it is priced.
    /// @param secondsLeft To the expiry; 0 from then on.
    /// @param reading What the risk contract said; zeros after the expiry, Halted where it failed.
    /// @param initialScenario What initial margin looks at; only `isStale` is set without a price.
    /// @param maintenanceScenario What maintenance margin looks at: the best edge of the band, no mode.
    /// @param initial IM is its `amount`; each figure rounded up.
    /// @param maintenance MM is its `amount`; each figure rounded up.
    /// @param marks M and M₀; maximum loss without a price, what the legs owe once the expiry is priced. Rounded up.
    struct RequirementView {
        bool hasPrice;
        uint256 settledPrice;
        uint256 secondsLeft;
        IRisk.Reading reading;
        Terms terms;
        Scenario initialScenario;
        Scenario maintenanceScenario;
        Requirement initial;
        Requirement maintenance;
        Marks marks;
    }

    /// @notice What writing options would take.
    /// @param opens There is a price, and mode, market and clock let requirements rise.
    /// @param isDust The charge for the book is below the least one and its maximum loss no smaller: refused, whatever its cash.
    /// @param fee Mint fee, rounded up.
    /// @param tips Set aside for flagging and settling, given back when the last short is closed.
    /// @param required Initial margin afterwards, rounded up.
    /// @param cash Of the book now.
    /// @param missing What must be funded before.
    /// @param notional What open notional would grow by, rounded up.
    /// @param room What the caps of expiry, market and risk contract together leave.
    struct MintPreview {
        bool opens;
        bool isDust;
        uint256 fee;
        uint256 tips;
        uint256 required;
        uint256 cash;
        uint256 missing;
        uint256 notional;
        uint256 room;
    }

    /// @notice What moves in a market.
    /// @param insurance Reserves included.
    /// @param reserved Part of it for flagged books and for expiries that may still draw.
    /// @param feesOwed Earned for the reward pot and not moved there yet.
    /// @param isSunset No opening any more.
    struct MarketView {
        uint256 openNotional;
        uint256 insurance;
        uint256 reserved;
        uint256 feesOwed;
        bool isSunset;
        uint8 unitDecimals;
    }

    /// @notice An expiry as it stands.
    /// @param phase 0 nothing was opened, 1 open, 2 its insurance is set aside, 3 priced.
    /// @param isFinal Priced, and no short is left to settle.
    /// @param openingPrice Price that open notional is counted with.
    /// @param lastPrice Price at the last opening.
    /// @param fees Earned for rewards.
    /// @param reserved What its losses may draw from insurance.
    /// @param drawn What they drew.
    /// @param price Of the settlement; 0 until it is priced, and so is everything below.
    /// @param rung Of the ladder, see {Rung}.
    /// @param claims Payoff of all longs that shorts still owe or paid for, numerators as in {Payoff}.
    /// @param unresolved Payoff of shorts in books that are not settled, numerators.
    /// @param claimsUp `claims` in ledger units, rounded up; the index is collected over claims.
    /// @param collected What books, insurance and backstop paid in.
    struct ExpiryView {
        uint256 phase;
        bool isFinal;
        uint256 openNotional;
        uint256 openingPrice;
        uint256 lastPrice;
        uint256 fees;
        uint256 reserved;
        uint256 drawn;
        uint256 price;
        uint256 rung;
        uint256 claims;
        uint256 unresolved;
        uint256 claimsUp;
        uint256 collected;
    }

    /// @notice A series with open interest.
    /// @param openInterest Size of its shorts, 6 decimals.
    struct SeriesView {
        uint256 seriesId;
        uint40 strike;
        bool isCall;
        uint64 openInterest;
    }

    /// @notice Longs that were redeemed and could not be paid in full yet.
    /// @param par Payoff numerators.
    /// @param paid What was paid of it.
    /// @param due What `redeem` with amount 0 pays now, rounded down.
    struct ReceiptView {
        uint256 par;
        uint256 paid;
        uint256 due;
    }

    /// @notice Initial and maintenance margin of a book as they stand, and what they were computed from.
    function requirement(BookId id) external view returns (RequirementView memory);
    /// @notice The same for legs that nobody holds, at most eight series.
    function requirementOf(
        uint256 market,
        uint256 expiry,
        LegView[] calldata legs
    ) external view returns (RequirementView memory);
    /// @notice What the market's risk contract says of an expiry now, the market's own alarm among it. Zeros from the expiry on.
    /// @return hasPrice It gave a price; otherwise the reading says Halted and nothing else of it means anything.
    function readingOf(
        uint256 market,
        uint256 expiry
    ) external view returns (bool hasPrice, IRisk.Reading memory reading);
    /// @notice Cash less M, rounded down: what would be left if somebody took the legs over for what they are worth. Less maximum
    /// loss where there is no price; less what the book owes once its expiry is priced. Longs beyond shorts do not count.
    function equity(BookId id) external view returns (int256);
    /// @notice Most that the legs of a book can cost at any price, rounded up. A book with this much cash cannot be liquidated,
    /// and needs no price to take out what it has beyond.
    function maxLoss(BookId id) external view returns (uint256);
    /// @notice Most that `defund` gives out now, rounded down.
    function maxDefund(BookId id) external view returns (uint256);
    /// @notice What `mint` would take. Strikes, sizes and rights are not looked at: simulate the call for a yes or no.
    function previewMint(BookId id, LegAmount[] calldata legs) external view returns (MintPreview memory);
    /// @notice Token units that withdrawing `amount` ledger units would pay, rounded down.
    function previewWithdraw(address token, uint256 amount) external view returns (uint256);
    /// @notice What `redeem` would pay `owner` now, older receipt included, rounded down; 0 until the expiry is priced.
    function previewRedeem(address owner, uint256 seriesId, uint256 amount) external view returns (uint256);
    /// @notice An owner's receipt of an expiry; zeros once it is paid in full.
    function receiptOf(address owner, uint256 market, uint256 expiry) external view returns (ReceiptView memory);
    /// @notice A book's liquidation as it stands.
    function auction(BookId id) external view returns (AuctionView memory);
    /// @notice Whether `flag` or `bid` would go through now.
    function isLiquidatable(BookId id) external view returns (bool);
    /// @notice The backstop's cash of a market; zeros where there is none.
    function trancheOf(uint256 market) external view returns (TrancheView memory);
    /// @notice Markets that exist; their numbers are 1 to this.
    function marketCount() external view returns (uint256);
    /// @notice Open notional, insurance and unpaid fees of a market.
    function marketState(uint256 market) external view returns (MarketView memory);
    /// @notice An expiry as it stands; zeros where nothing was ever opened.
    function expiryState(uint256 market, uint256 expiry) external view returns (ExpiryView memory);
    /// @notice All series of an expiry with open interest, at most 256; once it is priced, as they were.
    function liveSeries(uint256 market, uint256 expiry) external view returns (SeriesView[] memory);
}
