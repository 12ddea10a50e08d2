// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../../../contracts/shared/BlackScholes.sol";
import { OptionDraw } from "./OptionDraw.sol";

/// @notice What every price must satisfy, whatever the inputs. Accuracy is tested in TypeScript against 40 digits.
contract BlackScholesTest is OptionDraw {
    function testFuzz_ParityIsExact(uint256 seed) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        require(call + strike == put + spot, "call + strike = put + spot");
    }

    function testFuzz_PricesLieBetweenIntrinsicAndWhole(uint256 seed) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        require(call <= spot, "call at most spot");
        require(put <= strike, "put at most strike");
        require(spot <= strike || call >= spot - strike, "call at least intrinsic");
        require(strike <= spot || put >= strike - spot, "put at least intrinsic");
    }

    function testFuzz_MonotoneInSpot(uint256 seed, uint8 step) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        uint256 higher = _above(spot, step);
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 callThere, uint256 putThere) = BlackScholes.price(higher, strike, volatility, tenor);
        uint256 unit = _unit(higher, strike);
        require(callThere + unit >= call, "call rises with spot");
        require(put + unit >= putThere, "put falls with spot");
        require(callThere <= call + (higher - spot) + unit, "no faster than spot");
    }

    function testFuzz_MonotoneInStrike(uint256 seed, uint8 step) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        uint256 higher = _above(strike, step);
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 callThere, uint256 putThere) = BlackScholes.price(spot, higher, volatility, tenor);
        uint256 unit = _unit(spot, higher);
        require(call + unit >= callThere, "call falls with strike");
        require(putThere + unit >= put, "put rises with strike");
    }

    function testFuzz_MonotoneInVolatility(uint256 seed, uint8 step) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        uint256 higher = _above(volatility, step);
        if (higher > BlackScholes.MAX_VOLATILITY) higher = BlackScholes.MAX_VOLATILITY;
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 callThere, uint256 putThere) = BlackScholes.price(spot, strike, higher, tenor);
        uint256 unit = _unit(spot, strike);
        require(callThere + unit >= call, "call rises with volatility");
        require(putThere + unit >= put, "put rises with volatility");
    }

    function testFuzz_MonotoneInTenor(uint256 seed, uint8 step) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        uint256 longer = _above(tenor, step % 32);
        if (longer > BlackScholes.MAX_TENOR) longer = BlackScholes.MAX_TENOR;
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 callThere, uint256 putThere) = BlackScholes.price(spot, strike, volatility, longer);
        uint256 unit = _unit(spot, strike);
        require(callThere + unit >= call, "call rises with tenor");
        require(putThere + unit >= put, "put rises with tenor");
    }

    function testFuzz_IntrinsicAtExpiryAndWithoutVolatility(uint256 seed) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        _requireIntrinsic(spot, strike, volatility, 0);
        _requireIntrinsic(spot, strike, 0, tenor);
        _requireIntrinsic(spot, spot, volatility, 0);
    }

    /// @notice Inputs anywhere in range, however absurd together, give a price.
    function testFuzz_NoInputInRangeReverts(
        uint128 spot,
        uint128 strike,
        uint256 volatility,
        uint256 tenor
    ) external pure {
        (uint256 s, uint256 k) = (uint256(spot) + 1, uint256(strike) + 1);
        volatility %= BlackScholes.MAX_VOLATILITY + 1;
        tenor %= BlackScholes.MAX_TENOR + 1;
        (uint256 call, uint256 put, uint256 delta, , , int256 theta) = BlackScholes.greeks(s, k, volatility, tenor);
        require(call <= s && put <= k && call + k == put + s, "bounds and parity");
        require(delta <= 1e18 && theta <= 0, "delta and theta");
    }

    function testFuzz_GreeksComeWithTheSamePrices(uint256 seed) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 sameCall, uint256 samePut, , , , ) = BlackScholes.greeks(spot, strike, volatility, tenor);
        require(call == sameCall && put == samePut, "prices");
    }

    function test_FarInTheMoneyIsIntrinsicAndFarOutIsNothing() external pure {
        (uint256 call, uint256 put) = BlackScholes.price(10_000e18, 1e18, 0.5e18, 30 days);
        require(call == 9_999e18 && put == 0, "call in, put out");
        (call, put) = BlackScholes.price(1e18, 10_000e18, 0.5e18, 30 days);
        require(call == 0 && put == 9_999e18, "call out, put in");
    }

    function test_HugeVolatilityIsTheWhole() external pure {
        (uint256 call, uint256 put) = BlackScholes.price(
            3_000e18,
            2_000e18,
            BlackScholes.MAX_VOLATILITY,
            10 * 365 days
        );
        require(call == 3_000e18 && put == 2_000e18, "call is spot, put is strike");
    }

    function test_KnownPrices() external pure {
        (uint256 call, uint256 put) = BlackScholes.price(100e18, 100e18, 0.2e18, 365 days);
        require(call == put, "at the money");
        require(call / 1e9 == 7_965_567_455, "7.965567455 at 20 % and a year");
    }

    /// @notice φ(0.1) = 0.39695254747: gamma φ/(S·σ), vega S·φ, theta −S·φ·σ/2 at 20 % and a year.
    function test_KnownGreeks() external pure {
        (, , uint256 delta, uint256 gamma, uint256 vega, int256 theta) = BlackScholes.greeks(
            100e18,
            100e18,
            0.2e18,
            365 days
        );
        require(delta / 1e9 == 539_827_837, "0.539827837");
        require(gamma / 1e9 == 19_847_627, "0.019847627 for each dollar");
        require(vega / 1e9 == 39_695_254_747, "39.695254747 for 100 %");
        require(theta / 1e9 == -3_969_525_474, "-3.969525474 a year");
    }

    /// @notice Greeks are slopes of the prices, on both sides of the money.
    function testFuzz_GreeksAreSlopes(uint256 seed) external pure {
        uint256 spot = 100e18;
        uint256 strike = 60e18 + (seed % 80e18);
        uint256 volatility = 0.4e18 + ((seed >> 64) % 1e18);
        uint256 tenor = 60 days + ((seed >> 128) % 300 days);
        (, , uint256 delta, uint256 gamma, uint256 vega, int256 theta) = BlackScholes.greeks(
            spot,
            strike,
            volatility,
            tenor
        );
        uint256 step = 0.01e18;
        (uint256 lower, ) = BlackScholes.price(spot - step, strike, volatility, tenor);
        (uint256 middle, ) = BlackScholes.price(spot, strike, volatility, tenor);
        (uint256 upper, ) = BlackScholes.price(spot + step, strike, volatility, tenor);
        _requireNear(delta, (upper - lower) * 50, "delta");
        _requireNear(gamma, (upper + lower - 2 * middle) * 1e4, "gamma");
        (lower, ) = BlackScholes.price(spot, strike, volatility - 0.0005e18, tenor);
        (upper, ) = BlackScholes.price(spot, strike, volatility + 0.0005e18, tenor);
        _requireNear(vega, (upper - lower) * 1_000, "vega");
        (lower, ) = BlackScholes.price(spot, strike, volatility, tenor - 1 hours);
        (upper, ) = BlackScholes.price(spot, strike, volatility, tenor + 1 hours);
        _requireNear(uint256(-theta), ((upper - lower) * 365 days) / 2 hours, "theta");
    }

    /// @dev A thousandth off at most, or a millionth of one.
    function _requireNear(uint256 value, uint256 slope, string memory what) private pure {
        uint256 distance = value > slope ? value - slope : slope - value;
        require(distance <= slope / 1_000 + 1e12, what);
    }

    function test_RevertGiven_InputOutOfRange() external {
        _expectRefusal(0, 1, 0, 0);
        _expectRefusal(1, 0, 0, 0);
        _expectRefusal(BlackScholes.MAX_AMOUNT + 1, 1, 0, 0);
        _expectRefusal(1, BlackScholes.MAX_AMOUNT + 1, 0, 0);
        _expectRefusal(1, 1, BlackScholes.MAX_VOLATILITY + 1, 0);
        _expectRefusal(1, 1, 0, BlackScholes.MAX_TENOR + 1);
    }

    function priceOf(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) external pure {
        BlackScholes.price(spot, strike, volatility, tenor);
    }

    function greeksOf(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) external pure {
        BlackScholes.greeks(spot, strike, volatility, tenor);
    }

    function _expectRefusal(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) private {
        bytes memory refusal = abi.encodeWithSelector(
            BlackScholes.BlackScholes_OutOfRange.selector,
            spot,
            strike,
            volatility,
            tenor
        );
        vm.expectRevert(refusal);
        this.priceOf(spot, strike, volatility, tenor);
        vm.expectRevert(refusal);
        this.greeksOf(spot, strike, volatility, tenor);
    }

    function _requireIntrinsic(uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) private pure {
        (uint256 call, uint256 put, uint256 delta, uint256 gamma, uint256 vega, int256 theta) = BlackScholes.greeks(
            spot,
            strike,
            volatility,
            tenor
        );
        require(call == (spot > strike ? spot - strike : 0), "call is intrinsic");
        require(put == (strike > spot ? strike - spot : 0), "put is intrinsic");
        require(
            delta ==
                (
                    spot > strike
                        ? 1e18
                        : spot == strike
                            ? 5e17
                            : 0
                ),
            "delta is a step"
        );
        require(gamma == 0 && vega == 0 && theta == 0, "nothing else moves");
    }
}
