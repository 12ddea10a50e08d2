// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { RiskWords } from "../../../contracts/shared/RiskWords.sol";

/// @notice The band around a price, at the ends of what its words can hold.
contract RiskWordsTest {
    uint256 private constant _PRICE = 3_000e8;

    /// @notice 15 % per square root of a day are 100 % after 44.4 days.
    function test_BandIsNeverWiderThanThePrice() external pure {
        (uint256 low, uint256 high) = RiskWords.band(_PRICE, 0, 0, 44 days);
        require(low > 0 && high < 2 * _PRICE, "44 days");
        (low, high) = RiskWords.band(_PRICE, 0, 0, 45 days);
        require(low == 0 && high == 2 * _PRICE, "45 days");
        (low, high) = RiskWords.band(_PRICE, 0, 0, 100 * 365 days);
        require(low == 0 && high == 2 * _PRICE, "a century");
    }

    function test_BandEndsWhereAPriceDoes() external pure {
        uint256 most = type(uint64).max;
        (uint256 low, uint256 high) = RiskWords.band(most, 0, 0, 0);
        require(low < most && high == most, "the largest price");
        (low, high) = RiskWords.band(most / 2, 0, 0, 100 days);
        require(low == 0 && high == most - 1, "the largest whose double is one");
    }

    /// @notice Whatever the words say, price and pending price lie within the band, and its ends fit where prices do.
    function testFuzz_BandHoldsThePriceAndWhatIsPending(
        uint256 latest,
        uint256 witness,
        uint64 pendingPrice,
        uint40 time
    ) external pure {
        (uint256 low, uint256 high) = RiskWords.band(latest, witness, pendingPrice, time);
        uint256 price = RiskWords.priceOf(latest);
        require(low <= price && price <= high && high <= type(uint64).max, "the price");
        if (pendingPrice != 0) require(low <= pendingPrice && pendingPrice <= high, "the pending price");
    }
}
