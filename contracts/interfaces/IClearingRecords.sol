// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BookId } from "../shared/BookId.sol";
import { CollateralKind, Parameters } from "../shared/ClearingTypes.sol";

/// @title Records of the Clearinghouse
/// @notice Structs, errors and events of {IClearinghouse}, which its modules share. Every book, balance, open interest and
/// receipt can be rebuilt from the events alone.
interface IClearingRecords {
    /// @notice What makes a market; its hash is its name in quotes.
    /// @param feed Slot of the price oracle.
    /// @param risk Breaker and caps; from the enabled list.
    /// @param parameterSet Number of an enabled parameter set.
    /// @param insurer May take undrawn insurance out; holds nothing else.
    struct MarketParams {
        address collateral;
        CollateralKind kind;
        uint8 feed;
        address risk;
        uint16 parameterSet;
        address insurer;
    }

    /// @notice A series of a market and expiry, and how much of it.
    /// @param size Options with 6 decimals, above 0.
    struct LegAmount {
        uint40 strike;
        bool isCall;
        uint64 size;
    }

    /// @notice One stored leg; shorts are negative.
    struct LegView {
        uint40 strike;
        bool isCall;
        int96 size;
    }

    /// @notice A book as it stands.
    /// @param cash Ledger units; the tips set aside are not in it.
    /// @param tips Tips set aside, 0 to 2.
    /// @param state 0 healthy, 1 flagged, 2 settled.
    struct BookView {
        uint256 cash;
        uint256 tips;
        uint256 state;
        LegView[] legs;
    }

    /// @notice One leg of a quote, from the maker's side.
    /// @param ratio Options per unit of the quote's size: negative when the maker sells.
    struct QuoteLeg {
        uint40 strike;
        bool isCall;
        int16 ratio;
    }

    /// @notice A maker's signed offer (EIP-712, domain `Ballast Clearinghouse`, version `1`): any part of `size` from
    /// `minimumFill` on, in exchange for the same part of the premium.
    /// @param taker Whose book may take it; zero for anybody's.
    /// @param marketHash Names the market.
    /// @param makerSubId Of the maker's book of that market and expiry.
    /// @param premium For the whole size, ledger units; positive is paid to the maker. Parts round against the taker.
    /// @param size Units with 6 decimals.
    /// @param nonce Four to a word; what was filled or cancelled is kept per nonce.
    /// @param deadline Last second of the offer, unix seconds.
    /// @param spotLow Lowest price at which it holds, 8 decimals; with `spotHigh` 0 no price is asked.
    /// @param spotHigh Highest one, 0 for no limits.
    struct Quote {
        address maker;
        address taker;
        bytes32 marketHash;
        uint32 expiry;
        uint32 makerSubId;
        QuoteLeg[] legs;
        int128 premium;
        uint64 size;
        uint64 minimumFill;
        uint64 nonce;
        uint40 deadline;
        uint64 spotLow;
        uint64 spotHigh;
    }

    /// @notice A quote and how much of it goes into which book.
    /// @param takerOwner Owner of the taking book: the caller or one who made him manager.
    struct Fill {
        Quote quote;
        bytes signature;
        address takerOwner;
        uint32 takerSubId;
        uint64 amount;
    }

    // Money

    error Clearinghouse_ZeroAmount();
    error Clearinghouse_AmountTooLarge(uint256 given, uint256 maximum);
    error Clearinghouse_ZeroAddress();
    /// @notice So little gas that a guarded call could have been starved into failing.
    error Clearinghouse_GasStarved(uint256 given, uint256 needed);
    error Clearinghouse_UnknownToken(address token);
    error Clearinghouse_InsufficientBalance(address owner, address token, uint256 given, uint256 available);
    error Clearinghouse_InsufficientCash(BookId id, uint256 needed, uint256 available);
    /// @notice Nothing, or less than a ledger unit, arrived.
    /// @notice The token holds less than it owes; both in token units.
    error Clearinghouse_TokenShrunk(address token, uint256 held, uint256 owed);
    error Clearinghouse_NothingArrived(address token, uint256 asked, uint256 arrived);

    event Deposited(
        address indexed caller,
        address indexed owner,
        address indexed token,
        uint256 asked,
        uint256 credited
    );
    /// @param paid Token units; less than `amount` is worth when the token has shrunk.
    event Withdrawn(
        address indexed caller,
        address indexed owner,
        address indexed token,
        uint256 amount,
        address to,
        uint256 paid
    );
    event Funded(address indexed caller, BookId indexed id, uint256 amount, uint256 cash);
    event Defunded(address indexed caller, BookId indexed id, uint256 amount, address to, uint256 cash);
    event InsuranceFunded(address indexed caller, uint256 indexed market, uint256 amount, uint256 insurance);
    event FeesMoved(address indexed caller, uint256 indexed market, uint256 amount);

