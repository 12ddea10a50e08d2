// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IInsuranceFund } from "../interfaces/IInsuranceFund.sol";
import { MarketCash } from "./MarketCash.sol";

/// @title Bond sale
/// @notice Turns slashed bonds into insurance. Bonds in the collateral itself just move; others are sold by a falling price that
/// starts above anything and ends near nothing. Between two blocks it falls by a quarter of a percent, so a few buyers who know what
/// a bond is worth bring nearly all of that, and nobody is asked for a price that could be bent.
abstract contract BondSale is MarketCash {
    using SafeERC20 for IERC20;

    /// @dev A million whole collateral tokens for a whole bond token.
    uint256 private constant _FIRST_PRICE_WAD = 1e24;
    uint256 private constant _HALVING_SECONDS = 1 hours;
    /// @dev A million divided by 2^60 is less than a trillionth.
    uint256 private constant _HALVINGS = 60;

    /// @dev Bonds on offer, and the feed's uptime when they were put up.
    struct Lot {
        uint128 left;
        uint64 startedAt;
    }

    IERC20 public immutable bond;
    /// @dev Units of bond per whole one, times the price's own scale.
    uint256 private immutable _wholeBondWad;
    Lot private _lot;

    constructor(IERC20 bond_) {
        require(address(bond_) != address(0), InsuranceFund_ZeroAddress());
        bond = bond_;
        _wholeBondWad = 10 ** (18 + uint256(IERC20Metadata(address(bond_)).decimals()));
    }

    /// @inheritdoc IInsuranceFund
    function collect() external nonReentrant returns (uint256 units) {
        require(market != 0, InsuranceFund_NotWired());
        uint256 held = _collateral.balanceOf(address(this)) / _scale;
        if (held != 0) _bank(held);
        units = house.freeBalance(address(this), address(_collateral));
        require(units != 0, InsuranceFund_NothingToCollect());

        _insure(units);

        emit Collected(msg.sender, units);
    }

    /// @inheritdoc IInsuranceFund
    function startSale() external nonReentrant returns (uint256 lot) {
        uint64 uptime = _uptime();
        Lot memory old = _lot;
        uint256 elapsed = uptime - old.startedAt;
        // Nobody wanted the rest at any price: it is offered again, with what came since.
        bool isOver = old.left == 0 || elapsed >= _HALVINGS * _HALVING_SECONDS;
        require(isOver, InsuranceFund_SaleRuns(old.left, elapsed));
        lot = Math.min(bond.balanceOf(address(this)), type(uint128).max);
        require(lot != 0 && address(bond) != address(_collateral), InsuranceFund_NothingToSell(lot));

        _lot = Lot(uint128(lot), uptime);

        emit SaleStarted(msg.sender, lot, uptime);
    }

    /// @inheritdoc IInsuranceFund
    function buyBonds(
        uint256 amount,
        uint256 maximumPayment,
        address to
    ) external nonReentrant returns (uint256 bought, uint256 payment) {
        require(to != address(0), InsuranceFund_ZeroAddress());
        Lot memory lot = _lot;
        bought = Math.min(amount, lot.left);
        require(bought != 0, InsuranceFund_NothingToSell(lot.left));
        payment = _paymentUp(bought, _priceAt(_uptime() - lot.startedAt));
        require(payment <= maximumPayment, InsuranceFund_PaymentTooLarge(payment, maximumPayment));

        _lot.left = uint128(lot.left - bought);
        uint256 arrived = _pull(payment);
        require(arrived >= payment, InsuranceFund_NothingArrived(payment, arrived));
        _insure(payment);

        emit BondsSold(msg.sender, to, bought, payment);

        bond.safeTransfer(to, bought);
    }

    /// @inheritdoc IInsuranceFund
    function sale() external view returns (uint256 priceWad, uint256 left) {
        Lot memory lot = _lot;
        if (lot.left == 0) return (0, 0);
        return (_priceAt(_uptime() - lot.startedAt), lot.left);
    }

    /// @dev Halves every hour, in a straight line between two of them.
    function _priceAt(uint256 elapsed) private pure returns (uint256 priceWad) {
        uint256 halvings = elapsed / _HALVING_SECONDS;
        if (halvings >= _HALVINGS) return _FIRST_PRICE_WAD >> _HALVINGS;
        priceWad = _FIRST_PRICE_WAD >> halvings;
        priceWad -= (priceWad * (elapsed % _HALVING_SECONDS)) / (2 * _HALVING_SECONDS);
    }

    /// @dev Ledger units, at least one, so that no amount is free.
    function _paymentUp(uint256 amount, uint256 priceWad) private view returns (uint256) {
        return Math.mulDiv(amount, priceWad * 10 ** _unitDecimals, _wholeBondWad, Math.Rounding.Ceil);
    }

    function _uptime() private view returns (uint64 uptime) {
        bool ok;
        (ok, uptime) = _tryUptime();
        require(ok, InsuranceFund_NoClock());
    }
}
