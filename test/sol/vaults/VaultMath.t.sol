// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IOptionsVault } from "../../../contracts/interfaces/IOptionsVault.sol";
import { BlackScholes } from "../../../contracts/shared/BlackScholes.sol";
import { OptionQuotes } from "../../../contracts/vaults/libraries/OptionQuotes.sol";
import { Request, Requests } from "../../../contracts/vaults/libraries/Requests.sol";
import { VaultCalendar } from "../../../contracts/shared/VaultCalendar.sol";
import { VaultFees } from "../../../contracts/vaults/libraries/VaultFees.sol";
import { vm } from "../clearing/ClearingWorld.sol";

/// @notice Strikes and premiums of the vaults, at any price, volatility and time that a vault can see.
contract OptionQuotesTest {
    uint256 private constant _WEEK = 7 days;

    /// @dev Spot 1 cent to 10 million, step such that the grid has some strikes, volatility 10 % to 400 %.
    function _draw(uint256 seed) private pure returns (uint256 price, uint256 step, uint256 volatilityBps) {
        price = 1e6 * (1 + ((seed >> 8) % 100)) * 10 ** (seed % 8);
        step = 1 + price / 1e4 / (10 + ((seed >> 16) % 200));
        volatilityBps = 1_000 + ((seed >> 32) % 39_000);
    }

    function testFuzz_TheVolatilityFallsInALineFromHighToReserve(
        uint256 seed,
        uint32 elapsed,
        uint32 later
    ) external pure {
        uint256 duration = 1_800 + (seed % 27_000);
        uint256 reserveBps = 10_000 + ((seed >> 16) % 20_001);
        uint256 highBps = reserveBps + ((seed >> 32) % (30_001 - reserveBps));
        uint256 volatilityBps = 1_000 + ((seed >> 64) % 100_000);
        uint256 first = elapsed % (2 * duration);
        uint256 second = first + (later % duration);
        uint256 at = OptionQuotes.fallingVolatility(volatilityBps, highBps, reserveBps, first, duration);
        uint256 after_ = OptionQuotes.fallingVolatility(volatilityBps, highBps, reserveBps, second, duration);
        require(after_ <= at, "it never rises");
        require(at * 1e4 <= volatilityBps * highBps + 1e4 - 1, "never above the high");
        require(after_ * 1e4 >= volatilityBps * reserveBps, "never below the reserve");
        uint256 begin = OptionQuotes.fallingVolatility(volatilityBps, highBps, reserveBps, 0, duration);
        require(begin == (volatilityBps * highBps + 9_999) / 1e4, "it begins at the high");
        uint256 end = OptionQuotes.fallingVolatility(volatilityBps, highBps, reserveBps, duration, duration);
        require(end == (volatilityBps * reserveBps + 9_999) / 1e4, "and ends at the reserve");
        // In the middle it is half way, but for a unit of rounding each and half a second of an odd duration.
        uint256 half = OptionQuotes.fallingVolatility(volatilityBps, highBps, reserveBps, duration / 2, duration);
        uint256 slack = 3 + (begin - end) / duration;
        require(2 * half + slack >= begin + end && 2 * half <= begin + end + slack, "in a straight line");
    }

    function testFuzz_APremiumFallsWithItsVolatilityAndRoundsUp(uint256 seed, bool isCall, uint64 size) external pure {
        (uint256 price, uint256 step, uint256 volatilityBps) = _draw(seed);
        uint256 strike = (price / 1e4 / step + (isCall ? 1 + ((seed >> 64) % 20) : 0)) * step;
        if (strike == 0) return;
        uint256 tenor = 1 days + ((seed >> 128) % (6 days));
        uint256 decimals = isCall ? 9 : 6;
        uint256 options = 1 + (size % 1e12);
        uint256 dear = OptionQuotes.premiumUp(isCall, price, strike, volatilityBps, tenor, options, decimals);
        uint256 cheap = OptionQuotes.premiumUp(isCall, price, strike, volatilityBps - 500, tenor, options, decimals);
        // Black–Scholes may be off by a unit of its own (BlackScholes, 5).
        require(cheap <= dear + 1, "less volatility is no dearer");
        (uint256 call, uint256 put) = BlackScholes.price(price * 1e10, strike * 1e14, volatilityBps * 1e14, tenor);
        uint256 worth = isCall ? call * options * 1e3 : put * options;
        uint256 one = isCall ? price * 1e10 : 1e18;
        require(dear * one >= worth && (dear == 0 || (dear - 1) * one < worth), "rounded up, by less than a unit");
        require(
            dear <= OptionQuotes.maximumLossUp(isCall, strike, options, decimals) + 1,
            "no dearer than its maximum loss"
        );
        uint256 both = OptionQuotes.premiumUp(isCall, price, strike, volatilityBps, tenor, 2 * options, decimals);
        require(both <= 2 * dear, "nothing is gained by buying in parts");
    }

    function testFuzz_TheStrikeIsTheNearestWithTheDelta(uint256 seed, bool isCall) external pure {
        (uint256 price, uint256 step, uint256 volatilityBps) = _draw(seed);
        uint256 deltaBps = 100 + ((seed >> 64) % 4_901);
        uint256 tenor = _WEEK - 1 hours - ((seed >> 96) % 6 hours);
        uint256 strike = OptionQuotes.strikeOf(isCall, price, volatilityBps, tenor, deltaBps, step);
        if (strike == 0) {
            // None within reach has so little.
            uint256 last = isCall ? 4 * price : price / 4;
            bool isTooSmall = !isCall && price / 1e4 / step < 8;
            require(
                isTooSmall || _deltaOf(isCall, price, last / 1e4, volatilityBps, tenor) > (deltaBps * 1e14 * 9) / 10,
                "there is one"
            );
            return;
        }
        require(strike % step == 0, "on the grid");
        require(isCall ? strike * 1e4 >= price - 1e4 : strike * 1e4 <= price, "not in the money");
        require(_deltaOf(isCall, price, strike, volatilityBps, tenor) <= deltaBps * 1e14, "at most the delta");
        uint256 nearer = isCall ? strike - step : strike + step;
        bool isIn = isCall ? nearer * 1e4 < price : nearer * 1e4 > price;
        require(isIn || _deltaOf(isCall, price, nearer, volatilityBps, tenor) > deltaBps * 1e14, "the nearest");
    }

    function testFuzz_AMaximumLossIsTheCoinOrTheStrike(uint40 strike, uint64 size) external pure {
        uint256 put = OptionQuotes.maximumLossUp(false, strike, size, 6);
        require(put * 1e4 >= uint256(size) * strike, "the strike");
        require(put == 0 || (put - 1) * 1e4 < uint256(size) * strike, "rounded up");
        require(OptionQuotes.maximumLossUp(true, strike, size, 9) == uint256(size) * 1e3, "a coin of nine decimals");
        uint256 coarse = OptionQuotes.maximumLossUp(true, strike, size, 4);
        require(coarse * 100 >= size && (coarse == 0 || (coarse - 1) * 100 < size), "and of four, rounded up");
    }

    function testFuzz_AVolatilityIsTheRootOfItsVariance(uint128 varianceWad) external pure {
        uint256 bps = OptionQuotes.volatilityOf(varianceWad);
        uint256 variance = uint256(varianceWad) / 1e10;
        require(bps * bps >= variance && (bps == 0 || (bps - 1) * (bps - 1) < variance), "rounded up");
    }

    function _deltaOf(
        bool isCall,
        uint256 price,
        uint256 strike,
        uint256 volatilityBps,
        uint256 tenor
    ) private pure returns (uint256) {
        if (strike == 0) return 0;
        (, , uint256 delta, , , ) = BlackScholes.greeks(price * 1e10, strike * 1e14, volatilityBps * 1e14, tenor);
        return isCall ? delta : 1e18 - delta;
    }
}

