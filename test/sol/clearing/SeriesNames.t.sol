// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SeriesNames } from "../../../contracts/clearing/libraries/SeriesNames.sol";

/// @notice What wallets show of a series.
contract SeriesNamesTest {
    function test_AStrikeIsShownWithoutZerosAtItsEnd() external pure {
        _requireText(SeriesNames.decimalOf(30_000_000), "3000");
        _requireText(SeriesNames.decimalOf(5_000), "0.5");
        _requireText(SeriesNames.decimalOf(12_345), "1.2345");
        _requireText(SeriesNames.decimalOf(10_050), "1.005");
        _requireText(SeriesNames.decimalOf(1), "0.0001");
        _requireText(SeriesNames.decimalOf(0), "0");
    }

    function test_DatesKnowLeapYears() external pure {
        _requireText(SeriesNames.dateOf(0), "01JAN70");
        _requireText(SeriesNames.dateOf(951_782_400), "29FEB00");
        _requireText(SeriesNames.dateOf(1_709_164_800), "29FEB24");
        _requireText(SeriesNames.dateOf(1_774_598_400), "27MAR26");
        _requireText(SeriesNames.dateOf(1_798_761_599), "31DEC26");
        _requireText(SeriesNames.dateOf(1_798_761_600), "01JAN27");
    }

    function test_DaysAndYearsHaveTwoDigits() external pure {
        _requireText(SeriesNames.twoDigits(7), "07");
        _requireText(SeriesNames.twoDigits(27), "27");
    }

    function _requireText(string memory text, string memory expected) private pure {
        require(keccak256(bytes(text)) == keccak256(bytes(expected)), expected);
    }
}
