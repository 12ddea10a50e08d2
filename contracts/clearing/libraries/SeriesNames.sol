// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Strings } from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Names of series
/// @notice What a wallet shows of a long: "ETH-USD 27MAR26 3000 capped call 6000". The number after "capped" legs is the price
/// beyond which the option pays no more. Linked: names are read, not traded.
library SeriesNames {
    uint256 private constant _BPS = 1e4;
    bytes private constant _MONTHS = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";

    /// @param feed Description of the feed, such as "ETH-USD".
    /// @param strike 4 decimals.
    /// @param isQuote Kind of the market, as a flag: tools that read ABIs do not know the enums of a library.
    function nameOf(
        string memory feed,
        uint256 expiry,
        uint256 strike,
        bool isCall,
        bool isQuote,
        uint256 capBps
    ) external pure returns (string memory) {
        string memory head = string.concat(feed, " ", dateOf(expiry), " ", decimalOf(strike));
        // Down legs are bounded by nature: a put at price 0, a coin call by the coin itself.
        if (isCall != isQuote) return string.concat(head, isCall ? " call" : " put");
        uint256 cap = isQuote ? (strike * (_BPS + capBps)) / _BPS : (strike * _BPS) / (_BPS + capBps);
        return string.concat(head, isCall ? " capped call " : " capped put ", decimalOf(cap));
    }

    /// @notice "27MAR26", proleptic Gregorian, UTC (Howard Hinnant's days-to-civil algorithm).
    function dateOf(uint256 timestamp) internal pure returns (string memory) {
        uint256 z = timestamp / 1 days + 719_468;
        uint256 era = z / 146_097;
        uint256 dayOfEra = z - era * 146_097;
        uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        uint256 shifted = (5 * dayOfYear + 2) / 153;
        uint256 day = dayOfYear - (153 * shifted + 2) / 5 + 1;
        uint256 month = shifted < 10 ? shifted + 3 : shifted - 9;
        uint256 year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);

        bytes memory name = new bytes(3);
        for (uint256 i; i < 3; ++i) name[i] = _MONTHS[3 * (month - 1) + i];
        return string.concat(twoDigits(day), string(name), twoDigits(year % 100));
    }

    /// @notice A number with 4 decimals without trailing zeros: "3000", "0.5".
    function decimalOf(uint256 value) internal pure returns (string memory text) {
        text = Strings.toString(value / _BPS);
        uint256 rest = value % _BPS;
        if (rest == 0) return text;
        bytes memory digits = bytes(Strings.toString(rest + _BPS));
        uint256 length = 4;
        while (digits[length] == "0") --length;
        bytes memory fraction = new bytes(length);
        for (uint256 i; i < length; ++i) fraction[i] = digits[i + 1];
        return string.concat(text, ".", string(fraction));
    }

    function twoDigits(uint256 value) internal pure returns (string memory) {
        return string.concat(value < 10 ? "0" : "", Strings.toString(value));
    }
}
