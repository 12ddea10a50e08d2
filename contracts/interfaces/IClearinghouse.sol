// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC5267 } from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import { BookId } from "../shared/BookId.sol";
import { Parameters } from "../shared/ClearingTypes.sol";
import { IClearingViews } from "./IClearingViews.sol";
import { IPriceOracle } from "./IPriceOracle.sol";

/// @title Clearinghouse
/// @notice Holds collateral; writes, nets and settles options. Amounts are ledger units of a token, 10^−min(decimals, 9)
/// of it, unless said otherwise; sizes have 6 decimals, strikes 4, prices 8; expiries are unix seconds, 08:00 UTC.
/// A book is (owner, market, expiry, sub id) packed into {BookId}. It has cash and at most eight legs of its expiry; a long
/// outside a book is an ERC-6909 token whose id is {SeriesId}.
/// Warning: calls are capped. An up leg (quote call, coin put) pays at most its cap, 1 to 2 times its strike (or coin).
interface IClearinghouse is IClearingViews, IERC5267 {
    // Functions: money

    /// @notice Pulls `amount` ledger units of `token` from the caller and credits `owner` with what arrived, rounded down.
    function deposit(address token, uint256 amount, address owner) external;
    /// @notice The same with an EIP-2612 permit; a permit that fails is ignored, for somebody may have used it first.
    function depositWithPermit(
        address token,
        uint256 amount,
        address owner,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
    /// @notice Pays `amount` of the caller's free balance to `to`; a token that shrank pays everybody the same share.
    function withdraw(address token, uint256 amount, address to) external;
    /// @notice Pays the reward pot its whole free balance; anyone's call.
    function withdrawFor(address token) external returns (uint256 amount);
    /// @notice Moves free balance of the caller into a book, anybody's.
    function fund(BookId id, uint256 amount) external;
    /// @notice Takes cash out of a book into the free balance of `to`. Down to initial margin in Normal and Cautious, down to
    /// maximum loss always, without a price. A manager can only name the owner.
    function defund(BookId id, uint256 amount, address to) external;
    /// @notice Adds free balance of the caller to a market's insurance.
    function fundInsurance(uint256 market, uint256 amount) external;
    /// @notice Pays `amount` of a market's insurance into the free balance of `to`. Only the market's insurer, and only what is
    /// reserved neither for an expiry nor for a flagged book. Asks for no price and no mode.
    function withdrawInsurance(uint256 market, uint256 amount, address to) external;
    /// @notice Moves a market's earned fees into the reward pot's free balance, but for a tip for each expiry to be priced.
    function moveFees(uint256 market) external;

    // Functions: books

    /// @notice Writes options: shorts into the book, longs to `to`, which for a manager is the owner. Costs the mint fee; the
    /// book must meet initial margin.
    function mint(BookId id, LegAmount[] calldata legs, address to) external;
    /// @notice Closes shorts of the book against longs of the caller. Needs no price and no mode.
    function burn(BookId id, LegAmount[] calldata legs) external;
    /// @notice Moves longs of the caller into the book.
    function depositLong(BookId id, uint256 seriesId, uint256 amount) external;
    /// @notice Moves longs out of the book to `to`; checked like `defund`.
    function withdrawLong(BookId id, uint256 seriesId, uint256 amount, address to) external;
    /// @notice Moves a share of cash and legs, rounded down, into an empty book of `toOwner`. Works after the expiry. A book
    /// funded to its maximum loss leaves two such books; of another no leg may leave in less than the minimum size, unless its
    /// share is whole, and both parts keep dust in cash if they have shorts. A liquidation goes on in both parts.
    function splitBook(
        BookId id,
        address toOwner,
        uint256 numerator,
        uint256 denominator
    ) external returns (BookId newId);
    /// @notice Hands a healthy book over before its expiry; `toOwner` must have given the caller the right to receive.
    function transferBook(BookId id, address toOwner, uint32 subId) external returns (BookId newId);
    /// @notice What `manager` may do with the caller's books: bits of {Rights}.
    function setManager(address manager, uint256 rights) external;

    // Functions: quotes

    /// @notice Takes quotes, all or none, signed (EIP-712) for the domain that `eip712Domain` tells (EIP-5267): every signature is
    /// checked before anything is written, every touched book once at the end.
    function fillQuotes(Fill[] calldata fills) external;
    /// @notice The caller's quotes with these nonces are dead.
    function cancelQuotes(uint64[] calldata nonces) external;
    /// @notice All quotes of the caller with a nonce below `first` are dead; `first` never falls.
    function cancelBefore(uint256 first) external;

    // Functions: settlement

    /// @notice Prices an expiry by the first rung that what is recorded allows, see {SettlementLadder}; sets its insurance
    /// aside first, expiries of a market in their order. Pays the caller a tip out of the market's fees.
    /// @param after_ Boundary of the first covered half hour after the expiry; only needed after an outage over it, else 0.
    /// If none is covered: of the feed's last half hour, or of one that ends 71 h 30 min after the expiry or later.
    function settleExpiry(uint256 market, uint256 expiry, uint64 after_) external;
    /// @notice Settles books of priced expiries: nets their longs at par, takes what they owe, frees the rest. A book that is
    /// settled or not ready is skipped. The caller earns each book's tip; an owner gets his back.
    function settleBooks(BookId[] calldata ids) external;
    /// @notice Turns `amount` longs of the caller into his receipt and pays it as far as the pot goes; with amount 0 it tops
    /// an older receipt up.
    function redeem(uint256 seriesId, uint256 amount) external returns (uint256 paid);
    /// @notice Keeps what a witness said at an expiry, proven by its round; until 72 hours after it.
    function recordWitness(uint256 feed, uint256 expiry, uint256 source, uint80 roundId) external;
    /// @notice Posts a price that two thirds of the current set signed, for an expiry whose last half hour is less than a
    /// fifth covered; final after an hour.
    /// @param seats Signing seats, rising.
    function postSettlementPrice(
        uint256 market,
        uint256 expiry,
        uint64 price,
        uint32 setId,
        uint8[] calldata seats,
        bytes[] calldata signatures
    ) external;
    /// @notice Voids a posted price for good, against a bond of 1 % of claims, at least the market's dust and at most 10,000
    /// units, out of the caller's free balance. The bond goes to the poster if his price was within 2 % of the final one, else back.
    function challengeSettlementPrice(uint256 market, uint256 expiry) external;

    // Functions: liquidation

    /// @notice Flags a book whose cash is below maintenance margin at the best edge of the band, at the latest price and at the
    /// newest one at least 60 s older. Opens its auction; the caller gets a tip out of what the book set aside, and half of the
    /// penalties. Of a book that is flagged already, sets aside what it lacks now of the market's insurance.
    function flag(BookId id) external;
    /// @notice Ends a liquidation: the cash is maximum loss at least, which needs no price, or what `auction` calls its target.
    /// Flagged again within an hour of bid time the clock goes on where it stood, unless the book had its maximum loss.
    function unflag(BookId id) external;
    /// @notice Takes a share of a flagged book's legs into a book of the caller's, of the same market and expiry, for a payment
    /// that rises with bid time. The caller's book meets initial margin afterwards.
    /// @param share Of every leg, 1e18 is all; more than the book lets go is cut to that. At least 1e16, or all it lets go.
    /// @param minimumPayment For `share`, ledger units; a smaller share needs as much less.
    /// @return taken Share that was taken. @return payment What it brought.
    function bid(
        BookId id,
        BookId into,
        uint256 share,
        uint256 minimumPayment
    ) external returns (uint256 taken, uint256 payment);
    /// @notice After two hours of bid time the market's backstop takes the whole book at what a bidder would be paid, into a new
    /// book of its own, which its tranche brings up to initial margin.
    function absorb(BookId id) external returns (BookId into);
    /// @notice Puts cash behind the insurance of a market, out of the caller's free balance: it covers what insurance does not
    /// and takes the books nobody bids for. One provider per market; twice his tranche replaces him.
    function lockTranche(uint256 market, uint256 amount) external;
    /// @notice First gives ten days' notice; in the three days after them takes out what is not reserved. Later a new notice.
    function releaseTranche(uint256 market, uint256 amount) external;

    // Functions: markets

    /// @notice Opens a market out of what governance has enabled: risk contract, feed, collateral and a set of parameters, which
    /// is copied and never changes. Anyone's call; no two markets have the same parameters. @return market Its number, from 1 on.
    function createMarket(MarketParams calldata params) external returns (uint256 market);
    /// @notice Guardian or governance, one way: ends opening, nothing else.
    function sunset(uint256 market) external;

    // Views; those of margin, previews and settlement are in {IClearingViews}

    /// @notice Names feeds and settles expiries.
    function oracle() external view returns (IPriceOracle);
    /// @notice What `market` was created with.
    function marketParams(uint256 market) external view returns (MarketParams memory);
    /// @notice The parameters of `market`, copied from its set at creation.
    function parametersOf(uint256 market) external view returns (Parameters memory);
    /// @notice A book as it stands.
    function book(BookId id) external view returns (BookView memory);
    /// @notice Where the next split of `id` in favour of `toOwner` goes.
    function nextSplit(BookId id, address toOwner) external view returns (BookId);
    /// @notice How much of the quote with this nonce was filled; the largest u64 when it was cancelled.
    function filledAmount(address maker, uint64 nonce) external view returns (uint256);
    /// @notice Free balance of `owner` in `token`, ledger units.
    function freeBalance(address owner, address token) external view returns (uint256);
    /// @notice Number of the market with this hash of its parameters, 0 for none.
    function marketIndex(bytes32 marketHash) external view returns (uint256);
    /// @notice What `manager` may do with the books of `owner`: bits of {Rights}.
    function managerRights(address owner, address manager) external view returns (uint256);
    /// @notice Options of a series that are written and not closed, 6 decimals; 0 off the grid of strikes.
    function openInterest(uint256 seriesId) external view returns (uint256);
}
