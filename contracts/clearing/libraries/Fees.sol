// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { SafeCast } from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import { CollateralKind } from "../../shared/ClearingTypes.sol";
import { Expiry, MarketAccount, SIZE_ONE, STRIKE_TO_PRICE } from "./ClearingState.sol";

/// @title Fees
/// @notice Mint fee: a share of strike notional (quote) or of the size (coin), on what raises open interest; summed at full
/// precision and rounded up once. 40 % goes to the market's insurance, 60 % to rewards and tips.
library Fees {
    uint256 private constant _FEE_ONE = 1e5;
    uint256 private constant _STRIKE_ONE = 1e4;

    /// @notice Notional of a leg in what the fee counts: USD with 10 decimals, or coins with 6.
    function base(CollateralKind kind, uint256 size, uint256 strike) internal pure returns (uint256) {
        return kind == CollateralKind.Quote ? size * strike : size;
    }

    /// @notice Fee in ledger units on a sum of bases, rounded up.
    function feeUp(
        CollateralKind kind,
        uint256 sum,
        uint256 mintFee,
        uint256 unitDecimals
    ) internal pure returns (uint256) {
        uint256 one = (kind == CollateralKind.Quote ? SIZE_ONE * _STRIKE_ONE : SIZE_ONE) * _FEE_ONE;
        return Math.ceilDiv(sum * mintFee * 10 ** unitDecimals, one);
    }

    /// @notice Books a fee: the insurance share rounds up, for it makes good what everybody loses.
    function earn(MarketAccount memory account, Expiry memory series, uint256 fee) internal pure {
        uint256 toInsurance = Math.ceilDiv(fee * 2, 5);
        uint256 toRewards = fee - toInsurance;
        account.insurance += SafeCast.toUint64(toInsurance);
        account.feesOwed += SafeCast.toUint56(toRewards);
        series.fees = uint48(Math.min(series.fees + toRewards, type(uint48).max));
    }

    /// @notice Notional for the caps: size × max(strike, opening price), USD with 2 decimals, rounded up.
    /// @param openingPrice 8 decimals.
    function notionalUp(uint256 size, uint256 strike, uint256 openingPrice) internal pure returns (uint256) {
        return Math.ceilDiv(size * Math.max(strike * STRIKE_TO_PRICE, openingPrice), 1e12);
    }
}