    // Rights

    error Clearinghouse_Unauthorized(address caller, address owner, uint256 right);
    event ManagerSet(address indexed owner, address indexed manager, uint256 rights);

    // Markets

    error Clearinghouse_UnknownMarket(uint256 given, uint256 count);
    error Clearinghouse_MarketExists(bytes32 marketHash, uint256 index);
    error Clearinghouse_NotEnabled(address risk, uint256 feed, uint256 parameterSet);
    error Clearinghouse_BadToken(address token, uint256 decimals);
    error Clearinghouse_BadParameters(uint256 which, uint256 given, uint256 minimum, uint256 maximum);
    error Clearinghouse_Sunset(uint256 market);

    event RiskEnabled(address indexed risk);
    event FeedEnabled(uint256 indexed feed);
    event ParametersEnabled(uint256 indexed parameterSet, Parameters parameters);
    event MarketCreated(
        address indexed caller,
        uint256 indexed market,
        bytes32 indexed marketHash,
        MarketParams params
    );
    event TokenListed(address indexed token, uint256 indexed index, uint8 decimals);
    event MarketSunset(address indexed caller, uint256 indexed market);

    // Books

    error Clearinghouse_BadExpiry(uint256 given, uint256 blockTime, uint256 latest);
    /// @notice Legs are frozen from the expiry on.
    error Clearinghouse_Expired(uint256 expiry, uint256 blockTime);
    error Clearinghouse_BadStrike(uint256 given, uint256 step, uint256 lowest, uint256 highest);
    error Clearinghouse_BadSize(uint256 given, uint256 minimum);
    error Clearinghouse_NothingToClose(BookId id, uint256 strike, bool isCall, uint256 given, int256 held);
    error Clearinghouse_NotOpen(uint256 market, uint256 mode);
    error Clearinghouse_Unhealthy(BookId id, uint256 cash, uint256 required);
    error Clearinghouse_Dust(BookId id, uint256 initialMargin, uint256 minimum);
    error Clearinghouse_CapReached(uint256 market, uint256 expiry, uint256 notional, uint256 cap);
    error Clearinghouse_WrongState(BookId id, uint256 state);
    error Clearinghouse_TargetNotEmpty(BookId id);
    error Clearinghouse_BadFraction(uint256 numerator, uint256 denominator);
    error Clearinghouse_WrongSeries(uint256 id, BookId book);

    error Clearinghouse_TooManyStrikes(uint256 market, uint256 expiry, uint256 maximum);
    /// @notice Strike over step does not fit the list of pairs.
    error Clearinghouse_StrikeOutOfReach(uint256 given, uint256 maximum);
    error Clearinghouse_InterestOverflow(uint256 market, uint256 expiry, uint256 strike, uint256 maximum);

    error Clearinghouse_TooManyLegs(BookId id, uint256 maximum);
    error Clearinghouse_SizeOverflow(BookId id, int256 size, int256 maximum);
    error Clearinghouse_CashOverflow(BookId id, uint256 cash, uint256 maximum);

    /// @notice Shorts written into the book, longs minted to `to`.
    /// @param cash Of the book afterwards: fee and tips are gone from it.
    event Minted(
        address indexed caller,
        BookId indexed id,
        address indexed to,
        LegAmount[] legs,
        uint256 fee,
        uint256 cash
    );
    event Burned(address indexed caller, BookId indexed id, LegAmount[] legs, uint256 cash);
    event LongDeposited(address indexed caller, BookId indexed id, uint256 seriesId, uint256 amount, uint256 cash);
    event LongWithdrawn(address indexed caller, BookId indexed id, uint256 seriesId, uint256 amount, address to);
    /// @param legs All legs of the new book, packed as stored: size int87 | call u1 | strike u40.
    /// @param cash Of the book that was split, afterwards.
    /// @param newCash Of the new one.
    event BookSplit(
        address indexed caller,
        BookId indexed id,
        BookId indexed newId,
        uint256[] legs,
        uint256 cash,
        uint256 newCash
    );
    event BookTransferred(address indexed caller, BookId indexed id, BookId indexed newId, uint256 cash);

    // Quotes

