// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRisk } from "../../interfaces/IRisk.sol";
import { BookId } from "../../shared/BookId.sol";
import { Rung } from "./SettlementLadder.sol";
import { CollateralKind, Parameters } from "../../shared/ClearingTypes.sol";

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

/// @notice Where an expiry stands. Closed is a matter of the clock; Reserved is closed with its share of insurance set aside;
/// final it is when nothing is unresolved.
enum Phase {
    Unlisted,
    Open,
    Reserved,
    Priced
}

/// @notice What a market is; written once.
/// @param unitDecimals Decimals of the ledger unit: min(token decimals, 9).
/// @param tokenIndex Position in the list of tokens; keys free balances.
struct MarketConfig {
    address risk;
    uint8 feed;
    CollateralKind kind;
    uint8 unitDecimals;
    uint32 tokenIndex;
}

/// @notice What moves in a market; one word.
/// @param openNotional USD with 2 decimals.
/// @param insurance Ledger units, reserves included.
/// @param feesOwed Ledger units earned for the reward pot and not yet moved there.
/// @param reserved Part of the insurance that closed expiries may draw.
/// @param sunset No opening any more.
struct MarketAccount {
    uint56 openNotional;
    uint64 insurance;
    uint56 feesOwed;
    uint64 reserved;
    bool sunset;
}

/// @notice One expiry of a market; one word while it trades.
/// @param openNotional USD with 2 decimals: sum of size × max(strike, opening price).
/// @param openingPrice Price at the first opening while nothing is open; 8 decimals.
/// @param lastPrice Price read at the last opening; what the last rung falls back on.
/// @param pairCount Strike pairs with open interest.
/// @param fees Mint fees it earned for the reward pot, ledger units, saturating.
struct Expiry {
    uint64 openNotional;
    uint64 openingPrice;
    uint64 lastPrice;
    uint8 pairCount;
    Phase phase;
    uint48 fees;
}

/// @notice What a priced expiry owes and has.
/// @param claims What longs outside books are due, in payoff numerators (see {Payoff}).
/// @param collected What books and insurance paid in, ledger units.
/// @param unresolved Payoff of shorts in books that were not settled yet, in payoff numerators.
/// @param price 8 decimals.
/// @param reserved What the expiry may draw from insurance, ledger units.
/// @param drawn What it drew.
struct Pot {
    uint160 claims;
    uint80 collected;
    uint160 unresolved;
    uint64 price;
    Rung rung;
    uint64 reserved;
    uint64 drawn;
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
/// @param reading What the risk contract said; only where it was asked.
/// @param cursor Open interest in hand.
/// @param feeBase What the mint fee is taken on, so far.
/// @param oldNotional Open notional of the market as stored.
/// @param oldExpiryNotional Open notional of the expiry as stored.
struct Context {
    uint256 market;
    uint256 expiry;
    MarketConfig config;
    Parameters parameters;
    MarketAccount account;
    Expiry series;
    IRisk.Reading reading;
    InterestCursor cursor;
    uint256 feeBase;
    uint256 oldNotional;
    uint256 oldExpiryNotional;
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
    mapping(uint256 index => Parameters) parameters;
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
    mapping(address owner => mapping(uint256 marketAndExpiry => Receipt)) receipts;
    mapping(uint256 marketAndExpiry => Signed) signed;
    mapping(uint256 marketAndExpiry => Challenge) challenges;
    mapping(uint256 feedAndExpiry => uint64[4]) witnesses;
    uint32 marketCount;
    uint32 tokenCount;
    uint64 openNotional;
}

function expiryKey(uint256 market, uint256 expiry) pure returns (uint256) {
    return (market << 32) | expiry;
}

function balanceKey(address owner, uint256 tokenIndex) pure returns (uint256) {
    return (uint256(uint160(owner)) << 32) | tokenIndex;
}
