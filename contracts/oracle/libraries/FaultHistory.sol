// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { CorrelationBuckets } from "./CorrelationBuckets.sol";

/// @title Fault history
/// @notice What one validator did in one class of fault: when it was last penalised, so that a fault of many rounds costs
/// one base per 24 h, and on which days, so that it counts once in every correlation window. Evidence may come in any order.
library FaultHistory {
    /// @dev Two faults closer than this share one base penalty.
    uint256 internal constant BASE_INTERVAL = 24 hours;

    uint256 private constant _TIMES = 8;
    uint256 private constant _TIME_BITS = 32;
    uint256 private constant _TIME_MASK = (1 << _TIME_BITS) - 1;
    uint256 private constant _WORD_DAYS = 256;
    uint256 private constant _WINDOW_MASK = (1 << CorrelationBuckets.DAYS_PER_WORD) - 1;

    /// @param times The eight latest penalised faults, unix seconds, 32 bits each (until 2106), in no order. They are at
    /// least 24 h apart and evidence lives at most 7 days, so the eight latest hold every one that can still matter.
    /// @param faultDays Bit d modulo 256 of word d / 256: a penalised fault on day d.
    struct History {
        uint256 times;
        mapping(uint256 => uint256) faultDays;
    }

    /// @notice A penalised fault less than 24 h from `faultAt`, 0 when there is none.
    function near(History storage self, uint256 faultAt) internal view returns (uint256 earlier) {
        uint256 times = self.times;
        for (; times != 0; times >>= _TIME_BITS) {
            earlier = times & _TIME_MASK;
            uint256 distance = earlier > faultAt ? earlier - faultAt : faultAt - earlier;
            if (earlier != 0 && distance < BASE_INTERVAL) return earlier;
        }
        return 0;
    }

    /// @notice Remembers a penalised fault and says in which windows its validator already counted.
    /// @return counted As {CorrelationBuckets-spread} takes it.
    function record(History storage self, uint256 faultAt) internal returns (uint256 counted) {
        uint256 day = faultAt / 1 days;

        counted = _countedAround(self, day);
        self.faultDays[day / _WORD_DAYS] |= 1 << (day % _WORD_DAYS);
        self.times = _replaceOldest(self.times, faultAt);
    }

    /// @dev A window counts the validator when any of its fault days lies in it. `fourWeeks` has bit j for day − 14 + j;
    /// the window around day − 7 + i holds the days − 14 + i … i, so it is the 15 bits from bit i on.
    function _countedAround(History storage self, uint256 day) private view returns (uint256 counted) {
        uint256 first = day - 2 * CorrelationBuckets.WINDOW_DAYS;
        uint256 offset = first % _WORD_DAYS;
        uint256 fourWeeks = self.faultDays[first / _WORD_DAYS] >> offset;
        if (offset != 0) fourWeeks |= self.faultDays[first / _WORD_DAYS + 1] << (_WORD_DAYS - offset);

        for (uint256 i = 0; i < CorrelationBuckets.DAYS_PER_WORD; ++i) {
            if ((fourWeeks >> i) & _WINDOW_MASK != 0) counted |= 1 << i;
        }
    }

    function _replaceOldest(uint256 times, uint256 faultAt) private pure returns (uint256) {
        uint256 oldest = _TIME_MASK;
        uint256 oldestShift = 0;
        for (uint256 i = 0; i < _TIMES; ++i) {
            uint256 time = (times >> (i * _TIME_BITS)) & _TIME_MASK;
            if (time < oldest) (oldest, oldestShift) = (time, i * _TIME_BITS);
        }
        return (times & ~(_TIME_MASK << oldestShift)) | (faultAt << oldestShift);
    }
}