    error Clearinghouse_BadSignature(address maker, bytes32 digest);
    error Clearinghouse_QuoteExpired(uint256 deadline, uint256 blockTime);
    error Clearinghouse_WrongTaker(address given, address expected);
    error Clearinghouse_BadFill(uint256 given, uint256 minimum, uint256 available);
    error Clearinghouse_NonceCancelled(address maker, uint256 nonce, uint256 first);
    error Clearinghouse_SpotOutOfRange(uint256 price, uint256 low, uint256 high);
    error Clearinghouse_SameBook(BookId id);
    error Clearinghouse_TooManyFills(uint256 given, uint256 maximum);
    /// @notice The book's requirement or its gap to it would grow where the mode lets nothing grow.
    error Clearinghouse_RaisesRequirement(BookId id, uint256 oldRequired, uint256 newRequired);

    /// @param legs Of the quote; the books changed by ratio × amount, the taker's the other way.
    /// @param nonce Of the quote, whose filled part grew by the amount.
    /// @param premium Paid to the maker, negative when he paid.
    event QuoteFilled(
        address caller,
        BookId indexed makerBook,
        BookId indexed takerBook,
        bytes32 indexed digest,
        QuoteLeg[] legs,
        uint256 nonce,
        uint256 amount,
        int256 premium,
        uint256 makerFee,
        uint256 takerFee
    );
    event QuotesCancelled(address indexed maker, uint64[] nonces);
    event QuotesCancelledBefore(address indexed maker, uint256 oldFirst, uint256 newFirst);

    // Settlement

    /// @notice Nothing was ever opened there, or it is priced already.
    error Clearinghouse_WrongPhase(uint256 market, uint256 expiry, uint256 phase);
    error Clearinghouse_NotExpired(uint256 expiry, uint256 blockTime);
    /// @notice No rung of the ladder allows a price yet, or the mark after an outage was not named.
    error Clearinghouse_NoPriceYet(uint256 market, uint256 expiry);
    error Clearinghouse_SigningClosed(uint256 expiry, uint256 blockTime, uint256 closes);
    error Clearinghouse_HasWindow(uint256 market, uint256 expiry, uint256 coverage);
    error Clearinghouse_AlreadySigned(uint256 market, uint256 expiry);
    error Clearinghouse_AlreadyVoided(uint256 market, uint256 expiry);
    error Clearinghouse_NothingToChallenge(uint256 market, uint256 expiry);
    error Clearinghouse_NoQuorum(uint256 signedWeight, uint256 totalWeight);
    error Clearinghouse_SeatsNotRising(uint256 index, uint256 seat);
    error Clearinghouse_WrongSet(uint256 given, uint256 current);
    error Clearinghouse_WitnessClosed(uint256 expiry, uint256 blockTime, uint256 closes);
    error Clearinghouse_BadWitness(uint256 feed, uint256 source, uint256 roundId);

    /// @notice Why a book of a batch was left alone.
    enum Skipped {
        NotPriced,
        NoLegs
    }

    event ExpiryClosed(uint256 indexed market, uint256 indexed expiry, uint256 reserved);
    /// @param rung Number of the rung that gave the price, see {Rung}.
    /// @param claims Payoff numerators of all longs.
    event ExpirySettled(
        address indexed caller,
        uint256 indexed market,
        uint256 indexed expiry,
        uint256 price,
        uint256 rung,
        uint256 claims,
        uint256 tip
    );
    /// @param paid Out of the book's cash.
    /// @param drawn Out of the market's insurance.
    /// @param shortage Debt that neither covered.
    /// @param par Payoff numerators that went to the owner's receipt.
    event BookSettled(
        address caller,
        BookId indexed id,
        uint256 paid,
        uint256 drawn,
        uint256 shortage,
        uint256 par,
        uint256 cash
    );
    event BookSkipped(BookId indexed id, Skipped reason);
    event ExpiryFinal(uint256 indexed market, uint256 indexed expiry, uint256 claims, uint256 collected);
    /// @notice Longs became part of a receipt, and the receipt was paid as far as the pot goes.
    /// @param par Of the receipt, afterwards.
    /// @param paidTotal Of the receipt, afterwards.
    event Redeemed(
        address indexed owner,
        uint256 indexed market,
        uint256 indexed expiry,
        uint256 seriesId,
        uint256 amount,
        uint256 paid,
        uint256 par,
        uint256 paidTotal
    );
    event WitnessKept(uint256 indexed feed, uint256 indexed expiry, uint256 source, uint256 price);
    event SettlementPricePosted(
        address indexed poster,
        uint256 indexed market,
        uint256 indexed expiry,
        uint256 price,
        uint256 signedWeight
    );
    event SettlementPriceChallenged(
        address indexed challenger,
        uint256 indexed market,
        uint256 indexed expiry,
        uint256 bond
    );
    event ChallengeClosed(uint256 indexed market, uint256 indexed expiry, address to, uint256 bond);
}
