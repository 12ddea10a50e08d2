// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { BlackScholes } from "../../../contracts/shared/BlackScholes.sol";
import { CappedOptions } from "../../../contracts/clearing/libraries/CappedOptions.sol";
import { OptionDraw } from "./OptionDraw.sol";

/// @notice Values of the options that are traded, against their payoffs and against the plain options.
contract CappedOptionsTest is OptionDraw {
    uint256 private constant _WAD = 1e18;

    function testFuzz_AtExpiryTheValueIsThePayoff(uint256 seed, uint16 capSeed) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, ) = _draw(seed);
        uint256 capBps = _cap(capSeed);
        uint256 most = (strike * capBps) / 1e4;
        uint256 over = spot > strike ? spot - strike : 0;
        uint256 under = strike > spot ? strike - spot : 0;
        require(
            CappedOptions.quoteCall(spot, strike, capBps, volatility, 0) == (over < most ? over : most),
            "quote call"
        );
        require(CappedOptions.quotePut(spot, strike, volatility, 0) == under, "quote put");
        require(CappedOptions.coinCall(spot, strike, volatility, 0) == (over * _WAD) / spot, "coin call");

        // The second strike is rounded to its unit, which 1 + cap of the sold puts multiply.
        uint256 payoff = (under * _WAD) / spot;
        if (payoff > capBps * 1e14) payoff = capBps * 1e14;
        uint256 value = CappedOptions.coinPut(spot, strike, capBps, volatility, 0);
        require(value >= payoff && value - payoff <= (4 * _WAD) / spot + 1, "coin put");
    }

    function testFuzz_CapsOnlyTakeAway(uint256 seed, uint16 capSeed) external pure {
        (uint256 spot, uint256 strike, uint256 volatility, uint256 tenor) = _draw(seed);
        uint256 capBps = _cap(capSeed);
        (uint256 call, uint256 put) = BlackScholes.price(spot, strike, volatility, tenor);
        uint256 quoteCall = CappedOptions.quoteCall(spot, strike, capBps, volatility, tenor);
        require(quoteCall <= call && quoteCall <= (strike * capBps) / 1e4, "quote call");
        uint256 coinPut = CappedOptions.coinPut(spot, strike, capBps, volatility, tenor);
        require(coinPut <= capBps * 1e14 && coinPut <= (put * _WAD) / spot, "coin put");
        require(CappedOptions.coinCall(spot, strike, volatility, tenor) <= _WAD, "coin call");
        require(CappedOptions.quotePut(spot, strike, volatility, tenor) == put, "quote put");
    }

    /// @notice Review 27: a plain call at 0.7 of spot, 90 days, 120 % costs half as much again as the capped one.
    function test_Review27_PlainBlackScholesOverprices() external pure {
        (uint256 plain, ) = BlackScholes.price(1_000e18, 700e18, 1.2e18, 90 days);
        uint256 capped = CappedOptions.quoteCall(1_000e18, 700e18, 1e4, 1.2e18, 90 days);
        require(plain * 100 > capped * 120 && plain * 100 < capped * 160, "by a fifth to three fifths");
    }

    function _cap(uint16 seed) private pure returns (uint256) {
        return 10_000 + (uint256(seed) % 10_001);
    }
}
