// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CorrelationBuckets } from "../../../contracts/oracle/libraries/CorrelationBuckets.sol";
import { FaultHistory } from "../../../contracts/oracle/libraries/FaultHistory.sol";

/// @notice Correlation windows against a naive model: a list of faults, and for a day the shares of all distinct validators
/// with a fault at most seven days away.
contract CorrelationBucketsTest {
    using CorrelationBuckets for CorrelationBuckets.Buckets;
    using FaultHistory for FaultHistory.History;

    struct FaultOf {
        uint256 validator;
        uint256 day;
    }

    uint256 private constant _VALIDATORS = 5;
    uint256 private constant _FIRST_DAY = 20_445; // the middle of a period
    uint256 private constant _SPAN = 60;

    CorrelationBuckets.Buckets private _buckets;
    CorrelationBuckets.Buckets private _byDay;
    mapping(uint256 validator => FaultHistory.History) private _histories;
    FaultOf[] private _faults;

    function setUp() external {
        _buckets.warmUp();
    }

    function testFuzz_MatchesTheNaiveModelInAnyOrder(uint256 seed) external {
        for (uint256 i = 0; i < 24; ++i) {
            seed = uint256(keccak256(abi.encode(seed)));
            _commit(seed % _VALIDATORS, _FIRST_DAY + ((seed >> 128) % _SPAN));
        }
        for (uint256 day = _FIRST_DAY - 10; day < _FIRST_DAY + _SPAN + 10; ++day) {
            require(_buckets.middleOf(day) == _naive(day), "share around the day");
        }
    }

    /// @notice The window is seven days on either side of any day, whichever word its edges fall into.
    function testFuzz_WindowEdges(uint16 offset) external {
        uint256 day = _FIRST_DAY + (uint256(offset) % 300);
        _commit(1, day);
        uint256 share = _shareOf(1);
        require(_buckets.middleOf(day) == share, "own day");
        require(_buckets.middleOf(day - 7) == share, "seven before");
        require(_buckets.middleOf(day + 7) == share, "seven after");
        require(_buckets.middleOf(day - 8) == 0, "eight before");
        require(_buckets.middleOf(day + 8) == 0, "eight after");
    }

    /// @notice Counting by day and adding up is the same while nobody appears twice.
    function testFuzz_SumsOfDaysMatchWindowsOfDistinctValidators(uint256 seed) external {
        CorrelationBuckets.Buckets storage byDay = _byDay;
        byDay.warmUp();
        for (uint256 validator = 0; validator < _VALIDATORS; ++validator) {
            uint256 day = _FIRST_DAY + ((seed >> (validator * 40)) % _SPAN);
            _commit(validator, day);
            byDay.add(day, _shareOf(validator));
        }
        for (uint256 day = _FIRST_DAY - 10; day < _FIRST_DAY + _SPAN + 10; ++day) {
            require(byDay.sumAround(day) == _naive(day), "sum of days");
            require(_buckets.middleOf(day) == _naive(day), "window");
        }
    }

    function test_SumsSaturate() external {
        _byDay.warmUp();
        for (uint256 i = 0; i < 3; ++i) _byDay.add(_FIRST_DAY + i, 40_000);
        require(_byDay.sumAround(_FIRST_DAY) == 65_535, "saturated");
        require(_byDay.sumAround(_FIRST_DAY + 9) == 40_000, "the last alone");
        require(_byDay.sumAround(_FIRST_DAY + 10) == 0, "none");
    }

    /// @notice Review 20: a validator that fails on many days counts once in every window.
    function testFuzz_ManyFaultsOfOneCountOnce(uint256 daysOfFault) external {
        for (uint256 i = 0; i < 20; ++i) {
            if ((daysOfFault >> i) & 1 == 1) _commit(2, _FIRST_DAY + i);
        }
        for (uint256 day = _FIRST_DAY - 10; day < _FIRST_DAY + 30; ++day) {
            uint256 share = _buckets.middleOf(day);
            require(share == 0 || share == _shareOf(2), "once");
            require(share == _naive(day), "where it belongs");
        }
    }

    /// @notice A small early fault must not hide a later one from the windows only the later one reaches.
    function test_AnEarlyFaultHidesNoLaterOne() external {
        _commit(3, _FIRST_DAY);
        _commit(3, _FIRST_DAY + 10);
        require(_buckets.middleOf(_FIRST_DAY + 17) == _shareOf(3), "window of the later");
        require(_buckets.middleOf(_FIRST_DAY + 5) == _shareOf(3), "between them, once");
    }

    function test_SaturatesInsteadOfSpillingIntoTheNextDay() external {
        for (uint256 i = 0; i < 3; ++i) _buckets.spread(_FIRST_DAY, 40_000, 0);
        require(_buckets.middleOf(_FIRST_DAY) == 65_535, "saturated");
        require(_buckets.middleOf(_FIRST_DAY + 8) == 0, "no carry");
    }

    function test_AnOldPeriodIsForgottenOnlyByANewerOneOnItsPlace() external {
        _commit(1, _FIRST_DAY);
        _commit(2, _FIRST_DAY + 100);
        require(_buckets.middleOf(_FIRST_DAY) == _shareOf(1), "90 days later still there");
        _commit(2, _FIRST_DAY + 120);
        require(_buckets.middleOf(_FIRST_DAY) == 0, "replaced after a lap");
        require(_buckets.middleOf(_FIRST_DAY + 120) == _shareOf(2), "by the new one alone");
    }

    /// @notice Reports in any order: a fault within 24 h of a remembered one is found, one a second further is not.
    function testFuzz_NearIsADayEitherWay(uint32 start, uint32 distance) external {
        uint256 faultAt = 1_700_000_000 + (uint256(start) % 1e9);
        uint256 apart = uint256(distance) % 2 days;
        FaultHistory.History storage history = _histories[9];
        history.record(faultAt);
        uint256 expected = apart < 1 days ? faultAt : 0;
        require(history.near(faultAt + apart) == expected, "after");
        require(history.near(faultAt - apart) == expected, "before");
    }

    function test_TheEightLatestAreRemembered() external {
        FaultHistory.History storage history = _histories[9];
        uint256 faultAt = 1_800_000_000;
        for (uint256 i = 0; i < 9; ++i) history.record(faultAt + i * 1 days);
        require(history.near(faultAt) == 0, "the oldest of nine is gone");
        for (uint256 i = 1; i < 9; ++i) {
            require(history.near(faultAt + i * 1 days) == faultAt + i * 1 days, "the others are not");
        }
    }

    function _commit(uint256 validator, uint256 day) private {
        uint256 counted = _histories[validator].record(day * 1 days + 7 hours);
        _buckets.spread(day, _shareOf(validator), counted);
        _faults.push(FaultOf(validator, day));
    }

    function _naive(uint256 day) private view returns (uint256 sum) {
        for (uint256 validator = 0; validator < _VALIDATORS; ++validator) {
            for (uint256 i = 0; i < _faults.length; ++i) {
                uint256 faultDay = _faults[i].day;
                uint256 distance = faultDay > day ? faultDay - day : day - faultDay;
                if (_faults[i].validator == validator && distance <= 7) {
                    sum += _shareOf(validator);
                    break;
                }
            }
        }
    }

    function _shareOf(uint256 validator) private pure returns (uint256) {
        return 1_000 * (validator + 1) + validator;
    }
}
