// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Band, CollateralKind, Legs, Terms } from "../../../contracts/shared/ClearingTypes.sol";
import { LegWord } from "../../../contracts/shared/LegWord.sol";
import { Payoff } from "../../../contracts/shared/Payoff.sol";
import { BookDraw } from "./BookDraw.sol";

/// @notice Payoffs against what options pay in words: dollars where the collateral is one, else coins for their dollars.
contract PayoffTest is BookDraw {
    /// @dev Of a numerator: basis points, sizes of 6 decimals, and dollars of 8 or the price.
    uint256 private constant _DOLLAR_NUMERATORS = 1e4 * 1e6 * 1e8;

    function testFuzz_AnOptionPaysWhatItIsInTheMoney(uint256 seed) external {
        _seed = seed;
        Terms memory terms = Terms(CollateralKind(_next(2)), 6, 10_000 + _next(10_001));
        uint256 price = _randomPrice();
        uint256 strike = _strikeNear(price);
        uint256 call = Payoff.numeratorPerSize(strike, true, terms, price);
        uint256 put = Payoff.numeratorPerSize(strike, false, terms, price);
        uint256 above = price > strike * 1e4 ? price - strike * 1e4 : 0;
        uint256 below = price < strike * 1e4 ? strike * 1e4 - price : 0;
        // A quote call pays up to the cap times the strike; a coin put up to as many coins as the cap says.
        bool isCoin = terms.kind == CollateralKind.Coin;
        uint256 most = terms.capBps * (isCoin ? price : strike * 1e4);
        require(call == (isCoin ? above * 1e4 : _smaller(above * 1e4, most)), "call");
        require(put == (isCoin ? _smaller(below * 1e4, most) : below * 1e4), "put");
    }

    function testFuzz_ABookOwesItsShortsAndIsDueItsLongs(uint256 seed) external {
        _seed = seed;
        (Legs memory legs, Terms memory terms, Band memory band) = _randomBook();
        (uint256 owed, uint256 due) = Payoff.numerators(legs, terms, band.price);
        (uint256 shorts, uint256 longs) = (0, 0);
        for (uint256 i = 0; i < legs.count; ++i) {
            uint256 leg = legs.words[i];
            int256 size = LegWord.sizeOf(leg);
            uint256 each = Payoff.numeratorPerSize(LegWord.strikeOf(leg), LegWord.isCallOf(leg), terms, band.price);
            if (size < 0) shorts += each * uint256(-size);
            if (size > 0) longs += each * uint256(size);
        }
        require(owed == shorts, "owed by the shorts");
        require(due == longs, "due to the longs");
    }

    function testFuzz_LedgerUnitsAreRoundedAsTheirNameSays(
        uint128 numerator,
        uint64 price,
        uint8 decimals
    ) external pure {
        if (price == 0) price = 1;
        Terms memory terms = Terms(CollateralKind.Quote, decimals % 10, 10_000);
        _requireUnits(numerator, terms, price, _DOLLAR_NUMERATORS);
        terms.kind = CollateralKind.Coin;
        _requireUnits(numerator, terms, price, 1e4 * 1e6 * uint256(price));
    }

    function test_ACallAHundredInTheMoneyPaysAHundredDollars() external pure {
        Terms memory terms = Terms(CollateralKind.Quote, 6, 10_000);
        uint256 numerator = Payoff.numeratorPerSize(3_000e4, true, terms, 3_100e8) * 1e6;
        require(Payoff.toUnitsDown(numerator, terms, 3_100e8) == 100e6, "of six decimals");
        require(Payoff.toUnitsUp(numerator, terms, 3_100e8) == 100e6, "exactly");
        require(Payoff.toUnitsUp(numerator + 1, terms, 3_100e8) == 100e6 + 1, "and a little more");
    }

    function test_TokensOfManyDecimalsAreKeptWithNine() external pure {
        require(Payoff.unitDecimals(18) == 9 && Payoff.unitDecimals(10) == 9, "nine of more");
        require(
            Payoff.unitDecimals(9) == 9 && Payoff.unitDecimals(6) == 6 && Payoff.unitDecimals(0) == 0,
            "all of fewer"
        );
    }

    function _requireUnits(uint256 numerator, Terms memory terms, uint256 price, uint256 divisor) private pure {
        uint256 scaled = numerator * 10 ** terms.unitDecimals;
        uint256 down = Payoff.toUnitsDown(numerator, terms, price);
        uint256 up = Payoff.toUnitsUp(numerator, terms, price);
        require(down * divisor <= scaled && (down + 1) * divisor > scaled, "down");
        require(up == (scaled % divisor == 0 ? down : down + 1), "up");
    }

    function _smaller(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
