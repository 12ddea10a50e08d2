// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Fees of the vaults
/// @notice A share of the assets per year, and a share of what each vault share gained above its highest price so far; paid in new
/// shares at the price the others have left.
library VaultFees {
    /// @param highest Price of a share at its best, after fees: ledger units with 18 decimals more.
    /// @param chargedAt Unix seconds.
    struct Mark {
        uint128 highest;
        uint64 chargedAt;
    }

    uint256 private constant _BPS = 1e4;
    uint256 private constant _YEAR = 365 days;
    /// @dev One ledger unit for a million shares.
    uint128 private constant _PAR = 1e12;

    /// @notice Where a vault begins.
    function first() internal view returns (Mark memory) {
        return Mark(_PAR, uint64(block.timestamp));
    }

    /// @notice New shares for what was earned since the last charge; fee and shares rounded down.
    /// @param units Ledger units of all shares, the virtual ones among them.
    /// @param supply All shares, the virtual ones among them.
    function chargeDown(
        Mark memory mark,
        uint256 units,
        uint256 supply,
        uint256 managementBps,
        uint256 performanceBps
    ) internal view returns (uint256 feeShares, Mark memory next) {
        uint256 passed = Math.min(block.timestamp - mark.chargedAt, _YEAR);
        uint256 fee = Math.mulDiv(units, managementBps * passed, _BPS * _YEAR);
        uint256 price = Math.mulDiv(units - fee, 1e18, supply);
        if (price > mark.highest) {
            uint256 gain = Math.mulDiv(price - mark.highest, supply, 1e18);
            fee += (gain * performanceBps) / _BPS;
        }
        if (fee != 0) feeShares = Math.mulDiv(fee, supply, units - fee);
        uint256 after_ = Math.mulDiv(units, 1e18, supply + feeShares);
        next = Mark(uint128(Math.max(mark.highest, after_)), uint64(block.timestamp));
    }
}