/// @notice Fridays, 08:00 UTC.
contract VaultCalendarTest {
    /// @dev 2 January 1970, 08:00 UTC, the first Friday.
    uint256 private constant _FIRST = 115_200;

    function testFuzz_ABoundaryIsTheLastFridayMorning(uint32 time) external pure {
        if (time < _FIRST) return;
        uint256 boundary = VaultCalendar.boundaryBefore(time);
        require(boundary <= time && time < boundary + 7 days, "the last one");
        require(boundary % 1 days == 8 hours, "08:00");
        require((boundary / 1 days) % 7 == 1, "a Friday; day 0 was a Thursday");
        require(VaultCalendar.boundaryBefore(boundary) == boundary, "a boundary is its own");
        require(boundary == _FIRST || VaultCalendar.boundaryBefore(boundary - 1) == boundary - 7 days, "weekly");
        (uint256 opens, uint256 closes) = VaultCalendar.windowOf(boundary);
        require(opens == boundary + 1 hours && closes == boundary + 7 hours, "one to seven hours after it");
    }
}

/// @notice Fees of a vault: never more than the terms say, and none twice.
contract VaultFeesTest {
    uint256 private constant _NOW = 1_800_000_000;

    function testFuzz_AFeeIsItsShareOfTheAssetsAndOfTheGain(
        uint56 units_,
        uint96 shares,
        uint64 highest,
        uint32 age,
        uint256 seed
    ) external {
        vm.warp(_NOW);
        uint256 units = uint256(units_) + 1;
        uint256 supply = uint256(shares) + 1e6;
        uint256 passed = age % (2 * 365 days);
        (uint256 management, uint256 performance) = (seed % 201, (seed >> 8) % 2_001);
        // Near the price, or anywhere.
        uint256 mark = seed & (1 << 200) == 0 ? (units * 1e18) / supply : highest;
        VaultFees.Mark memory before = VaultFees.Mark(uint128(mark), uint64(_NOW - passed));
        (uint256 feeShares, VaultFees.Mark memory next) = VaultFees.chargeDown(
            before,
            units,
            supply,
            management,
            performance
        );
        uint256 counted = passed > 365 days ? 365 days : passed;
        uint256 yearly = (units * management * counted) / (1e4 * 365 days);
        uint256 kept = (mark * supply) / 1e18;
        uint256 gain = units > kept ? units - kept : 0;
        uint256 worth = (feeShares * units) / (supply + feeShares);
        require(worth <= yearly + (gain * performance) / 1e4, "no more than the terms say");
        require(performance != 0 || worth + 1 + units / supply >= yearly, "the share of a year, but for a unit");
        if (management == 0 && units <= kept) require(feeShares == 0, "no gain, no fee");
        require(next.chargedAt == _NOW, "charged until now");
        require(next.highest >= mark, "the mark never falls");
        require(
            next.highest * (supply + feeShares) <= (mark > 0 ? _most(units, mark, supply + feeShares) : units * 1e18),
            "nor rises beyond the price"
        );

        (uint256 again, ) = VaultFees.chargeDown(next, units, supply + feeShares, management, performance);
        require(again == 0, "nothing is charged twice");
    }

    function test_AVaultBeginsAtParAndNow() external {
        vm.warp(_NOW);
        VaultFees.Mark memory mark = VaultFees.first();
        require(mark.highest == 1e12 && mark.chargedAt == _NOW, "a unit for a million shares");
    }

    function _most(uint256 units, uint256 mark, uint256 supply) private pure returns (uint256) {
        return units * 1e18 > mark * supply ? units * 1e18 : mark * supply;
    }
}

