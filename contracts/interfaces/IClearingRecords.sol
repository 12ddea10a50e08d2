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
    /// @notice The rest of the insurance is reserved.
    error Clearinghouse_InsuranceReserved(uint256 market, uint256 given, uint256 available);
    error Clearinghouse_InsufficientCash(BookId id, uint256 needed, uint256 available);
    /// @notice The token holds less than it owes; both in token units.
    error Clearinghouse_TokenShrunk(address token, uint256 held, uint256 owed);
    /// @notice Nothing, or less than a ledger unit, arrived.
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
    /// @param insurance Of the market afterwards, reserves included.
    event InsuranceWithdrawn(
        address indexed insurer,
        uint256 indexed market,
        uint256 amount,
        address to,
        uint256 insurance
    );
    event FeesMoved(address indexed caller, uint256 indexed market, uint256 amount);

    // Rights

    error Clearinghouse_Unauthorized(address caller, address owner, uint256 right);
    error Clearinghouse_NotInsurer(address caller, address insurer);
    event ManagerSet(address indexed owner, address indexed manager, uint256 rights);

    // Markets

    error Clearinghouse_UnknownMarket(uint256 given, uint256 count);
    error Clearinghouse_MarketExists(bytes32 marketHash, uint256 index);
    error Clearinghouse_NotEnabled(address riskOrToken, uint256 feed, uint256 parameterSet);
    error Clearinghouse_BadToken(address token, uint256 decimals);
    error Clearinghouse_BadParameters(uint256 which, uint256 given, uint256 minimum, uint256 maximum);
    error Clearinghouse_Sunset(uint256 market);

    event RiskEnabled(address indexed risk);
    event FeedEnabled(uint256 indexed feed);
    event CollateralEnabled(address indexed token, uint256 feed);
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
    /// @notice A flagged book was split: its liquidation goes on in the new one too.
    /// @param shortage Insurance set aside for the new one, of what was set aside for the book.
    event FlagShared(BookId indexed id, BookId indexed newId, uint256 shortage);
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

    // Liquidation

    /// @notice A book's liquidation as it stands. Amounts are zero without a price.
    /// @param isFlagged Its auction is open, or would be in a mode that lets it.
    /// @param isLiquidatable `flag` would flag it now, or `bid` would let it be taken.
    /// @param elapsed Bid seconds on its clock.
    /// @param flagger Gets half of the penalties.
    /// @param shortage Insurance set aside for it.
    /// @param full M. @param half M₀, where the payment starts; 0 once it has left it behind.
    /// @param target X: cash that ends the liquidation.
    /// @param payment P: what a bidder gets for the whole book. @param penalty π: what the book pays beside it.
    /// @param largestShare Most that one bid takes now, 1e18 is all.
    struct AuctionView {
        bool isFlagged;
        bool isLiquidatable;
        uint256 elapsed;
        address flagger;
        uint256 shortage;
        uint256 full;
        uint256 half;
        uint256 target;
        uint256 payment;
        uint256 penalty;
        uint256 largestShare;
    }

    /// @notice A market's backstop.
    /// @param noticeAt When it gave notice, 0 while it did not.
    /// @param reserved Part of the amount that expiries may still draw.
    struct TrancheView {
        address provider;
        uint256 noticeAt;
        uint256 amount;
        uint256 reserved;
    }

    /// @notice Nobody is liquidated now: in grace, or without a price that is recent and has an earlier one beside it.
    error Clearinghouse_NoLiquidation(uint256 market, uint256 mode);
    /// @notice Cash meets what a liquidation needs it to fall below.
    error Clearinghouse_Healthy(BookId id, uint256 cash, uint256 required);
    error Clearinghouse_WrongBook(BookId id, BookId into);
    /// @notice A bid asks for less than one hundredth of the book, and less than what is left to take, or for more than all.
    error Clearinghouse_BadShare(uint256 given, uint256 minimum, uint256 maximum);
    /// @notice In this mode no more of the book may be taken before `nextAt`.
    error Clearinghouse_SliceTaken(BookId id, uint256 nextAt);
    error Clearinghouse_PaymentTooSmall(BookId id, uint256 payment, uint256 minimum);
    /// @notice Bid seconds on the clock, of those after which the backstop takes a book.
    error Clearinghouse_TooEarly(BookId id, uint256 elapsed, uint256 needed);
    /// @notice The backstop has less at hand than the book needs.
    error Clearinghouse_TrancheTooSmall(uint256 market, uint256 given, uint256 needed);
    /// @notice Somebody else is the market's backstop; twice his tranche replaces him while none of it is reserved.
    error Clearinghouse_TrancheTaken(uint256 market, address provider, uint256 needed);
    /// @notice The tranche leaves ten days after its notice.
    error Clearinghouse_TrancheLocked(uint256 market, uint256 blockTime, uint256 unlocksAt);
    /// @notice More left the market within the hour than may.
    error Clearinghouse_OutflowTooLarge(uint256 market, uint256 outflow, uint256 limit);

    /// @param elapsed Where its clock stands, bid seconds: not 0 when an earlier liquidation is taken up again.
    /// @param shortage Insurance set aside for it, or for its expiry before.
    /// @param tip To the flagger, out of what the book set aside.
    event BookFlagged(address indexed flagger, BookId indexed id, uint256 elapsed, uint256 shortage, uint256 tip);
    /// @notice What is set aside of insurance for a flagged book follows what it lacks.
    event BookRemarked(address indexed caller, BookId indexed id, uint256 shortage);
    event BookUnflagged(address indexed caller, BookId indexed id, uint256 elapsed);
    /// @param into Book that took the legs.
    /// @param legs What it took, shorts negative.
    /// @param paid To the bidder, out of the book's cash. @param drawn To the bidder, out of insurance.
    /// @param toInsurance Of the penalty. @param toFlagger Of the penalty.
    /// @param cash Of the book. @param bidderCash Of the other. @param isOver The book is healthy again.
    event BidFilled(
        BookId indexed id,
        BookId indexed into,
        LegView[] legs,
        uint256 paid,
        uint256 drawn,
        uint256 toInsurance,
        uint256 toFlagger,
        uint256 cash,
        uint256 bidderCash,
        bool isOver
    );
    /// @notice The backstop took a whole book.
    /// @param topUp Out of its tranche, so that the new book meets its margin.
    event BookAbsorbed(
        address indexed caller,
        BookId indexed id,
        BookId indexed into,
        uint256 paid,
        uint256 drawn,
        uint256 toInsurance,
        uint256 toFlagger,
        uint256 topUp,
        uint256 cash,
        uint256 newCash
    );
    /// @param replaced Provider that got `returned` back, the same as `provider` when nobody was replaced.
    event TrancheLocked(
        address indexed provider,
        uint256 indexed market,
        uint256 amount,
        uint256 total,
        address replaced,
        uint256 returned
    );
    event TrancheNoticed(address indexed provider, uint256 indexed market, uint256 unlocksAt);
    event TrancheReleased(address indexed provider, uint256 indexed market, uint256 amount, uint256 total);

    // Settlement

    /// @notice Nothing was ever opened there, or it is priced already.
    error Clearinghouse_WrongPhase(uint256 market, uint256 expiry, uint256 phase);
    error Clearinghouse_NotExpired(uint256 expiry, uint256 blockTime);
    /// @notice No rung of the ladder allows a price yet, or the mark after an outage was not named.
    error Clearinghouse_NoPriceYet(uint256 market, uint256 expiry);
    error Clearinghouse_SigningClosed(uint256 expiry, uint256 blockTime, uint256 closes);
    error Clearinghouse_HasWindow(uint256 market, uint256 expiry, uint256 coverage);
    error Clearinghouse_AlreadySigned(uint256 market, uint256 expiry);
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

    /// @notice What an expiry's losses may take was set aside: when it closed, or at the first draw before.
    /// @param reserved Of the market's insurance. @param tranche Of its backstop.
    event InsuranceSetAside(uint256 indexed market, uint256 indexed expiry, uint256 reserved, uint256 tranche);
    /// @notice The backstop covered what insurance did not.
    event TrancheDrawn(address indexed provider, uint256 indexed market, uint256 indexed expiry, uint256 amount);
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
    /// @param shortage Debt that neither they nor the backstop covered.
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
