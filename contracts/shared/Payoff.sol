// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CollateralKind, Legs, Terms } from "./ClearingTypes.sol";
import { LegWord } from "./LegWord.sol";
import { BPS } from "./OracleTypes.sol";

/// @dev Sizes have 6 decimals: this much is one option.
uint256 constant SIZE_ONE = 1e6;
/// @dev Prices have 8 decimals: this much is one dollar.
uint256 constant PRICE_ONE = 1e8;
/// @dev Strikes have 4 decimals; times this they have those of a price.
uint256 constant STRIKE_TO_PRICE = 1e4;

/// @title Payoff
/// @notice What options pay at a settled price (DESIGN §5). With U = K, z = s/K in quote markets and U = one coin, z = K/s
/// in coin markets, *up* legs (quote call, coin put) pay U·min((z−1)⁺, c) and *down* legs (quote put, coin call) U·(1−z)⁺.
///
/// Writing z = a/b, so that (a, b) is (s, K) or (K, s), both kinds pay min((a−b)⁺, c·b) or (b−a)⁺ over one denominator:
/// dollars in quote markets, the price itself in coin markets. Numerators are therefore exact and add up exactly; a sum is
/// divided into ledger units once, and the name of the function says which way it is rounded.
/// @dev Nothing overflows: a price has 64 bits, a strike at price scale 54, so a numerator per unit of size is below
/// 2^64 · 2^15; sizes of 86 bits, 2^8 of them, and ten to the ninth leave it below 2^203.
library Payoff {
    /// @dev More decimals than this a ledger does not keep.
    uint256 internal constant MOST_DECIMALS = 9;

    /// @notice Decimals of the ledger unit of a token.
    function unitDecimals(uint256 tokenDecimals) internal pure returns (uint256) {
        return tokenDecimals < MOST_DECIMALS ? tokenDecimals : MOST_DECIMALS;
    }

    /// @notice Payoff of one unit of size (10^−6 options) as a numerator; see `toUnitsDown`.
    /// @param strike 4 decimals.
    /// @param price 8 decimals, above 0.
    function numeratorPerSize(
        uint256 strike,
        bool isCall,
        Terms memory terms,
        uint256 price
    ) internal pure returns (uint256) {
        bool isCoin = terms.kind == CollateralKind.Coin;
        unchecked {
            uint256 scaled = strike * STRIKE_TO_PRICE;
            (uint256 a, uint256 b) = isCoin ? (scaled, price) : (price, scaled);
            if (isCall == isCoin) return b > a ? (b - a) * BPS : 0;
            if (a <= b) return 0;
            uint256 gain = (a - b) * BPS;
            uint256 cap = terms.capBps * b;
            return gain < cap ? gain : cap;
        }
    }

    /// @notice What the shorts of a book owe and what its longs are due, as numerators.
    /// @param price 8 decimals, above 0.
    function numerators(
        Legs memory legs,
        Terms memory terms,
        uint256 price
    ) internal pure returns (uint256 owed, uint256 due) {
        uint256 count = legs.count;
        for (uint256 i = 0; i < count; ++i) {
            uint256 leg = legs.words[i];
            uint256 perSize = numeratorPerSize(LegWord.strikeOf(leg), LegWord.isCallOf(leg), terms, price);
            int256 size = LegWord.sizeOf(leg);
            if (size < 0) owed += perSize * uint256(-size);
            else due += perSize * uint256(size);
        }
    }

    /// @notice A numerator, or a sum of them at one price, in ledger units, rounded down: for what is paid out.
    function toUnitsDown(uint256 numerator, Terms memory terms, uint256 price) internal pure returns (uint256) {
        return (numerator * 10 ** terms.unitDecimals) / denominator(terms, price);
    }

    /// @notice The same rounded up: for what is owed.
    function toUnitsUp(uint256 numerator, Terms memory terms, uint256 price) internal pure returns (uint256) {
        uint256 divisor = denominator(terms, price);
        return (numerator * 10 ** terms.unitDecimals + divisor - 1) / divisor;
    }

    /// @notice What numerators at `price` are divided by to give dollars or coins.
    function denominator(Terms memory terms, uint256 price) internal pure returns (uint256) {
        return BPS * SIZE_ONE * (terms.kind == CollateralKind.Coin ? price : PRICE_ONE);
    }
}
