// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { WeightedMedian } from "../../../contracts/oracle/libraries/WeightedMedian.sol";

/// @notice The hot loop against the definition of what it computes, report by report.
contract WeightedMedianTest {
    uint256 private constant _FULL_RELIABILITY = 1 << 15;

    struct Reports {
        uint256 count;
        uint256[32] prices; // by place, rising
        uint256[32] weights;
        uint256[32] reliabilities;
        uint256 active;
    }

    struct Pass {
        uint256 rows;
        uint256 orders;
        uint256 kept;
        uint256 totals;
        uint256 crossed;
    }

    uint256 private _seed;

    function testFuzz_MediansAreThoseOfTheDefinition(uint256 seed) external {
        Reports memory reports = _randomReports(seed);
        (uint256 stake, uint256 effective) = _mediansOf(reports);
        uint256[32] memory effectives;
        for (uint256 i = 0; i < reports.count; ++i) effectives[i] = reports.weights[i] * reports.reliabilities[i];
        require(stake == _median(reports, reports.weights), "median by stake");
        require(effective == _median(reports, effectives), "median by stake and reliability");
    }

    function testFuzz_BoundsLeaveAThirdOnTheirSide(uint256 seed) external {
        Reports memory reports = _randomReports(seed);
        Pass memory pass = _passed(reports);
        (uint256 lower, uint256 upper) = WeightedMedian.boundsAfter(
            pass.rows,
            pass.orders,
            reports.count,
            pass.crossed
        );
        (uint256 below, uint256 expected) = (0, 0);
        for (uint256 i = 0; i < reports.count && expected == 0; ++i) {
            below += reports.weights[i];
            if (3 * below > reports.active) expected = reports.prices[i];
        }
        require(lower == expected, "lowest price with more than a third at or below it");
        (below, expected) = (0, 0);
        for (uint256 i = reports.count; i != 0 && expected == 0; --i) {
            below += reports.weights[i - 1];
            if (3 * below > reports.active) expected = reports.prices[i - 1];
        }
        require(upper == expected, "highest price with more than a third at or above it");
    }

    /// @notice Half of the weight exactly lies below: the mean with the next price, rounded down.
    function test_WhenHalfLiesBelow_TheMeanOfTheMiddleTwo() external pure {
        Reports memory reports;
        (reports.count, reports.active) = (4, 4);
        for (uint256 i = 0; i < 4; ++i) {
            (reports.prices[i], reports.weights[i], reports.reliabilities[i]) = (100 + 5 * i, 1, _FULL_RELIABILITY);
        }
        (uint256 stake, uint256 effective) = _mediansOf(reports);
        require(stake == 107 && effective == 107, "between 105 and 110");
    }

    /// @notice The same at every place of the order, for the loop goes through it in fours and a rest.
    function testFuzz_WhenHalfLiesBelowAnyPlace_TheMeanOfTheTwoAroundIt(uint256 seed) external {
        Reports memory reports = _randomReports(seed);
        if (reports.count < 2) reports.count = 2;
        for (uint256 i = 1; i < reports.count; ++i) reports.prices[i] = reports.prices[i - 1] + 1 + _next(1e10);
        uint256 place = _next(reports.count - 1);
        uint256 half = 0;
        for (uint256 i = 0; i <= place; ++i) {
            reports.weights[i] = 32 + _next(1e6);
            half += reports.weights[i];
        }
        // Behind the place one each, and the last of them what is missing.
        for (uint256 i = place + 1; i < reports.count; ++i) reports.weights[i] = 1;
        reports.weights[reports.count - 1] = half - (reports.count - place - 2);
        for (uint256 i = 0; i < reports.count; ++i) reports.reliabilities[i] = _FULL_RELIABILITY;
        reports.active = 2 * half;

        (uint256 stake, uint256 effective) = _mediansOf(reports);
        uint256 mean = (reports.prices[place] + reports.prices[place + 1]) / 2;
        require(stake == mean && effective == mean, "the mean");
    }

    /// @notice A word tells what it was made of, and rows of one feed lie a stride apart.
    function testFuzz_AWordTellsWhatItWasMadeOf(
        uint64 price,
        uint8 index,
        uint8 seat,
        uint32 weight,
        uint16 reliability
    ) external pure {
        uint256 lanes = WeightedMedian.lanesOf(weight, reliability);
        uint256 tail = WeightedMedian.tail(index, seat, lanes);
        uint256 word = (uint256(price) << 192) | tail;
        require(WeightedMedian.priceOf(word) == price, "price");
        require(WeightedMedian.indexOf(tail) == index, "index");
        require(WeightedMedian.seatOf(word) == seat, "seat");
        require(WeightedMedian.lanesIn(word) == lanes && WeightedMedian.weightOf(lanes) == weight, "weight");
        require(WeightedMedian.rowOf(tail) == WeightedMedian.STRIDE * index, "row");
        if (index < 255) {
            require(WeightedMedian.tail(uint256(index) + 1, seat, lanes) == tail + WeightedMedian.NEXT_INDEX, "next");
        }
    }

    /// @notice An order that does not rise, repeats a report or names one that is not there is refused.
    function testFuzz_RevertWhen_TheOrderDoesNotRise(uint256 seed) external {
        Reports memory reports = _randomReports(seed);
        if (reports.count < 2) return;
        Pass memory pass = _laidOut(reports);
        uint256 place = _next(reports.count - 1);
        uint256 swapped = _withByte(pass.orders, place, WeightedMedian.byteAt(pass.orders, place + 1));
        require(!this.accepts(reports, swapped), "a report twice");
        swapped = _withByte(swapped, place + 1, WeightedMedian.byteAt(pass.orders, place));
        require(!this.accepts(reports, swapped), "two reports out of order");
        require(!this.accepts(reports, _withByte(pass.orders, place, reports.count)), "a report that is not there");
        require(this.accepts(reports, pass.orders), "the rising order");
    }

    /// @notice A row behind the last report is none, whatever lies there.
    function testFuzz_RevertWhen_AnIndexIsBehindTheLastReport(uint256 seed) external {
        Reports memory reports = _randomReports(seed);
        Pass memory pass = _laidOut(reports);
        uint256 reached = 1 + _next(reports.count);
        (bool isTaken, ) = address(this).call(abi.encodeCall(this.passWithin, (reports, pass.orders, reached)));
        require(isTaken == (reached == reports.count), "as many reports as there are");
    }

    function passWithin(Reports memory reports, uint256 orders, uint256 reached) external pure {
        Pass memory pass = _laidOut(reports);
        WeightedMedian.pass(pass.kept, pass.rows, orders, reports.count, reached, pass.totals, reports.active, 0);
    }

    /// @notice What is allocated after the room of a pass lies behind its 32 words.
    function test_TheRoomOfAPassIsNobodyElses() external pure {
        uint256 kept = WeightedMedian.room();
        uint256[] memory later = new uint256[](1);
        uint256 place;
        assembly ("memory-safe") {
            place := later
        }
        require(place >= kept + 32 * 32, "behind it");
    }

    function testFuzz_OrdersAreReadFromCalldata(bytes calldata data, uint8 count) external view {
        uint256 length = count % 33;
        bytes32 expected = bytes32(bytes.concat(data[:data.length < length ? data.length : length], new bytes(32)));
        require(this.ordersOf(data, length) == uint256(expected), "the first bytes, then nothing");
    }

    /// @dev Calldata ends with the padding of `data`, so beyond its end there is nothing but zeros.
    function ordersOf(bytes calldata data, uint256 count) external pure returns (uint256) {
        uint256 order;
        assembly ("memory-safe") {
            mstore(0, not(0)) // what was there before must not matter
            order := data.offset
        }
        return WeightedMedian.ordersAt(order, count);
    }

    function accepts(Reports memory reports, uint256 orders) external view returns (bool) {
        try this.passOf(reports, orders) {
            return true;
        } catch {
            return false;
        }
    }

    function passOf(Reports memory reports, uint256 orders) external pure {
        Pass memory pass = _laidOut(reports);
        pass.orders = orders;
        _run(pass, reports);
    }

    function _mediansOf(Reports memory reports) private pure returns (uint256 stake, uint256 effective) {
        Pass memory pass = _passed(reports);
        return WeightedMedian.mediansAfter(pass.kept, pass.rows, pass.orders, reports.count, pass.crossed, pass.totals);
    }

    function _passed(Reports memory reports) private pure returns (Pass memory pass) {
        pass = _laidOut(reports);
        _run(pass, reports);
    }

    function _run(Pass memory pass, Reports memory reports) private pure {
        pass.crossed = WeightedMedian.pass(
            pass.kept,
            pass.rows,
            pass.orders,
            reports.count,
            reports.count,
            pass.totals,
            reports.active,
            0
        );
    }

    /// @dev Reports lie in memory as in a bundle; the report at place i of the order has index (5·i + 3) mod count or i, so that
    /// the order is no identity where 5 and count have no common divisor.
    function _laidOut(Reports memory reports) private pure returns (Pass memory pass) {
        uint256[256] memory rows;
        assembly ("memory-safe") {
            mstore(pass, rows)
        }
        pass.kept = WeightedMedian.room();
        for (uint256 place = 0; place < reports.count; ++place) {
            uint256 index = reports.count % 5 == 0 ? place : (5 * place + 3) % reports.count;
            uint256 lanes = WeightedMedian.lanesOf(reports.weights[place], reports.reliabilities[place]);
            rows[8 * index] = (reports.prices[place] << 192) | WeightedMedian.tail(index, index, lanes);
            pass.totals += lanes;
            pass.orders |= index << (248 - 8 * place);
        }
    }

    /// @dev Prices are distinct: equal ones are ordered by index, which is not what these tests are about.
    function _randomReports(uint256 seed) private returns (Reports memory reports) {
        _seed = seed;
        reports.count = 1 + _next(32);
        uint256 price = 1 + _next(1e12);
        uint256 total = 0;
        for (uint256 i = 0; i < reports.count; ++i) {
            reports.prices[i] = price;
            reports.weights[i] = 1 + _next(_next(2) == 0 ? 3 : type(uint32).max - 1);
            reports.reliabilities[i] = 1 + _next(type(uint16).max);
            total += reports.weights[i];
            price += 1 + _next(1e10);
        }
        // More than half of the active weight priced the feed.
        reports.active = total + _next(total);
    }

    function _median(Reports memory reports, uint256[32] memory weights) private pure returns (uint256) {
        uint256 total = 0;
        for (uint256 i = 0; i < reports.count; ++i) total += weights[i];
        uint256 below = 0;
        for (uint256 i = 0; i < reports.count; ++i) {
            below += weights[i];
            if (2 * below == total) return (reports.prices[i] + reports.prices[i + 1]) / 2;
            if (2 * below > total) return reports.prices[i];
        }
        return 0;
    }

    function _withByte(uint256 orders, uint256 place, uint256 value) private pure returns (uint256) {
        uint256 shift = 248 - 8 * place;
        return (orders & ~(uint256(0xff) << shift)) | (value << shift);
    }

    /// @dev Below `limit`.
    function _next(uint256 limit) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }
}
