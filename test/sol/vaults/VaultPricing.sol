// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { VaultAsking } from "./VaultAsking.sol";
import { HOLDERS, MANAGEMENT_BPS, PERFORMANCE_BPS, WITH_FEES } from "./VaultWorld.sol";

/// @notice What a price must be when it is made, and what it does to who waited.
abstract contract VaultPricing is VaultAsking {
    /// @notice Before a price is made.
    struct Eve {
        uint256 supply;
        uint256 feeShares;
    }

    function _eve(uint256 v) internal view returns (Eve memory) {
        return Eve(vaults[v].totalSupply(), vaults[v].balanceOf(people[HOLDERS - 1]));
    }

    function _isWaited(uint256 v) internal view returns (bool) {
        return ghosts[v].units != 0 || ghosts[v].shares != 0;
    }

    /// V6. @param idle What lay there before anybody joined or left, duties aside. @param booked What lay in the next book.
    function _priced(uint256 v, Eve memory eve, uint256 idle, uint256 booked) internal {
        Ghost storage ghost = ghosts[v];
        IOptionsVault.SharePrice memory price = vaults[v].priceOf(ghost.prices.length);
        ghost.prices.push(price);
        _require(price.units == idle + 1, "V6: a price is made of what is there");
        uint256 feeShares = vaults[v].balanceOf(people[HOLDERS - 1]) - eve.feeShares;
        _require(price.shares == eve.supply + feeShares + VIRTUAL_SHARES, "V6: and of all shares");
        _checkFee(v, eve.supply, feeShares, price);

        bool isVoid = price.shares > price.units * 1e12;
        if (isVoid) _count("void");
        uint256 joined = isVoid ? 0 : ghost.units;
        uint256 minted = (joined * price.shares) / price.units;
        uint256 left = (ghost.shares * price.units) / price.shares;
        _require(
            vaults[v].totalSupply() == eve.supply + feeShares + minted - ghost.shares,
            "V6: as many shares come and go as the price says"
        );
        ghost.managed = idle + joined - left;
        _require(_worth(v).cash == ghost.managed + booked, "V6: who joins brings all, who leaves takes his part");
        uint256 supply = vaults[v].totalSupply() + VIRTUAL_SHARES;
        _require((ghost.managed + 1) * price.shares >= price.units * supply, "V6: nobody who stays pays for it");
        ghost.crumbShares += minted - _ripen(ghost.asks[DEPOSIT], price, true, isVoid);
        ghost.crumbUnits += left - _ripen(ghost.asks[REDEEM], price, false, false);
        (ghost.units, ghost.shares) = (0, 0);
        _count("priced");
    }

    function _ripen(
        Ask[HOLDERS] storage asks,
        IOptionsVault.SharePrice memory price,
        bool isDeposit,
        bool isVoid
    ) private returns (uint256 sum) {
        for (uint256 h; h < HOLDERS; ++h) {
            uint256 pending = asks[h].pending;
            asks[h].pending = 0;
            if (isVoid) {
                asks[h].cancelled += pending;
                continue;
            }
            uint256 due = isDeposit ? (pending * price.shares) / price.units : (pending * price.units) / price.shares;
            asks[h].due += due;
            asks[h].matured += pending;
            sum += due;
        }
    }

    /// @dev At most the share of a year and the share of what is above the best price so far.
    function _checkFee(
        uint256 v,
        uint256 supplyBefore,
        uint256 feeShares,
        IOptionsVault.SharePrice memory price
    ) private {
        Ghost storage ghost = ghosts[v];
        uint256 yearly =
            v == WITH_FEES ? (price.units * MANAGEMENT_BPS * (clock - ghost.chargedAt)) / (1e4 * 365 days) : 0;
        uint256 supply = supplyBefore + VIRTUAL_SHARES;
        uint256 best = (ghost.highest * supply) / 1e18;
        uint256 gain = v == WITH_FEES && price.units > best ? ((price.units - best) * PERFORMANCE_BPS) / 1e4 : 0;
        uint256 worth = (feeShares * price.units) / price.shares;
        _require(worth <= yearly + gain + 1, "V6: fees are what the terms say, and nothing where they say none");
        _require(v == WITH_FEES || feeShares == 0, "V6: no fee where the terms say none");
        uint256 each = (price.units * 1e18) / price.shares;
        if (each > ghost.highest) ghost.highest = each;
        ghost.chargedAt = clock;
        if (feeShares != 0) _count("fee");
    }
}
