// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC165 } from "@openzeppelin/contracts/interfaces/IERC165.sol";
import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC4626 } from "@openzeppelin/contracts/interfaces/IERC4626.sol";
import { IClearinghouse } from "./IClearinghouse.sol";
import { IERC7540Operator, IERC7540Redeem } from "./IERC7540.sol";
import { IERC7575 } from "./IERC7575.sol";
import { IPriceOracle } from "./IPriceOracle.sol";

/// @title Insurance fund
/// @notice Shares of one market's insurance. The cash lies in the Clearinghouse; the fund is the market's `insurer` and alone may
/// take out what is not reserved. Whoever holds shares earns fees, penalties and slashed bonds, and pays for what books of the
/// market cannot. Assets are units of the collateral token; a ledger unit is the Clearinghouse's, and shares have six more decimals.
///
/// 1. Entering is at once (ERC-4626), at the price of all insurance; leaving counts only what is not reserved, see `totalAssets`.
///    So neither a reserve that is released nor one that is drawn can be bought or sold ahead of time at others' cost.
/// 2. Leaving is asked for (ERC-7540, request id 0, one request for a controller): ten days of the feed's uptime, or thirty days
///    whatever the oracle does, then three days in which `redeem` and `withdraw` pay at the price of that moment. Shares asked for
///    stay at risk. A request that was not used has lapsed: cancel it and ask again. Without that, everybody would keep one ready
///    and leave before any loss he can see.
/// 3. No one's will, no mode, no keeper and no price gates an exit. An oracle that fails costs waiting, up to the thirty days.
/// 4. Where insurance is below a millionth of the shares' par the next deposit begins a new generation of shares; the old ones are
///    worth nothing from then on. Their price would let the newcomer mint without bound.
/// 5. What else arrives is a gift to all holders: `fundInsurance` by a stranger, collateral sent here (`collect`), and slashed
///    bonds, which a falling price sells for collateral. Nothing counts before it is insurance.
/// Warning: shares that are transferred to the fund itself are lost.
interface IInsuranceFund is IERC4626, IERC165, IERC7575, IERC7540Operator, IERC7540Redeem {
    /// @notice Shares that wait to leave.
    /// @param requestedAt Unix seconds.
    /// @param uptimeAt Uptime of the feed then; the largest u64 where the oracle did not say.
    /// @param generation Of the shares; those of an earlier one are void.
    struct Request {
        uint128 shares;
        uint40 requestedAt;
        uint64 uptimeAt;
        uint24 generation;
    }

    error InsuranceFund_ZeroAmount();
    error InsuranceFund_ZeroAddress();
    error InsuranceFund_NotWired();
    error InsuranceFund_AlreadyWired(uint256 market);
    error InsuranceFund_Unauthorized(address caller, address owner);
    /// @notice Requests are made for the owner of the shares alone, or strangers could restart his clock.
    error InsuranceFund_WrongController(address controller, address owner);
    /// @notice Assets must be whole ledger units of this many token units.
    error InsuranceFund_NotWhole(uint256 assets, uint256 unit);
    error InsuranceFund_NothingArrived(uint256 asked, uint256 arrived);
    error InsuranceFund_NoShares(uint256 assets);
    /// @notice Nothing that is not reserved, or less than a ledger unit of it, belongs to these shares.
    error InsuranceFund_NothingToPay(uint256 shares);
    error InsuranceFund_NotClaimable(address controller, uint256 shares, uint256 claimable);
    /// @notice Redeeming is asked for first; its price is that of the execution, so nobody can say it before (ERC-7540).
    error InsuranceFund_AsynchronousRedeem();
    error InsuranceFund_NothingRequested(address controller);
    /// @notice So little gas that the oracle could have been starved into failing.
    error InsuranceFund_GasStarved(uint256 given, uint256 needed);
    error InsuranceFund_NothingToCollect();
    error InsuranceFund_NothingToSell(uint256 balance);
    error InsuranceFund_SaleRuns(uint256 left, uint256 elapsed);
    /// @notice The oracle does not say how long it has been up: the sale stands still.
    error InsuranceFund_NoClock();
    error InsuranceFund_PaymentTooLarge(uint256 payment, uint256 maximum);

    event Wired(address indexed caller, uint256 indexed market);
    event RedeemRequestCancelled(address indexed caller, address indexed controller, uint256 shares);
    /// @param voided Shares that count no longer. @param insurance What was left of it, ledger units.
    event GenerationStarted(uint256 indexed generation, uint256 voided, uint256 insurance);
    event Collected(address indexed caller, uint256 units);
    event SaleStarted(address indexed caller, uint256 lot, uint256 uptime);
    /// @param payment Ledger units that became insurance.
    event BondsSold(address indexed buyer, address indexed to, uint256 amount, uint256 payment);

    /// @notice Finds the market that names this fund; anyone's call, once. Market parameters are fixed at construction, so no
    /// other market can be put in its place.
    function wire() external returns (uint256 market);

    // Leaving

    /// @notice Gives the shares of a request back. @return shares How many.
    function cancelRedeemRequest(address controller) external returns (uint256 shares);
    /// @notice What `controller` has asked to leave with; zeros without a request, and after a loss that ended its shares.
    function requestOf(address controller) external view returns (Request memory);

    // Slashed bonds

    /// @notice Makes insurance of collateral that lies here or in the fund's free balance. @return units Ledger units.
    function collect() external returns (uint256 units);
    /// @notice Offers the bonds that lie here; those that arrive later wait for the next sale. The price starts at a million whole
    /// collateral tokens for a whole bond token and halves with each hour of uptime, sixty times. It asks no price, so nobody can
    /// bend it, and a halt of the oracle stops it.
    function startSale() external returns (uint256 lot);
    /// @notice Buys up to `amount` of the bonds on offer at the price of the moment; the payment becomes insurance.
    /// @param amount Units of the bond token; cut to what is left. @param maximumPayment Most for what is bought, ledger units.
    /// @return bought Units of the bond token. @return payment Ledger units, rounded up.
    function buyBonds(
        uint256 amount,
        uint256 maximumPayment,
        address to
    ) external returns (uint256 bought, uint256 payment);
    /// @notice Price now: whole collateral tokens for a whole bond token, 18 decimals. @return left Bonds on offer.
    function sale() external view returns (uint256 priceWad, uint256 left);

    // Wiring

    /// @notice The Clearinghouse.
    function house() external view returns (IClearinghouse);
    /// @notice The Clearinghouse's price oracle, whose uptime the sales run by.
    function oracle() external view returns (IPriceOracle);
    /// @notice The token of the bonds.
    function bond() external view returns (IERC20);
    /// @notice 0 until it is wired.
    function market() external view returns (uint256);
    /// @notice Hash of the parameters of the one market it insures.
    function marketHash() external view returns (bytes32);
}
