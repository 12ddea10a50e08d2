// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../../contracts/interfaces/IPriceOracle.sol";
import { SettlementFacts } from "../../../contracts/clearing/libraries/SettlementFacts.sol";
import { Facts, Rung, SettlementLadder } from "../../../contracts/clearing/libraries/SettlementLadder.sol";
import { ScriptedMarks } from "../../../contracts/mocks/ScriptedMarks.sol";
import { START, vm } from "./ClearingWorld.sol";

/// @notice Which price an expiry settles at, whatever the oracle recorded and whoever asks whenever.
contract SettlementLadderTest {
    uint256 private constant _EXPIRY = START + 2 days;
    uint256 private constant _HALF_HOUR = 30 minutes;
    uint256 private constant _MARKS = 6;

    uint256 private _seed;
    ScriptedMarks private _marks;
    uint64[] private _boundaries;

    function setUp() external {
        _marks = new ScriptedMarks();
    }

    /// @notice From the moment some rung has a price, waiting changes neither rung nor price, until the next closing of
    /// witnesses; and a window's or a signed price never.
    function testFuzz_WaitingChangesNoPrice(uint256 seed) external {
        _seed = seed;
        Facts memory facts = _randomFacts();
        facts.blockTime = _EXPIRY + _next(8 days);
        (Rung rung, uint256 price) = SettlementLadder.decide(facts);
        if (rung == Rung.None) return;
        facts.blockTime += _next(30 days);
        (Rung later, uint256 laterPrice) = SettlementLadder.decide(facts);
        require(later == rung && laterPrice == price, "a price once open stays");
    }

    /// @notice Rung by rung, at the second it opens and the one before.
    function test_EveryRungOpensAtItsSecond() external pure {
        Facts memory facts = _plain();
        (facts.coverage, facts.mean) = (1_440, 3_000e8);
        _requireOpens(facts, 2 minutes, Rung.Window, 3_000e8);
        facts.coverage = 1_439;
        _requireOpens(facts, 2 hours, Rung.ThinWindow, 3_000e8);
        facts.coverage = 360;
        _requireOpens(facts, 2 hours, Rung.ThinWindow, 3_000e8);
        (facts.isDirty, facts.witnesses[2]) = (true, 3_000e8);
        _requireOpens(facts, 24 hours, Rung.WitnessedWindow, 3_000e8);

        facts = _plain();
        (facts.coverage, facts.lastPrice, facts.lastAt) = (359, 2_000e8, _EXPIRY - 1 hours);
        (facts.firstPrice, facts.firstAt) = (3_000e8, _EXPIRY + 3 hours);
        _requireOpens(facts, 24 hours, Rung.Line, 2_250e8);
        facts.isDirty = true;
        _requireOpens(facts, 7 days, Rung.LastMedian, 2_000e8);
        facts.witnesses[0] = 2_400e8;
        _requireOpens(facts, 72 hours, Rung.Witnesses, 2_200e8);
        (facts.signedPrice, facts.signedAt) = (2_100e8, _EXPIRY + 23 hours);
        _requireOpens(facts, 24 hours, Rung.Signed, 2_100e8);
    }

    /// @notice Last and first price may be a day before and 71½ hours behind the expiry, and no second more.
    function test_ALineReachesADayBackAndThreeAhead() external pure {
        Facts memory facts = _plain();
        (facts.lastPrice, facts.lastAt) = (2_000e8, _EXPIRY - 24 hours);
        (facts.firstPrice, facts.firstAt) = (2_000e8, _EXPIRY + 71 hours + 30 minutes);
        _requireOpens(facts, 24 hours, Rung.Line, 2_000e8);
        facts.lastAt -= 1;
        _requireOpens(facts, 7 days, Rung.LastMedian, 2_000e8);
        (facts.lastAt, facts.firstAt) = (facts.lastAt + 1, facts.firstAt + 1);
        _requireOpens(facts, 7 days, Rung.LastMedian, 2_000e8);
    }

    /// @notice A witness 5 % away confirms, measured by the witness; a unit further does not.
    function test_AWitnessConfirmsWithinFivePercent() external pure {
        Facts memory facts = _plain();
        (facts.coverage, facts.isDirty, facts.mean, facts.lastPrice) = (1_800, true, 1_900, 1_900);
        facts.witnesses[3] = 2_000;
        _requireOpens(facts, 24 hours, Rung.WitnessedWindow, 1_900);
        facts.mean = 2_100;
        _requireOpens(facts, 24 hours, Rung.WitnessedWindow, 2_100);
        facts.mean = 2_101;
        _requireOpens(facts, 72 hours, Rung.Witnesses, 1_950);
        facts.mean = 1_899;
        _requireOpens(facts, 72 hours, Rung.Witnesses, 1_950);
    }

    /// @notice Median of the witnesses there are and the last median: the middle, or the mean of the middle two, rounded down.
    function testFuzz_TheFourthRungIsAMedian(uint256 seed) external {
        _seed = seed;
        Facts memory facts = _plain();
        uint256[] memory known = new uint256[](5);
        uint256 count;
        for (uint256 i; i < 4; ++i) {
            if (_next(2) == 0) continue;
            facts.witnesses[i] = known[count++] = 1 + _next(1e12);
        }
        if (count == 0) return;
        if (_next(2) == 0) facts.lastPrice = known[count++] = 1 + _next(1e12);
        facts.blockTime = _EXPIRY + 72 hours;
        (Rung rung, uint256 price) = SettlementLadder.decide(facts);
        require(rung == Rung.Witnesses, "the fourth rung");
        uint256 low = _atRank(known, count, (count - 1) / 2);
        uint256 high = _atRank(known, count, count / 2);
        require(price == (low + high) / 2, "the median");
    }

    /// @dev The value with `rank` values below it, those that are equal counted by their place.
    function _atRank(uint256[] memory values, uint256 count, uint256 rank) private pure returns (uint256) {
        for (uint256 i; i < count; ++i) {
            uint256 below;
            for (uint256 j; j < count; ++j) {
                if (values[j] < values[i] || (values[j] == values[i] && j < i)) ++below;
            }
            if (below == rank) return values[i];
        }
        revert("no such rank");
    }

    function _plain() private pure returns (Facts memory facts) {
        (facts.expiry, facts.isKnown) = (_EXPIRY, true);
    }

    function _requireOpens(Facts memory facts, uint256 age, Rung expected, uint256 expectedPrice) private pure {
        facts.blockTime = _EXPIRY + age - 1;
        (Rung rung, ) = SettlementLadder.decide(facts);
        require(rung == Rung.None, "not a second before");
        facts.blockTime = _EXPIRY + age;
        uint256 price;
        (rung, price) = SettlementLadder.decide(facts);
        require(rung == expected && price == expectedPrice, "then this rung and price");
    }

    /// @notice Witnesses come until the fourth rung opens: none that comes changes a price that was open.
    function testFuzz_AnotherWitnessChangesNoOpenPrice(uint256 seed, uint64 witness) external {
        _seed = seed;
        Facts memory facts = _randomFacts();
        facts.blockTime = _EXPIRY + _next(SettlementLadder.FOURTH_RUNG_OPENS);
        (Rung rung, uint256 price) = SettlementLadder.decide(facts);
        if (rung == Rung.None) return;
        uint256 source = _next(4);
        if (facts.witnesses[source] == 0) facts.witnesses[source] = witness;
        facts.blockTime = _EXPIRY + SettlementLadder.FOURTH_RUNG_OPENS + _next(30 days);
        (Rung later, uint256 laterPrice) = SettlementLadder.decide(facts);
        require(later == rung && laterPrice == price, "a late witness moves nothing");
    }

    /// @notice A week after the expiry of a feed that ever had a price there is one.
    function testFuzz_AWeekLaterThereIsAPrice(uint256 seed) external {
        _seed = seed;
        Facts memory facts = _randomFacts();
        facts.blockTime = _EXPIRY + SettlementLadder.LAST_RUNG_OPENS;
        if (facts.lastPrice == 0) facts.lastPrice = 1;
        (Rung rung, uint256 price) = SettlementLadder.decide(facts);
        require(rung != Rung.None && price != 0, "some price by T + 7 d");
    }

    /// @notice A caller names the first mark after an outage: whatever he names, he finds the one price or none.
    function testFuzz_NoPointerChangesThePrice(uint256 seed) external {
        _seed = seed;
        _record();
        uint256 time = _EXPIRY + 2 minutes + _next(8 days);
        if (time < _lastAt() + 1 hours) time = _lastAt() + 1 hours;
        vm.warp(time);
        (bool isFound, uint256 found) = (false, 0);
        for (uint256 i; i <= 2 * _boundaries.length; ++i) {
            (Rung rung, uint256 price) = _ask(_candidate(i));
            if (rung == Rung.None) continue;
            require(!isFound || price == found, "two pointers, two prices");
            (isFound, found) = (true, price);
        }
    }

    /// @notice However the oracle was silent, came back, contradicted its witnesses or died: a week later a pointer exists
    /// that leads to a price.
    function testFuzz_AWeekLaterSomePointerLeadsToAPrice(uint256 seed) external {
        _seed = seed;
        _record();
        uint256 time = _EXPIRY + 7 days;
        if (time < _lastAt() + 1 hours) time = _lastAt() + 1 hours;
        vm.warp(time);
        bool isFound;
        for (uint256 i; i <= 2 * _boundaries.length; ++i) {
            (Rung rung, ) = _ask(_candidate(i));
            if (rung != Rung.None) isFound = true;
        }
        require(isFound, "a record without a price");
    }

    function _ask(uint64 pointer) private view returns (Rung, uint256) {
        Facts memory facts = SettlementFacts.gather(IPriceOracle(address(_marks)), 0, _EXPIRY, pointer);
        return SettlementLadder.decide(facts);
    }

    /// @dev None, every mark, and a boundary without a mark after each.
    function _candidate(uint256 i) private view returns (uint64) {
        if (i == 0) return 0;
        uint64 boundary = _boundaries[(i - 1) / 2];
        return i % 2 == 1 ? boundary : boundary + uint64(_HALF_HOUR);
    }

    /// @dev A chain of half hours around the expiry as the oracle keeps it: each with at least a round, some without
    /// coverage because witnesses contradicted it. The last round lies in the last of them.
    function _record() private {
        uint256 boundary = _EXPIRY - _HALF_HOUR * _next(60);
        uint64 previous;
        for (uint256 i; i < 1 + (_seed % _MARKS); ++i) {
            uint256 coverage = _next(2) == 0 ? 0 : 1 + _next(1_800);
            uint256 price = 1e8 + _next(1e12);
            _marks.setMark(
                0,
                uint64(boundary),
                IPriceOracle.Mark({
                    price: uint64(price),
                    round: uint64((boundary - 15 - _next(1_700)) / 15),
                    sum: uint96(price * coverage),
                    coverage: uint16(coverage),
                    divergentSeconds: 0,
                    quarantined: _next(4) == 0,
                    halted: false,
                    previousBoundary: previous
                })
            );
            _marks.setLatest(price, boundary - 15);
            _boundaries.push(uint64(boundary));
            previous = uint64(boundary);
            boundary += _HALF_HOUR * (1 + _next(_next(2) == 0 ? 3 : 100));
        }
    }

    function _lastAt() private view returns (uint256) {
        return _boundaries[_boundaries.length - 1];
    }

    function _randomFacts() private returns (Facts memory facts) {
        uint256 price = 1e8 + _next(1e12);
        facts.expiry = _EXPIRY;
        facts.isKnown = true;
        facts.coverage = _next(3) == 0 ? 0 : _next(1_801);
        facts.mean = facts.coverage == 0 ? 0 : price;
        facts.isDirty = _next(2) == 0;
        facts.lastPrice = _next(4) == 0 ? 0 : _around(price);
        facts.lastAt = _EXPIRY - _next(2 days);
        if (_next(2) == 0) {
            facts.firstPrice = _around(price);
            facts.firstAt = _EXPIRY + _HALF_HOUR * (1 + _next(200));
        }
        if (_next(3) == 0) {
            facts.signedPrice = _around(price);
            facts.signedAt = _EXPIRY + 2 hours + _next(21 hours);
        }
        for (uint256 i; i < 4; ++i) {
            if (_next(2) == 0) facts.witnesses[i] = _around(price);
        }
    }

    function _around(uint256 price) private returns (uint256) {
        return (price * (90 + _next(21))) / 100;
    }

    function _next(uint256 limit) private returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % limit;
    }
}
