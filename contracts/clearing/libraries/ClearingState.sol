// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRisk } from "../../interfaces/IRisk.sol";
import { BookId } from "../../shared/BookId.sol";
import { Terms } from "../../shared/ClearingTypes.sol";
import { Expiry, MarketAccount, MarketConfig, MarketParameters } from "./ClearingWords.sol";
import { Rung } from "./SettlementLadder.sol";

/// @dev Most legs of a book.
uint256 constant MAXIMUM_LEGS = 8;
/// @dev Most strike pairs with open interest per expiry; a pair is two neighbouring strikes, call and put.
uint256 constant MAXIMUM_PAIRS = 64;
/// @dev Longest time to expiry, seconds.
uint256 constant MAXIMUM_TENOR = 90 days;
/// @dev Expiries fall on this second of the day, UTC.
uint256 constant EXPIRY_SECOND = 8 hours;
/// @dev Sizes have six decimals: this much is one option.
uint256 constant SIZE_ONE = 1e6;
/// @dev Strikes have four decimals, prices eight.
uint256 constant STRIKE_TO_PRICE = 1e4;

/// @notice What a priced expiry owes and has; two words.
/// @param claims What longs outside books are due, in payoff numerators (see {Payoff}).
/// @param collected What books and insurance paid in, ledger units.
/// @param unresolved Payoff of shorts in books that were not settled yet, in payoff numerators.
/// @param price 8 decimals; 0 until the expiry is priced.
/// @param capBps c of the market.
struct Pot {
    uint160 claims;
    uint80 collected;
    Rung rung;
    uint160 unresolved;
    uint64 price;
    uint16 capBps;
}

/// @notice What is set aside for an expiry's losses, ledger units; one word.
/// @param reserved Insurance set aside for it, at its first draw or when it closed.
/// @param drawn Part of `reserved` that books drew.
/// @param tranche What is left of the backstop's tranche set aside with it.
/// @param flagged Insurance set aside for its flagged books one by one, until `reserved` is.
struct Reserve {
    uint64 reserved;
    uint64 drawn;
    uint64 tranche;
    uint64 flagged;
}

/// @notice A flagged book's liquidation; one word.
/// @param flagger Gets half of the penalties.
/// @param shortage Insurance set aside for the book while its expiry has none of its own, ledger units.
/// @param windowAt Unix seconds at which the current window of 60 s began, in modes that liquidate in slices.
/// @param windowLeft Share of the book as it was then that is left, bps rounded down.
struct Auction {
    address flagger;
    uint48 shortage;
    uint32 windowAt;
    uint16 windowLeft;
}

/// @notice A market's backstop: cash behind its insurance, in exchange for the books that nobody bids for.
/// @param noticeAt When its provider asked to leave, unix seconds, 0 while he did not.
/// @param amount Ledger units.
/// @param reserved Part of it set aside for expiries that were drawn on or closed.
struct Tranche {
    address provider;
    uint40 noticeAt;
    uint80 amount;
    uint80 reserved;
}

/// @notice What left a market lately; one word. Both leak away over their windows.
/// @param drawn Insurance drawn, ledger units.
/// @param outflow Margin that left its books net of what came in, ledger units, negative when more came.
struct Flow {
    uint64 drawn;
    uint32 drawnAt;
    int96 outflow;
    uint32 outflowAt;
}

/// @notice A holder's redeemed longs of an expiry that could not be paid in full yet.
/// @param par Payoff numerators.
/// @param paid Ledger units.
struct Receipt {
    uint160 par;
    uint80 paid;
}

/// @notice A settlement price that validators signed.
struct Signed {
    uint64 price;
    uint40 postedAt;
    address poster;
}

/// @notice A bond against a signed price, which it voided.
/// @param price The price that was posted.
struct Challenge {
    address challenger;
    uint80 bond;
    uint64 price;
}

/// @notice A collateral token; one word.
/// @param owed Ledger units owed to everybody, in balances, books, insurance and pots.
struct Token {
    address token;
    uint8 unitDecimals;
    uint8 tokenDecimals;
    uint80 owed;
}

/// @notice One market and expiry in memory, with what was loaded to tell what changed.
/// @param terms Of the market, for margin and payoffs.
/// @param account Shared by contexts of one market, or the last one written would undo the others.
/// @param oldSeries As stored.
/// @param reading What the risk contract said; only where it was asked.
/// @param markTimeValue TV at 100 % volatility, 9 decimals; 0 until it was asked for.
/// @param opens Requirements may rise: mode, market and tenor allow it.
/// @param cursor Open interest in hand.
/// @param notionalAdded Notional of what was opened so far, USD with 2 decimals.
/// @param notionalRemoved Notional of what was closed so far.
struct Context {
    uint256 market;
    uint256 expiry;
    MarketConfig config;
    MarketParameters parameters;
    Terms terms;
    AccountCursor account;
    Expiry series;
    Expiry oldSeries;
    IRisk.Reading reading;
    uint256 markTimeValue;
    bool opens;
    InterestCursor cursor;
    uint256 notionalAdded;
    uint256 notionalRemoved;
}

/// @notice A market's account in hand.
/// @param original The word as stored.
struct AccountCursor {
    MarketAccount word;
    MarketAccount original;
}

/// @notice The open-interest word in hand: neighbouring legs change it in memory, it is written once.
/// @param key Of the pair, 0 when nothing is in hand.
/// @param original The word as stored.
struct InterestCursor {
    uint256 key;
    uint256 word;
    uint256 original;
}

/// @notice All state of the Clearinghouse.
struct State {
    mapping(uint256 index => MarketConfig) configs;
    mapping(uint256 index => MarketParameters) parameters;
    mapping(uint256 index => MarketAccount) accounts;
    mapping(bytes32 marketHash => uint256 index) indexOf;
    mapping(BookId id => uint256[5]) books;
    mapping(uint256 ownerAndToken => uint256 amount) freeBalances;
    mapping(uint256 marketAndExpiry => Expiry) expiries;
    mapping(uint256 marketAndExpiry => uint256[8]) pairs;
    mapping(uint256 marketExpiryAndPair => uint256) openInterest;
    mapping(uint256 index => Token) tokens;
    mapping(address token => uint256 index) tokenIndexOf;
    mapping(address owner => mapping(address manager => uint256)) rights;
    mapping(address maker => mapping(uint256 word => uint256)) filled;
    mapping(address maker => uint256) firstNonce;
    mapping(address owner => uint256) splits;
    mapping(uint256 market => uint256) activeDays;
    mapping(uint256 marketAndExpiry => Pot) pots;
    mapping(uint256 marketAndExpiry => Reserve) reserves;
    mapping(address owner => mapping(uint256 marketAndExpiry => Receipt)) receipts;
    mapping(uint256 marketAndExpiry => Signed) signed;
    mapping(uint256 marketAndExpiry => Challenge) challenges;
    mapping(uint256 feedAndExpiry => uint64[4]) witnesses;
    mapping(BookId id => Auction) auctions;
    mapping(uint256 market => Flow) flows;
    mapping(uint256 market => Tranche) tranches;
    uint32 marketCount;
    uint32 tokenCount;
    uint256 openNotional;
}

function expiryKey(uint256 market, uint256 expiry) pure returns (uint256) {
    return (market << 32) | expiry;
}

function balanceKey(address owner, uint256 tokenIndex) pure returns (uint256) {
    return (uint256(uint160(owner)) << 32) | tokenIndex;
}
