// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { Context } from "./ClearingState.sol";

/// @title Guarded call of the risk contract
/// @notice A risk contract that reverts, answers nonsense or has no price is Halted without a price. A caller cannot starve
/// the call into failing: too little gas reverts everything.
library RiskCall {
    /// @dev Gas the call gets, some twenty times what a healthy one needs.
    uint256 private constant _GAS = 300_000;
    /// @dev Of what is left a call gets 63/64 (EIP-150); with less the callee could run dry where it would have answered.
    uint256 private constant _NEEDED = (_GAS * 64) / 63 + 5_000;

    /// @notice Asks the risk contract of the market for the reading of its feed.
    /// @return ok There is a price to margin with; otherwise the reading says Halted and nothing else of it means anything.
    function tryRead(Context memory context) internal view returns (bool ok) {
        require(gasleft() >= _NEEDED, IClearingRecords.Clearinghouse_GasStarved(gasleft(), _NEEDED));
        bytes memory request = abi.encodeCall(IRisk.tryRead, (context.config.feed(), context.expiry));
        IRisk.Reading memory reading = context.reading;
        ok = _answers(context.config.risk(), request, reading) && _isSane(reading);
        if (ok) return true;
        IRisk.Reading memory nothing;
        nothing.mode = Level.Halted;
        context.reading = nothing;
    }

    /// @notice Modes in which cash may leave down to initial margin.
    function lends(IRisk.Reading memory reading) internal pure returns (bool) {
        return reading.mode <= Level.Cautious;
    }

    /// @dev The Solidity it replaces: `(bool success, bytes memory answer) = risk.staticcall{gas: _GAS}(request)`, then
    /// `(ok, reading) = abi.decode(answer, (bool, IRisk.Reading))` if the answer has 13 words, each inside its type, and
    /// false otherwise. A struct of value types lies in memory as it is encoded, so the answer is copied to its place; more
    /// than the 13 words is never copied, whatever the callee returns.
    function _answers(address risk, bytes memory request, IRisk.Reading memory reading) private view returns (bool ok) {
        assembly ("memory-safe") {
            ok := staticcall(_GAS, risk, add(request, 0x20), mload(request), 0, 0)
            ok := and(ok, eq(returndatasize(), 0x1a0))
            if ok {
                returndatacopy(0, 0, 0x20)
                returndatacopy(reading, 0x20, 0x180)
                ok := eq(mload(0), 1)
                // mode, opens, price, low, high, age, average, volatility, multiplier, add-on, cap, loss share
                if gt(mload(reading), 4) {
                    ok := 0
                }
                let excess := shr(1, mload(add(reading, 0x20)))
                excess := or(excess, shr(64, mload(add(reading, 0x40))))
                excess := or(excess, shr(64, mload(add(reading, 0x60))))
                excess := or(excess, shr(64, mload(add(reading, 0x80))))
                excess := or(excess, shr(32, mload(add(reading, 0xa0))))
                excess := or(excess, shr(64, mload(add(reading, 0xc0))))
                excess := or(excess, shr(32, mload(add(reading, 0xe0))))
                excess := or(excess, shr(16, mload(add(reading, 0x100))))
                excess := or(excess, shr(16, mload(add(reading, 0x120))))
                excess := or(excess, shr(64, mload(add(reading, 0x140))))
                excess := or(excess, shr(16, mload(add(reading, 0x160))))
                if excess {
                    ok := 0
                }
            }
        }
    }

    /// @dev What margin divides by and relies on.
    function _isSane(IRisk.Reading memory reading) private pure returns (bool) {
        return
            reading.low != 0 &&
            reading.low <= reading.price &&
            reading.price <= reading.high &&
            reading.multiplierBps >= 10_000 &&
            reading.addOnBps <= 10_000;
    }
}
