// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IValidatorRegistry } from "../../interfaces/IValidatorRegistry.sol";
import { Record } from "./RegistryState.sol";

/// @title Jail term
/// @notice How long a jailing lasts: the third in any 30 days a week at least; a longer term for who is in jail already is
/// no jailing of its own, and no term shortens another.
library JailTerm {
    uint256 private constant _JAILING_SECONDS = 30 days;
    uint256 private constant _LONG_JAIL_SECONDS = 7 days;

    /// @notice Books a jailing of `duration` seconds. @return until End of the term.
    function book(Record storage record, uint256 duration) internal returns (uint256 until) {
        if (record.state != IValidatorRegistry.State.Jailed) {
            uint256 earlier = record.earlierJailedAt;
            bool isThird = earlier != 0 && block.timestamp <= earlier + _JAILING_SECONDS;
            (record.earlierJailedAt, record.lastJailedAt) = (record.lastJailedAt, uint40(block.timestamp));
            if (isThird && duration < _LONG_JAIL_SECONDS) duration = _LONG_JAIL_SECONDS;
        }
        until = block.timestamp + duration;
        if (until > record.jailedUntil) record.jailedUntil = uint40(until);
        else until = record.jailedUntil;
    }
}
