// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IERC20Permit } from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IClearinghouse } from "../interfaces/IClearinghouse.sol";
import { IERC7572 } from "../interfaces/IERC7572.sol";
import { IOptionsVault } from "../interfaces/IOptionsVault.sol";
import { BookId } from "../shared/BookId.sol";
import { Level } from "../shared/OracleTypes.sol";
import { SeriesId } from "../shared/SeriesId.sol";
import { VaultEpochs } from "./VaultEpochs.sol";
import { Look, Product, Sale, VaultMarket } from "./libraries/VaultMarket.sol";
import { VaultMetadata } from "./libraries/VaultMetadata.sol";

/// @title Options vault
/// @notice See {IOptionsVault}. Here is what is sold, and how one leaves in kind.
contract OptionsVault is VaultEpochs {
    using SafeCast for uint256;

    /// @dev From then on the settlement is too near: who knows more than the oracle would buy alone.
    uint256 private constant _LAST_SALE_SECONDS = 1 days;

    constructor(IClearinghouse house_, VaultTerms memory terms_) VaultEpochs(house_, terms_) {}

    // Buyers

    /// @inheritdoc IOptionsVault
    function buyWithPermit(
        uint256 size,
        uint256 maximumPremium,
        address receiver,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 premium) {
        // Whoever used the permit before did what the buyer wants.
        try IERC20Permit(asset()).permit(msg.sender, address(this), maximumPremium, deadline, v, r, s) {} catch {}
        return buy(size, maximumPremium, receiver);
    }

    /// @inheritdoc IOptionsVault
    function buy(uint256 size, uint256 maximumPremium, address receiver) public nonReentrant returns (uint256 premium) {
        require(receiver != address(0), OptionsVault_ZeroAddress());
        require(size != 0, OptionsVault_ZeroAmount());
        Epoch memory running = _running();
        Product memory product = _product();
        Look memory seen = VaultMarket.look(product, running.expiry);
        _requireOpen(running, seen);
        _advance(running, seen);
        uint256 volatility = _volatilityOf(running);
        uint256 units = VaultMarket.premiumUp(product, seen, running.strike, volatility, size);
        premium = units * _scale;
        require(premium <= maximumPremium, OptionsVault_PremiumTooHigh(premium, maximumPremium));

        _epoch = running;
        _ledger.uptime = uint40(seen.uptime);
        _ledger.premium += units.toUint80();

        emit OptionsSold(msg.sender, receiver, _seriesOf(running), size, premium, volatility);
        _pull(msg.sender, units);
        VaultMarket.sell(product, Sale(_bookOf(running.expiry), running.strike, size, receiver), units);
    }

    /// @inheritdoc IOptionsVault
    function syncAuction() external nonReentrant {
        Epoch memory running = _running();
        Look memory seen = VaultMarket.look(_product(), running.expiry);
        _advance(running, seen);
        if (running.wasNormal && _hasMoved(running, seen)) running.isOver = true;

        _epoch = running;
        _ledger.uptime = uint40(seen.uptime);

        emit AuctionSynced(msg.sender, running.elapsed, running.wasNormal, running.isOver);
    }

    /// @inheritdoc IOptionsVault
    function offer(uint256 size) external view returns (Offer memory given) {
        Epoch memory running = _epoch;
        if (running.expiry == 0) return given;
        Product memory product = _product();
        Look memory seen = VaultMarket.look(product, running.expiry);
        if (seen.price == 0) return given;
        given.isOpen = _isOpen(running, seen);
        _advance(running, seen);
        given.volatilityBps = _volatilityOf(running);
        given.premium = VaultMarket.premiumUp(product, seen, running.strike, given.volatilityBps, size) * _scale;
        given.available = VaultMarket.capacityOf(product, _bookOf(running.expiry), running.strike);
    }

    /// @inheritdoc IERC7572
    function contractURI() external view returns (string memory) {
        return VaultMetadata.uriOf(name(), symbol(), _isCall, _fundingBps != 0);
    }

    /// @inheritdoc IOptionsVault
    function seriesId() external view returns (uint256) {
        Epoch memory running = _epoch;
        return running.expiry == 0 ? 0 : _seriesOf(running);
    }

    // Leaving

    /// @inheritdoc IOptionsVault
    function redeemInKind(
        uint256 shares,
        address receiver,
        address owner
    ) external nonReentrant returns (BookId id, uint256 assets) {
        require(receiver != address(0), OptionsVault_ZeroAddress());
        _authorizeShares(owner, shares);
        uint256 whole = totalSupply() + SHARES_PER_UNIT;
        uint256 units = Math.mulDiv(_idle(), shares, whole);
        _burn(owner, shares);

        BookId mine = bookId();
        if (BookId.unwrap(mine) != 0) {
            uint256 freed;
            (id, freed) = VaultMarket.leave(address(house), mine, receiver, shares, whole);
            units += freed;
        }
        assets = units * _scale;

        emit RedeemedInKind(msg.sender, receiver, owner, shares, id, assets);
        if (units != 0) _withdraw(units, receiver);
    }

    function _requireOpen(Epoch memory running, Look memory seen) private view {
        require(seen.mode == uint256(Level.Normal), OptionsVault_NotNormal(seen.mode));
        bool hasMoved = running.isOver || _hasMoved(running, seen);
        require(!hasMoved, OptionsVault_PriceMoved(seen.price, running.startPrice));
        require(_isOpen(running, seen), OptionsVault_AuctionOver(running.expiry, block.timestamp));
    }

    function _isOpen(Epoch memory running, Look memory seen) private pure returns (bool) {
        bool isEarly = seen.secondsLeft > _LAST_SALE_SECONDS;
        return isEarly && seen.mode == uint256(Level.Normal) && !running.isOver && !_hasMoved(running, seen);
    }

    function _seriesOf(Epoch memory running) private view returns (uint256) {
        return SeriesId.pack(_market, running.expiry, running.strike, _isCall);
    }
}
