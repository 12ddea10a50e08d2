// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC4626 } from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import { BookId } from "../shared/BookId.sol";
import { IClearinghouse } from "./IClearinghouse.sol";
import { IERC7540Deposit, IERC7540Operator, IERC7540Redeem } from "./IERC7540.sol";
import { IERC7572 } from "./IERC7572.sol";
import { IERC7575, IERC7575Share } from "./IERC7575.sol";
import { IERC7887Deposit, IERC7887Redeem } from "./IERC7887.sol";

/// @title Options vault
/// @notice Writes one option every week by rule: covered calls in a coin market, cash-secured puts in a quote market. Nobody
/// manages it; every step is anybody's call, and whoever calls is paid out of the premium. Assets are units of the collateral
/// token; a ledger unit is the Clearinghouse's, and shares have six more decimals.
///
/// 1. An epoch begins one to seven hours after Friday 08:00 UTC and ends with the settlement of the next one. Its strike has the
///    vault's delta at the 30 min average and a volatility that no caller chooses.
/// 2. Its options are sold by a falling auction: Black–Scholes at a volatility that falls from high to reserve, at the live price
///    moved against the buyer by the band and 25 bps. The clock runs on the oracle's uptime in Normal mode. What nobody buys
///    earns nothing.
/// 3. Deposits and redemptions are asked for (ERC-7540, request id 0) and get the price of a share at the next time the vault
///    holds cash alone: when an epoch closes, or between two epochs. Until then they can be taken back (ERC-7887), at once.
/// 4. `redeemInKind` leaves at any time with a share of cash and options. No price, mode, guardian or keeper is asked.
/// 5. Shares worth less than a millionth of par are void: whoever asked to join then has his assets back by `claimCancelDepositRequest`.
/// 6. A million virtual shares stand behind one virtual ledger unit; a donor makes all holders a gift.
interface IOptionsVault is
    IERC4626,
    IERC165,
    IERC7572,
    IERC7575,
    IERC7575Share,
    IERC7540Operator,
    IERC7540Deposit,
    IERC7540Redeem,
    IERC7887Deposit,
    IERC7887Redeem
{
    /// @notice What makes a vault; it never changes.
    /// @param market Of the Clearinghouse; a coin market sells calls, a quote market puts.
    /// @param fundingBps Cash behind the options: 0 for maximum loss, else this share of initial margin (leverage), 10,000 or more.
    /// @param deltaBps Largest delta of the strike, 100 to 5,000.
    /// @param floorVolatilityBps Least volatility that strike and premium are computed with, per year, 1,000 to 30,000.
    /// @param highBps Where the auction starts, share of the volatility; at most 30,000.
    /// @param reserveBps Where it ends, 10,000 to `highBps`.
    /// @param auctionSeconds How long it falls, seconds of uptime in Normal mode; 30 min to 8 h.
    /// @param depositCap Most assets that deposits may bring the vault to, ledger units; below 2^56.
    /// @param managementFeeBps Of the assets, per year; at most 200.
    /// @param performanceFeeBps Of what a share gained above its highest price; at most 2,000.
    /// @param feeRecipient Gets both as shares; zero if and only if both are zero.
    /// @param name Of the shares, 1 to 64 bytes. @param symbol Of the shares, 1 to 16 bytes.
    struct VaultTerms {
        uint32 market;
        uint16 fundingBps;
        uint16 deltaBps;
        uint16 floorVolatilityBps;
        uint16 highBps;
        uint16 reserveBps;
        uint24 auctionSeconds;
        uint64 depositCap;
        uint16 managementFeeBps;
        uint16 performanceFeeBps;
        address feeRecipient;
        string name;
        string symbol;
    }

    /// @notice What is being written.
    /// @param expiry Unix seconds, 0 between two epochs.
    /// @param strike 4 decimals.
    /// @param startPrice Price at the start, 8 decimals.
    /// @param volatilityBps What strike and premium are computed with, per year.
    /// @param elapsed Where the auction's clock stood at the last look, seconds.
    /// @param wasNormal The mode at the last look.
    /// @param isOver The price has moved 5 % since the start: nothing is sold any more.
    struct Epoch {
        uint32 expiry;
        uint40 strike;
        uint64 startPrice;
        uint32 volatilityBps;
        uint24 elapsed;
        bool wasNormal;
        bool isOver;
    }

    /// @notice Price of a share: `shares` are worth `units`, both with their virtual part.
    struct SharePrice {
        uint128 units;
        uint128 shares;
    }

    /// @notice What waits for the next price of a share, and what shares held at the last one. Deposits are capped at 56 bits of
    /// ledger units and nobody joins below a millionth of par, so shares have 96 bits at most.
    /// @param units That join, ledger units. @param shares That leave.
    /// @param managed Units of the shares at the last price, afterwards, at most the largest u64; a deposit that brings it and `units`
    /// above the deposit cap is refused.
    /// @param number Of the next price.
    struct Waiting {
        uint64 units;
        uint96 shares;
        uint64 managed;
        uint32 number;
    }

    /// @notice What a sale would take now.
    /// @param isOpen Something can be bought now.
    /// @param premium For the size, token units, rounded up; 0 where no price is known.
    /// @param available Largest size, 6 decimals; about, for premiums let a little more be written.
    /// @param volatilityBps What the premium is computed with.
    struct Offer {
        bool isOpen;
        uint256 premium;
        uint256 available;
        uint256 volatilityBps;
    }

    error OptionsVault_ZeroAmount();
    error OptionsVault_ZeroAddress();
    error OptionsVault_BadTerms(uint256 which, uint256 given, uint256 minimum, uint256 maximum);
    error OptionsVault_Unauthorized(address caller, address owner);
    /// @notice Assets must be whole ledger units of this many token units.
    error OptionsVault_NotWhole(uint256 assets, uint256 unit);
    /// @notice The token kept a part of it for itself.
    error OptionsVault_NotArrived(uint256 asked, uint256 arrived);
    error OptionsVault_CapReached(uint256 units, uint256 cap);
    error OptionsVault_NotClaimable(address controller, uint256 given, uint256 claimable);
    error OptionsVault_NothingRequested(address controller);
    /// @notice Deposits and redemptions are asked for; nobody can say their price before (ERC-7540).
    error OptionsVault_Asynchronous();
    error OptionsVault_EpochRuns(uint256 expiry, uint256 blockTime);
    error OptionsVault_NoEpoch();
    error OptionsVault_OutsideWindow(uint256 blockTime, uint256 opens, uint256 closes);
    error OptionsVault_AlreadyStarted(uint256 boundary);
    /// @notice No price, or a mode other than Normal.
    error OptionsVault_NotNormal(uint256 mode);
    /// @notice The price is too far from what the epoch started with, or from its 30 min average.
    error OptionsVault_PriceMoved(uint256 price, uint256 expected);
    error OptionsVault_NoStrike(uint256 price, uint256 deltaBps);
    /// @notice The auction ends a day before the expiry.
    error OptionsVault_AuctionOver(uint256 expiry, uint256 blockTime);
    error OptionsVault_PremiumTooHigh(uint256 premium, uint256 maximum);
    /// @notice The vault's cash does not carry so many options.
    error OptionsVault_NotFunded(uint256 cash, uint256 required);
    /// @notice The expiry has no price yet, or nobody asked for it: `settleExpiry` of the Clearinghouse.
    error OptionsVault_NotSettled(uint256 expiry);
    error OptionsVault_NothingWaits();

    /// @param cash Behind the options, ledger units.
    /// @param paid To the caller, out of the last epoch's premium, ledger units.
    event EpochStarted(
        address indexed caller,
        uint256 indexed expiry,
        uint256 strike,
        uint256 price,
        uint256 volatilityBps,
        uint256 cash,
        uint256 paid
    );
    /// @param size 6 decimals. @param premium Token units. @param volatilityBps It was computed with.
    event OptionsSold(
        address indexed buyer,
        address indexed receiver,
        uint256 indexed seriesId,
        uint256 size,
        uint256 premium,
        uint256 volatilityBps
    );
    /// @param elapsed Of the auction's clock. @param isOver Nothing is sold any more.
    event AuctionSynced(address indexed caller, uint256 elapsed, bool isNormal, bool isOver);
    /// @param premium Of the epoch, ledger units.
    /// @param paid To the caller, ledger units.
    event EpochClosed(address indexed caller, uint256 indexed expiry, uint256 premium, uint256 paid);
    /// @notice A share was priced, and what waited got that price.
    /// @param units Ledger units that `shares` are worth, both with their virtual part.
    /// @param deposited Units that joined; none where shares are void. @param redeemed Shares that left.
    /// @param feeShares New shares for the fee recipient.
    event SharesPriced(
        uint256 indexed number,
        uint256 units,
        uint256 shares,
        uint256 deposited,
        uint256 redeemed,
        uint256 feeShares
    );
    /// @param id Book of the receiver that took options and their cash, 0 when there was none.
    /// @param assets Paid in tokens.
    event RedeemedInKind(
        address indexed caller,
        address indexed receiver,
        address indexed owner,
        uint256 shares,
        BookId id,
        uint256 assets
    );

    // Functions: epochs

    /// @notice Begins an epoch: in Normal mode, one to seven hours after a boundary, once a boundary.
    function startEpoch() external;
    /// @notice Ends an epoch whose expiry is priced: brings the cash home, prices a share, lets join and leave who asked.
    /// Between two epochs it does the last two alone.
    function closeEpoch() external;
    /// @notice Moves the auction's clock, and ends the auction when the price has moved too far.
    function syncAuction() external;

    // Functions: buyers

    /// @notice Buys `size` options (6 decimals) of the epoch, minted to `receiver`, for the premium of this moment.
    /// The first of an epoch opens the vault's book, which needs the market's least initial margin (dust).
    /// @param maximumPremium Token units.
    /// @return premium Token units.
    function buy(uint256 size, uint256 maximumPremium, address receiver) external returns (uint256 premium);
    /// @notice The same with an EIP-2612 permit for `maximumPremium`; a permit that fails is ignored.
    function buyWithPermit(
        uint256 size,
        uint256 maximumPremium,
        address receiver,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 premium);

    // Functions: leaving

    /// @notice Burns shares of `owner` for their part of cash and options, rounded down; the options go into a new book of
    /// `receiver`, who must have given the vault the right to receive while there are any. Any mode, any time, flagged or not.
    /// @return id The new book, 0 without options. @return assets Paid in tokens.
    function redeemInKind(uint256 shares, address receiver, address owner) external returns (BookId id, uint256 assets);

    // Views

    /// @notice The Clearinghouse.
    function house() external view returns (IClearinghouse);
    /// @notice Token units in a ledger unit; assets are asked for and claimed in whole ledger units.
    function unit() external view returns (uint256);
    /// @notice What it sells, fixed when it was made.
    function terms() external view returns (VaultTerms memory);
    /// @notice The running epoch.
    function epoch() external view returns (Epoch memory);
    /// @notice Book of the running epoch; 0 between two.
    function bookId() external view returns (BookId);
    /// @notice Id of the longs it sells; 0 between two epochs.
    function seriesId() external view returns (uint256);
    /// @notice What is asked now gets the price number `number` of it.
    function waiting() external view returns (Waiting memory);
    /// @notice Price number `number`; zeros when there is none yet.
    function priceOf(uint256 number) external view returns (SharePrice memory);
    /// @notice What buying `size` (6 decimals) would take now.
    function offer(uint256 size) external view returns (Offer memory);
    /// @notice Boundary whose window is open or was last.
    function lastBoundary() external view returns (uint256);
}
