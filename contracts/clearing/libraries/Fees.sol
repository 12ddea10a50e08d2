// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { FixedPointMathLib } from "solady/src/utils/FixedPointMathLib.sol";
import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { CollateralKind, Terms } from "../../shared/ClearingTypes.sol";
import { Context, SIZE_ONE, STRIKE_TO_PRICE } from "./ClearingState.sol";
import { Expiries, MarketAccount, MarketAccounts } from "./ClearingWords.sol";

/// @title Fees
/// @notice Mint fee: a share of strike notional (quote) or of the size (coin), on what raises open interest; summed at full
/// precision and rounded up once. 40 % goes to the market's insurance, 60 % to rewards and tips.
/// @dev Unchecked: sizes are below 2^87, strikes below 2^40, prices below 2^64, and a sum has at most 256 of them.
library Fees {
    uint256 private constant _FEE_ONE = 1e5;
    uint256 private constant _STRIKE_ONE = 1e4;
    uint256 private constant _NOTIONAL_ONE = 1e12;

    /// @notice What the fee counts of a leg: notional of what was written, USD with 10 decimals, or coins with 6.
    /// @param written 6 decimals; what closes pays nothing.
    function base(CollateralKind kind, int256 written, uint256 strike) internal pure returns (uint256) {
        if (written <= 0) return 0;
        unchecked {
            return kind == CollateralKind.Quote ? uint256(written) * strike : uint256(written);
        }
    }

    /// @notice Fee in ledger units on a sum of bases, rounded up.
    function feeUp(Terms memory terms, uint256 sum, uint256 mintFee) internal pure returns (uint256) {
        uint256 one = (terms.kind == CollateralKind.Quote ? SIZE_ONE * _STRIKE_ONE : SIZE_ONE) * _FEE_ONE;
        unchecked {
            return FixedPointMathLib.divUp(sum * mintFee * 10 ** terms.unitDecimals, one);
        }
    }

    /// @notice Books a fee: the insurance share rounds up, for it makes good what everybody loses.
    function earn(Context memory context, uint256 fee) internal pure {
        unchecked {
            MarketAccount account = context.account.word;
            uint256 toInsurance = FixedPointMathLib.divUp(fee * 2, 5);
            uint256 toRewards = fee - toInsurance;
            uint256 insurance = account.insurance() + toInsurance;
            uint256 feesOwed = account.feesOwed() + toRewards;
            require(
                insurance <= MarketAccounts.LARGEST_INSURANCE && feesOwed <= MarketAccounts.LARGEST_FEES,
                IClearingRecords.Clearinghouse_AmountTooLarge(fee, MarketAccounts.LARGEST_FEES)
            );
            context.account.word = account.withInsurance(insurance).withFeesOwed(feesOwed);
            uint256 fees = FixedPointMathLib.min(context.series.fees() + toRewards, Expiries.LARGEST_FEES);
            context.series = context.series.withFees(fees);
        }
    }

    /// @notice Notional for the caps: size × max(strike, opening price), USD with 2 decimals, rounded up.
    /// @param openingPrice 8 decimals.
    function notionalUp(uint256 size, uint256 strike, uint256 openingPrice) internal pure returns (uint256) {
        unchecked {
            uint256 price = FixedPointMathLib.max(strike * STRIKE_TO_PRICE, openingPrice);
            return FixedPointMathLib.divUp(size * price, _NOTIONAL_ONE);
        }
    }
}
