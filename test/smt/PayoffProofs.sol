// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CollateralKind, Terms } from "../../contracts/shared/ClearingTypes.sol";
import { BPS } from "../../contracts/shared/OracleTypes.sol";
import { Payoff, STRIKE_TO_PRICE } from "../../contracts/shared/Payoff.sol";

/// @notice What one option pays, for every strike, price and cap that fits its bits. Each function is one property.
contract PayoffProofs {
    /// @notice The unchecked arithmetic is that of a checked one: nothing overflows.
    function payoffIsItsDefinition(uint40 strike, uint64 price, uint16 capBps, bool isCall, bool isCoin) external pure {
        uint256 scaled = uint256(strike) * STRIKE_TO_PRICE;
        (uint256 a, uint256 b) = isCoin ? (scaled, uint256(price)) : (uint256(price), scaled);
        uint256 expected;
        if (isCall == isCoin) expected = b > a ? (b - a) * BPS : 0;
        else if (a > b) expected = (a - b) * BPS < capBps * b ? (a - b) * BPS : capBps * b;
        assert(Payoff.numeratorPerSize(strike, isCall, _terms(isCoin, capBps), price) == expected);
    }

    function payoffIsAtMostItsCap(uint40 strike, uint64 price, uint16 capBps, bool isCall, bool isCoin) external pure {
        uint256 numerator = Payoff.numeratorPerSize(strike, isCall, _terms(isCoin, capBps), price);
        uint256 worth = isCoin ? uint256(price) : uint256(strike) * STRIKE_TO_PRICE;
        assert(numerator <= worth * (isCall == isCoin ? BPS : capBps));
    }

    function quoteCallRisesWithThePrice(uint40 strike, uint64 price, uint64 higher, uint16 capBps) external pure {
        require(price <= higher);
        Terms memory terms = _terms(false, capBps);
        uint256 numerator = Payoff.numeratorPerSize(strike, true, terms, price);
        assert(numerator <= Payoff.numeratorPerSize(strike, true, terms, higher));
    }

    function quotePutFallsWithThePrice(uint40 strike, uint64 price, uint64 higher, uint16 capBps) external pure {
        require(price <= higher);
        Terms memory terms = _terms(false, capBps);
        uint256 numerator = Payoff.numeratorPerSize(strike, false, terms, higher);
        assert(numerator <= Payoff.numeratorPerSize(strike, false, terms, price));
    }

    function _terms(bool isCoin, uint16 capBps) private pure returns (Terms memory) {
        return Terms(isCoin ? CollateralKind.Coin : CollateralKind.Quote, 6, capBps);
    }
}