/// @notice Requests by their rules: every division against who asked.
contract RequestsTest {
    uint256 private constant _LARGEST_UNITS = type(uint56).max;
    mapping(uint256 => IOptionsVault.SharePrice) private _prices;

    /// @dev Some pending, some matured.
    function _drawn(uint256 seed) private pure returns (Request memory request) {
        request.matured = uint128(seed % 10 ** (1 + ((seed >> 128) % 24)));
        request.due = uint128((seed >> 64) % 10 ** (1 + ((seed >> 136) % 24)));
    }

    function testFuzz_ClaimingInPartsBringsNoMoreThanAtOnce(uint256 seed, uint128 part) external pure {
        Request memory request = _drawn(seed);
        (uint256 matured, uint256 due) = (request.matured, request.due);
        if (matured == 0) return;
        uint256 given = part % (matured + 1);
        uint256 taken = Requests.claimGiven(request, given);
        require(given == matured ? taken == due : taken * matured <= given * due, "against the claimer");
        require((taken + 1) * matured > given * due, "by less than a unit");
        require(request.matured == matured - given && request.due == due - taken, "the rest is left");
        uint256 rest = Requests.claimGiven(request, request.matured);
        require(taken + rest == due, "and the last claim gets all of it");
        require(request.matured == 0 && request.due == 0, "nothing stays");
    }

    function testFuzz_TakingCostsWhatItIsWorthRoundedUp(uint256 seed, uint128 part) external pure {
        Request memory request = _drawn(seed);
        (uint256 matured, uint256 due) = (request.matured, request.due);
        if (due == 0) return;
        uint256 taken = 1 + (part % due);
        uint256 given = Requests.claimTaken(request, taken);
        require(given * due >= taken * matured, "against the claimer");
        require(given == 0 || (given - 1) * due < taken * matured, "by less than a unit");
        require(request.matured == matured - given && request.due == due - taken, "the rest is left");
        if (request.due == 0) return;
        require(Requests.claimTaken(request, request.due) == matured - given, "and the last takes all of it");
    }

    function testFuzz_ARequestRipensOnceAtItsOwnPrice(
        uint256 seed,
        uint56 units,
        uint96 shares,
        uint96 given
    ) external {
        IOptionsVault.SharePrice memory price = IOptionsVault.SharePrice(uint128(units) + 1, uint128(shares) + 1e6);
        _prices[7] = price;
        bool isDeposit = seed % 2 == 0;
        Request memory request = _drawn(seed);
        (uint256 matured, uint256 due) = (request.matured, request.due);
        // Nobody asks to leave with more shares than there are.
        request.pending = uint112(given % (isDeposit ? _LARGEST_UNITS : price.shares));
        request.epoch = 7;
        uint256 asked = request.pending;

        Requests.ripen(request, 7, _prices, isDeposit);
        require(request.pending == asked && request.matured == matured, "not before its price");
        Requests.ripen(request, 8, _prices, isDeposit);
        require(request.pending == 0, "then nothing waits");
        bool isVoid = uint256(price.shares) > uint256(price.units) * 1e12;
        require(Requests.isVoid(price) == isVoid, "void below a millionth of par");
        if (isDeposit && isVoid) {
            require(request.cancelled == asked && request.matured == matured, "nobody joins void shares");
        } else {
            uint256 worth = isDeposit ? (asked * price.shares) / price.units : (asked * price.units) / price.shares;
            require(request.matured == matured + asked && request.due == due + worth, "at its price, rounded down");
        }
        uint256 before = request.due;
        Requests.ripen(request, 9, _prices, isDeposit);
        require(request.due == before, "once");
    }

    function testFuzz_JoiningAndLeavingAtOnePriceBringsNothing(
        uint56 units,
        uint96 shares,
        uint56 given
    ) external pure {
        IOptionsVault.SharePrice memory price = IOptionsVault.SharePrice(uint128(units) + 1, uint128(shares) + 1e6);
        uint256 bought = Requests.valueDown(given, price, true);
        require(Requests.valueDown(bought, price, false) <= given, "there and back");
    }
}
