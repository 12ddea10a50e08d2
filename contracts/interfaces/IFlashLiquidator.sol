// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../shared/BookId.sol";
import { IClearinghouse } from "./IClearinghouse.sol";
import { IClearingRecords } from "./IClearingRecords.sol";

/// @title Flash liquidator
/// @notice Bids for a flagged book and closes what it took against makers' quotes, in one transaction: whoever calls brings capital
/// for the margin in between and leaves with it and the profit, or everything is undone.
///
/// 1. It acts in a book of its own that nobody used before, so cash or longs that strangers send to its other books change nothing;
///    cash sent to the very book is the caller's.
/// 2. It takes the caller's tokens alone, pays the caller alone, gives no rights and keeps no approval. What strangers deposit for it
///    stays where it is.
/// 3. Capital, fills and profit are one caller's own risk: a maker who drained his balance, or a share that was cut, costs him gas.
interface IFlashLiquidator {
    /// @param id A flagged book. @param share Of it, 1e18 is all; at least 1e16, or all it lets go.
    /// @param minimumPayment For the share, ledger units.
    /// @param capital Ledger units pulled from the caller; margin and tips in between. May be 0.
    /// @param minimumProfit Ledger units beyond what was brought.
    /// @param fills Quotes that close every leg taken; whose book they go into is overwritten.
    struct Plan {
        BookId id;
        uint256 share;
        uint256 minimumPayment;
        uint256 capital;
        uint256 minimumProfit;
        IClearingRecords.Fill[] fills;
    }

    error FlashLiquidator_ZeroAddress();
    error FlashLiquidator_NothingArrived(uint256 asked, uint256 arrived);
    /// @notice A quote of another market or expiry would leave legs or cash in another book.
    error FlashLiquidator_WrongQuote(uint256 index);
    error FlashLiquidator_LegsLeft(BookId into, uint256 legs);
    error FlashLiquidator_ProfitTooSmall(uint256 cash, uint256 needed);

    /// @param taken Share of the book. @param profit Ledger units.
    event Liquidated(address indexed caller, BookId indexed id, BookId indexed into, uint256 taken, uint256 profit);

    /// @return taken Share of the book. @return profit Ledger units beyond the capital.
    function liquidate(Plan calldata plan) external returns (uint256 taken, uint256 profit);
    /// @notice Book that the next call uses for a market and expiry.
    function nextBook(uint256 market, uint256 expiry) external view returns (BookId);
    /// @notice The Clearinghouse.
    function house() external view returns (IClearinghouse);
}
