// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { Level } from "../../shared/OracleTypes.sol";

/// @title Guarded call of the risk contract
/// @notice A risk contract that reverts, answers nonsense or has no price is Halted without a price. A caller cannot starve
/// the call into failing: too little gas reverts everything.
library RiskCall {
    /// @dev Gas the call gets, some twenty times what a healthy one needs.
    uint256 private constant _GAS = 300_000;
    uint256 private constant _ANSWER_BYTES = 13 * 32;

    function tryRead(
        address risk,
        uint256 feed,
        uint256 expiry
    ) internal view returns (bool ok, IRisk.Reading memory reading) {
        // Of what is left a call gets 63/64 (EIP-150); with less the callee could run dry where it would have answered.
        uint256 needed = (_GAS * 64) / 63 + 5_000;
        require(gasleft() >= needed, IClearingRecords.Clearinghouse_GasStarved(gasleft(), needed));
        (bool success, bytes memory answer) = risk.staticcall{ gas: _GAS }(
            abi.encodeCall(IRisk.tryRead, (feed, expiry))
        );
        if (success && answer.length == _ANSWER_BYTES && _isSane(answer)) {
            (ok, reading) = abi.decode(answer, (bool, IRisk.Reading));
        }
        if (!ok) reading.mode = Level.Halted;
    }

    /// @notice Modes in which cash may leave down to initial margin.
    function lends(IRisk.Reading memory reading) internal pure returns (bool) {
        return reading.mode <= Level.Cautious;
    }

    /// @dev What margin divides by and relies on: a decodable answer with low ≤ price ≤ high, none of them 0.
    function _isSane(bytes memory answer) private pure returns (bool) {
        uint256[13] memory words = abi.decode(answer, (uint256[13]));
        if (words[0] > 1 || words[1] > uint256(type(Level).max) || words[2] > 1) return false;
        if (words[0] == 0) return true;
        for (uint256 i = 3; i < 13; ++i) {
            if (words[i] > type(uint64).max) return false;
        }
        return
            words[6] <= type(uint32).max &&
            words[8] <= type(uint32).max &&
            words[9] <= type(uint16).max &&
            words[10] <= 1e4 &&
            words[12] <= type(uint16).max &&
            words[4] != 0 &&
            words[4] <= words[3] &&
            words[3] <= words[5] &&
            words[9] >= 10_000;
    }
}
