// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { ERC20 } from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IClearingRecords } from "../interfaces/IClearingRecords.sol";
import { IOptionsVault } from "../interfaces/IOptionsVault.sol";
import { IPriceOracle } from "../interfaces/IPriceOracle.sol";
import { BookId } from "../shared/BookId.sol";
import { CollateralKind } from "../shared/ClearingTypes.sol";
import { Level } from "../shared/OracleTypes.sol";
import { VaultRequests } from "./VaultRequests.sol";
import { VaultShares } from "./VaultShares.sol";
import { OptionQuotes } from "./libraries/OptionQuotes.sol";
import { VaultCalendar } from "../shared/VaultCalendar.sol";
import { Look, Opening, Product, VaultMarket } from "./libraries/VaultMarket.sol";
import { VaultFees } from "./libraries/VaultFees.sol";

/// @title Epochs of an options vault
/// @notice When an epoch begins and ends, with which strike and volatility, and how the clock of its auction moves.
abstract contract VaultEpochs is VaultRequests {
    using SafeCast for uint256;

    /// @notice What goes from one epoch to the next.
    /// @param uptime Of the feed at the last look at the auction's clock, seconds.
    /// @param lastBoundary Of the last start. @param meanVolatilityBps Realised at the starts so far: ¾ of the mean and ¼ of the
    /// new one; 0 before the first.
    /// @param premium Of the epoch, ledger units.
    struct Ledger {
        uint40 uptime;
        uint40 lastBoundary;
        uint32 meanVolatilityBps;
        uint80 premium;
    }

    uint256 private constant _BPS = 1e4;
    /// @dev The auction ends when the price has moved so far.
    uint256 private constant _AUCTION_MOVE_BPS = 500;
    /// @dev What who starts and who closes get of the premium, each.
    uint256 private constant _DUTY_BPS = 5;

    IPriceOracle private immutable _oracle;
    uint256 private immutable _feed;
    bool internal immutable _isCall;
    uint256 internal immutable _fundingBps;
    uint256 private immutable _deltaBps;
    uint256 private immutable _floorVolatilityBps;
    uint256 private immutable _highBps;
    uint256 private immutable _reserveBps;
    uint256 private immutable _auctionSeconds;
    uint256 private immutable _cap;
    uint256 private immutable _managementFeeBps;
    uint256 private immutable _performanceFeeBps;
    address private immutable _feeRecipient;

    Ledger internal _ledger;
    VaultFees.Mark private _feeMark;

    /// @param terms_ Inside the bounds of {VaultRules}; the factory looks.
    constructor(
        IClearinghouse house_,
        VaultTerms memory terms_
    ) ERC20(terms_.name, terms_.symbol) VaultShares(house_, terms_.market) {
        IClearingRecords.MarketParams memory params = house_.marketParams(terms_.market);
        _oracle = house_.oracle();
        _feed = params.feed;
        _isCall = params.kind == CollateralKind.Coin;
        _fundingBps = terms_.fundingBps;
        _deltaBps = terms_.deltaBps;
        _floorVolatilityBps = terms_.floorVolatilityBps;
        _highBps = terms_.highBps;
        _reserveBps = terms_.reserveBps;
        _auctionSeconds = terms_.auctionSeconds;
        _cap = terms_.depositCap;
        _managementFeeBps = terms_.managementFeeBps;
        _performanceFeeBps = terms_.performanceFeeBps;
        _feeRecipient = terms_.feeRecipient;
        _feeMark = VaultFees.first();
    }

    /// @inheritdoc IOptionsVault
    function startEpoch() external nonReentrant {
        require(_epoch.expiry == 0, OptionsVault_EpochRuns(_epoch.expiry, block.timestamp));
        uint256 boundary = VaultCalendar.boundaryBefore(block.timestamp);
        (uint256 opens, uint256 closes) = VaultCalendar.windowOf(boundary);
        require(
            block.timestamp >= opens && block.timestamp <= closes,
            OptionsVault_OutsideWindow(block.timestamp, opens, closes)
        );
        require(_ledger.lastBoundary != boundary, OptionsVault_AlreadyStarted(boundary));
        if (_isWaited()) _priceAll(0);
        uint256 cash = _idle();
        require(cash != 0, OptionsVault_ZeroAmount());
        uint256 paid = _startPay;

        uint256 expiry = boundary + VaultCalendar.WEEK;
        Opening memory given = VaultMarket.open(_product(), expiry, _ledger.meanVolatilityBps);
        _epoch = Epoch({
            expiry: uint32(expiry),
            strike: given.strike.toUint40(),
            startPrice: given.price.toUint64(),
            volatilityBps: given.volatilityBps.toUint32(),
            elapsed: 0,
            wasNormal: true,
            isOver: false
        });
        _ledger = Ledger(uint40(given.uptime), uint40(boundary), given.meanVolatilityBps.toUint32(), 0);
        _startPay = 0;

        emit EpochStarted(msg.sender, expiry, given.strike, given.price, given.volatilityBps, cash, paid);
        house.fund(_bookOf(expiry), cash);
        if (paid != 0) _withdraw(paid, msg.sender);
    }

    /// @inheritdoc IOptionsVault
    function closeEpoch() external nonReentrant {
        uint256 expiry = _epoch.expiry;
        if (expiry == 0) {
            require(_isWaited(), OptionsVault_NothingWaits());
            _priceAll(0);
            return;
        }
        require(block.timestamp >= expiry, OptionsVault_EpochRuns(expiry, block.timestamp));
        VaultMarket.bringHome(address(house), _bookOf(expiry));
        uint256 premium = _ledger.premium;
        uint256 paid = Math.min((premium * _DUTY_BPS) / _BPS, _idle() / 2);
        _epoch.expiry = 0;
        _startPay = uint64(Math.min(paid, type(uint64).max));

        emit EpochClosed(msg.sender, expiry, premium, paid);
        _priceAll(paid);
    }

    // Views

    /// @inheritdoc IOptionsVault
    function terms() external view returns (VaultTerms memory) {
        return
            VaultTerms({
                market: uint32(_market),
                fundingBps: uint16(_fundingBps),
                deltaBps: uint16(_deltaBps),
                floorVolatilityBps: uint16(_floorVolatilityBps),
                highBps: uint16(_highBps),
                reserveBps: uint16(_reserveBps),
                auctionSeconds: uint24(_auctionSeconds),
                depositCap: uint64(_cap),
                managementFeeBps: uint16(_managementFeeBps),
                performanceFeeBps: uint16(_performanceFeeBps),
                feeRecipient: _feeRecipient,
                name: name(),
                symbol: symbol()
            });
    }

    /// @inheritdoc IOptionsVault
    function epoch() external view returns (Epoch memory) {
        return _epoch;
    }

    /// @inheritdoc IOptionsVault
    function lastBoundary() external view returns (uint256) {
        return _ledger.lastBoundary;
    }

    function _depositCap() internal view override returns (uint256) {
        return _cap;
    }

    // The auction's clock

    function _running() internal view returns (Epoch memory running) {
        running = _epoch;
        require(running.expiry != 0, OptionsVault_NoEpoch());
    }

    /// @dev Moves the clock by the uptime since the last look if the mode was Normal then and is now, and no level was true
    /// between. Whoever wants less to be lost looks more often; nothing lets it jump.
    function _advance(Epoch memory running, Look memory seen) internal view {
        bool isNormal = seen.mode == uint256(Level.Normal);
        uint256 passed = Math.saturatingSub(seen.uptime, _ledger.uptime);
        bool isCalm = seen.calmSeconds >= Math.min(passed, _auctionSeconds);
        if (running.wasNormal && isNormal && isCalm) {
            running.elapsed = uint24(Math.min(running.elapsed + passed, _auctionSeconds));
        }
        running.wasNormal = isNormal;
    }

    function _volatilityOf(Epoch memory running) internal view returns (uint256) {
        return
            OptionQuotes.fallingVolatility(
                running.volatilityBps,
                _highBps,
                _reserveBps,
                running.elapsed,
                _auctionSeconds
            );
    }

    function _hasMoved(Epoch memory running, Look memory seen) internal pure returns (bool) {
        return VaultMarket.isFar(seen.price, running.startPrice, _AUCTION_MOVE_BPS);
    }

    function _product() internal view returns (Product memory) {
        return
            Product({
                house: address(house),
                oracle: address(_oracle),
                collateral: asset(),
                market: _market,
                feed: _feed,
                isCall: _isCall,
                unitDecimals: _unitDecimals,
                fundingBps: _fundingBps,
                deltaBps: _deltaBps,
                floorVolatilityBps: _floorVolatilityBps
            });
    }

    // Start and end

    /// @dev Fees, then the price. @param paid To the caller, out of what lies idle.
    function _priceAll(uint256 paid) private {
        uint256 idle = _idle() - paid;
        uint256 feeShares;
        if (_managementFeeBps | _performanceFeeBps != 0) {
            uint256 supply = totalSupply() + SHARES_PER_UNIT;
            (feeShares, _feeMark) = VaultFees.chargeDown(
                _feeMark,
                idle + 1,
                supply,
                _managementFeeBps,
                _performanceFeeBps
            );
            if (feeShares != 0) _mint(_feeRecipient, feeShares);
        }
        _priceShares(idle, feeShares, paid);
    }
}
