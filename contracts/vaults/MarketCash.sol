// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20 } from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import { IERC20Metadata } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import { SafeERC20 } from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import { ReentrancyGuardTransient } from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IClearingViews } from "../interfaces/IClearingViews.sol";
import { IInsuranceFund } from "../interfaces/IInsuranceFund.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { ledgerUnitOf } from "../shared/LedgerUnit.sol";
import { ShareGenerations } from "./ShareGenerations.sol";

/// @title Market cash
/// @notice How a fund finds its market, reads its insurance and moves collateral in and out of the Clearinghouse. Nothing but bonds
/// and gifts stays here between two calls, and no approval does.
abstract contract MarketCash is ShareGenerations, ReentrancyGuardTransient, IInsuranceFund {
    using SafeERC20 for IERC20;

    /// @dev Several times what the oracle needs to answer.
    uint256 private constant _UPTIME_GAS = 200_000;
    /// @dev Most that a market's insurance can be, ledger units.
    uint256 internal constant LARGEST_INSURANCE = type(uint64).max;
    /// @dev Stands for an uptime nobody knew.
    uint64 internal constant NEVER = type(uint64).max;

    IClearinghouse public immutable house;
    IPriceOracle public immutable oracle;
    bytes32 public immutable marketHash;
    uint256 public market;
    IERC20 internal immutable _collateral;
    uint256 internal immutable _unitDecimals;
    /// @dev Token units in a ledger unit.
    uint256 internal immutable _scale;
    uint256 private immutable _feed;

    /// @param params Of the market; whatever its insurer is, it is read as this fund.
    constructor(IClearinghouse house_, IClearingRecords.MarketParams memory params) {
        require(address(house_) != address(0), InsuranceFund_ZeroAddress());
        params.insurer = address(this);
        house = house_;
        oracle = house_.oracle();
        marketHash = keccak256(abi.encode(params));
        _collateral = IERC20(params.collateral);
        _feed = params.feed;
        uint256 tokenDecimals = IERC20Metadata(params.collateral).decimals();
        (_unitDecimals, _scale) = ledgerUnitOf(tokenDecimals);
    }

    /// @inheritdoc IInsuranceFund
    function wire() external returns (uint256 found) {
        require(market == 0, InsuranceFund_AlreadyWired(market));
        found = house.marketIndex(marketHash);
        market = found;

        emit Wired(msg.sender, found);
    }

    /// @notice All insurance, and what of it is not reserved, ledger units; nothing before the market is known.
    function _insurance() internal view returns (uint256 gross, uint256 net) {
        if (market == 0) return (0, 0);
        IClearingViews.MarketView memory state = house.marketState(market);
        return (state.insurance, state.insurance - state.reserved);
    }

    /// @dev What of `units` of the caller's collateral reached the fund's free balance, measured twice: a token may take its fee
    /// at each transfer.
    function _pull(uint256 units) internal returns (uint256 arrived) {
        require(market != 0, InsuranceFund_NotWired());
        uint256 amount = units * _scale;
        uint256 held = _collateral.balanceOf(address(this));
        _collateral.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = Math.min(Math.saturatingSub(_collateral.balanceOf(address(this)), held), amount);
        require(received >= _scale, InsuranceFund_NothingArrived(amount, received));
        arrived = _bank(received / _scale);
    }

    /// @dev Moves collateral of the fund into its free balance. The Clearinghouse takes the whole approval.
    function _bank(uint256 units) internal returns (uint256 arrived) {
        uint256 before = house.freeBalance(address(this), address(_collateral));
        _collateral.forceApprove(address(house), units * _scale);
        house.deposit(address(_collateral), units, address(this));
        arrived = house.freeBalance(address(this), address(_collateral)) - before;
    }

    function _insure(uint256 units) internal {
        house.fundInsurance(market, units);
    }

    /// @dev Pays insurance to `to`, out of what is not reserved.
    function _payOut(uint256 units, address to) internal {
        house.withdrawInsurance(market, units, address(this));
        house.withdraw(address(_collateral), units, to);
    }

    function _unitsOf(uint256 assets) internal view returns (uint256 units) {
        units = assets / _scale;
        require(units * _scale == assets, InsuranceFund_NotWhole(assets, _scale));
        require(units != 0, InsuranceFund_ZeroAmount());
    }

    /// @dev Seconds for which the feed has been up. A failure counts only if there was gas to succeed with.
    function _tryUptime() internal view returns (bool ok, uint64 uptime) {
        uint256 given = (gasleft() * 63) / 64;
        require(given >= _UPTIME_GAS, InsuranceFund_GasStarved(given, _UPTIME_GAS));
        (bool success, bytes memory answer) = address(oracle).staticcall{ gas: _UPTIME_GAS }(
            abi.encodeCall(IPriceOracle.metrics, (_feed))
        );
        if (!success || answer.length < 160) return (false, 0);
        // The fifth word; decoding all of it could revert where an exit must not.
        (, , , , uint256 word) = abi.decode(answer, (uint256, uint256, uint256, uint256, uint256));
        if (word >= NEVER) return (false, 0);
        return (true, uint64(word));
    }
}
