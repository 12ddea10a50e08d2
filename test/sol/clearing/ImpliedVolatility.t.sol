// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../../../contracts/shared/BlackScholes.sol";
import { ImpliedVolatility } from "../../../contracts/clearing/libraries/ImpliedVolatility.sol";
import { OptionDraw } from "./OptionDraw.sol";

/// @notice The volatility found gives the price it was found from.
contract ImpliedVolatilityTest is OptionDraw {
    function testFuzz_RoundTripThroughPrice(uint256 seed, bool isCall) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        uint256 price = _price(isCall, spot, strike, volatility, tenor);
        uint256 implied = ImpliedVolatility.ofPrice(isCall, price, spot, strike, tenor);
        uint256 again = _price(isCall, spot, strike, implied, tenor);

        // One unit of volatility moves a price by at most 0.4·√years·1e-18 of spot, here √17 years.
        uint256 lower = spot < strike ? spot : strike;
        uint256 allowed = lower / 2e18 + (lower * 17) / 1e19 + 1;
        require((again > price ? again - price : price - again) <= allowed, "same price");
    }

    /// @notice Prices that no volatility of the fuzzer made: anywhere between intrinsic and whole.
    function testFuzz_AnyPriceInsideTheBoundsHasAVolatility(uint256 seed, uint64 share, bool isCall) external pure {
        (uint256 spot, uint256 strike, , uint256 tenor) = _draw(seed);
        uint256 highest = _price(isCall, spot, strike, BlackScholes.MAX_VOLATILITY, tenor);
        uint256 intrinsic = _price(isCall, spot, strike, 0, tenor);
        uint256 price = intrinsic + (((highest - intrinsic) * share) >> 64);
        uint256 implied = ImpliedVolatility.ofPrice(isCall, price, spot, strike, tenor);
        uint256 again = _price(isCall, spot, strike, implied, tenor);

        uint256 lower = spot < strike ? spot : strike;
        uint256 allowed = lower / 2e18 + (lower * 17) / 1e19 + 1;
        require((again > price ? again - price : price - again) <= allowed, "same price");
    }

    /// @notice Rounded to whole units the highest price asks for more than the largest volatility gives.
    function test_TheHighestPriceHasTheLargestVolatilityAtMost() external pure {
        for (uint256 strike = 1_000; strike <= 5_000; strike += 500) {
            uint256 highest = _price(true, 3_000, strike, BlackScholes.MAX_VOLATILITY, 1 hours);
            uint256 implied = ImpliedVolatility.ofPrice(true, highest, 3_000, strike, 1 hours);
            require(implied <= BlackScholes.MAX_VOLATILITY, "no more than there is");
            require(_price(true, 3_000, strike, implied, 1 hours) == highest, "same price");
        }
    }

    /// @notice Nine deviations from the money this price jumps from nothing to two units: no volatility gives one.
    function test_APriceWithinAJumpHasTheVolatilityOfTheJump() external pure {
        uint256 implied = ImpliedVolatility.ofPrice(true, 1, 3_000e18, 5_000e18, 1 hours);
        require(_price(true, 3_000e18, 5_000e18, implied - 20, 1 hours) == 0, "below it nothing");
        require(_price(true, 3_000e18, 5_000e18, implied + 20, 1 hours) == 2, "above it two");
    }

    function test_IntrinsicValueHasNoVolatility() external pure {
        require(ImpliedVolatility.ofPrice(true, 100e18, 300e18, 200e18, 30 days) == 0, "call in the money");
        require(ImpliedVolatility.ofPrice(false, 0, 300e18, 200e18, 30 days) == 0, "put out of the money");
        require(ImpliedVolatility.ofPrice(true, 100e18, 300e18, 200e18, 0) == 0, "at expiry");
    }

    function test_RevertGiven_PriceNoVolatilityGives() external {
        _expectRefusal(true, 99e18, 300e18, 200e18, 30 days, 100e18);
        _expectRefusal(true, 300e18 + 1, 300e18, 200e18, 30 days, 100e18);
        _expectRefusal(false, 200e18 + 1, 300e18, 200e18, 30 days, 0);
        _expectRefusal(true, 100e18 + 1, 300e18, 200e18, 0, 100e18);
        _expectRefusal(true, type(uint256).max, 300e18, 200e18, 30 days, 100e18);
    }

    function impliedOf(
        bool isCall,
        uint256 price,
        uint256 spot,
        uint256 strike,
        uint256 tenor
    ) external pure returns (uint256) {
        return ImpliedVolatility.ofPrice(isCall, price, spot, strike, tenor);
    }

    function _expectRefusal(
        bool isCall,
        uint256 price,
        uint256 spot,
        uint256 strike,
        uint256 tenor,
        uint256 lowest
    ) private {
        uint256 highest = _price(isCall, spot, strike, BlackScholes.MAX_VOLATILITY, tenor);
        vm.expectRevert(
            abi.encodeWithSelector(ImpliedVolatility.ImpliedVolatility_PriceOutOfRange.selector, price, lowest, highest)
        );
        this.impliedOf(isCall, price, spot, strike, tenor);
    }

    function _price(
        bool isCall,
        uint256 spot,
        uint256 strike,
        uint256 volatility,
        uint256 tenor
    ) private pure returns (uint256) {
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        return isCall ? call : put;
    }
}
