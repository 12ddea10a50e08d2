// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { IOptionsVault } from "../../interfaces/IOptionsVault.sol";

/// @notice What one controller asked for, of one kind: given are ledger units for shares, or shares for ledger units.
/// @param pending Given, waits for price number `epoch`.
/// @param cancelled Given, taken back and not claimed yet.
/// @param matured Given, priced and not claimed yet. @param due What there is for it.
struct Request {
    uint112 pending;
    uint112 cancelled;
    uint32 epoch;
    uint128 matured;
    uint128 due;
}

/// @title Requests
/// @notice How a request ripens and is claimed. Requests that ripened at several prices are claimed together, in proportion; every
/// division rounds against the controller.
library Requests {
    using SafeCast for uint256;

    /// @dev A million shares of a unit at par, and a million times as many.
    uint256 private constant _VOID_SHARES_PER_UNIT = 1e12;

    /// @notice The request after price number `request.epoch`, when that is known.
    /// @param number Of the running epoch.
    function ripen(
        Request memory request,
        uint256 number,
        mapping(uint256 => IOptionsVault.SharePrice) storage prices,
        bool isDeposit
    ) internal view {
        if (request.pending == 0 || request.epoch >= number) return;
        IOptionsVault.SharePrice memory price = prices[request.epoch];
        if (isDeposit && isVoid(price)) {
            request.cancelled += request.pending;
        } else {
            request.due += valueDown(request.pending, price, isDeposit).toUint128();
            request.matured += request.pending;
        }
        request.pending = 0;
    }

    /// @notice Shares are worth less than a millionth of par: nobody joins, or he would get shares without bound. Deposits that
    /// wait for such a price are taken back by it.
    function isVoid(IOptionsVault.SharePrice memory price) internal pure returns (bool) {
        return price.shares > uint256(price.units) * _VOID_SHARES_PER_UNIT;
    }

    /// @notice What is given for `given` at a price, rounded down.
    function valueDown(
        uint256 given,
        IOptionsVault.SharePrice memory price,
        bool isDeposit
    ) internal pure returns (uint256) {
        return
            isDeposit ? Math.mulDiv(given, price.shares, price.units) : Math.mulDiv(given, price.units, price.shares);
    }

    /// @notice Claims `given`, at most what matured. @return taken What is paid for it, rounded down.
    function claimGiven(Request memory request, uint256 given) internal pure returns (uint256 taken) {
        taken = given == request.matured ? request.due : Math.mulDiv(request.due, given, request.matured);
        request.matured -= uint128(given);
        request.due -= uint128(taken);
    }

    /// @notice Claims `taken`, at most what is due. @return given What it costs of what matured, rounded up.
    function claimTaken(Request memory request, uint256 taken) internal pure returns (uint256 given) {
        given = Math.mulDiv(request.matured, taken, request.due, Math.Rounding.Ceil);
        request.matured -= uint128(given);
        request.due -= uint128(taken);
    }
}
