// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IClearingRecords } from "../../interfaces/IClearingRecords.sol";
import { IRisk } from "../../interfaces/IRisk.sol";
import { Level } from "../../shared/OracleTypes.sol";
import { LiquidationReading } from "../../shared/RiskTypes.sol";
import { Context } from "./ClearingState.sol";
import { MarketConfig } from "./ClearingWords.sol";

/// @title Guarded call of the risk contract
/// @notice A risk contract that reverts, answers nonsense or has no price is Halted without a price. A caller cannot starve
/// the call into failing: too little gas reverts everything.
library RiskCall {
    /// @dev Gas the call gets, some twenty times what a healthy one needs.
    uint256 private constant _GAS = 300_000;
    /// @dev Words of either answer: `ok` and the reading, then what liquidating takes.
    uint256 private constant _READING_BYTES = 13 * 32;
    uint256 private constant _LIQUIDATION_BYTES = 19 * 32;
    /// @dev Of what is left a call gets 63/64 (EIP-150); with less the callee could run dry where it would have answered.
    uint256 private constant _NEEDED = (_GAS * 64) / 63 + 5_000;

    /// @notice Asks the risk contract of the market for the reading of its feed.
    /// @param alarm What the market itself asks for.
    /// @return ok There is a price to margin with; otherwise the reading says Halted and nothing else of it means anything.
    function tryRead(Context memory context, Level alarm) internal view returns (bool ok) {
        _requireGas();
        MarketConfig config = context.config;
        bytes memory request = abi.encodeCall(
            IRisk.tryRead,
            (config.feed(), context.expiry, config.collateralFeed(), alarm)
        );
        ok = _answers(config.risk(), request, context.reading, _READING_BYTES) && _isSane(context.reading);
        if (!ok) _forget(context);
    }

    /// @notice The same with what liquidating takes, which is filled in place; means nothing without a price.
    /// @param withEarlier Also look for the earlier price that flagging needs.
    function tryReadLiquidation(
        Context memory context,
        LiquidationReading memory liquidation,
        Level alarm,
        bool withEarlier
    ) internal view returns (bool ok) {
        _requireGas();
        MarketConfig config = context.config;
        bytes memory request = abi.encodeCall(
            IRisk.tryReadLiquidation,
            (config.feed(), context.expiry, config.collateralFeed(), alarm, withEarlier)
        );
        ok = _answers(config.risk(), request, context.reading, _LIQUIDATION_BYTES) && _isSane(context.reading);
        if (ok) ok = _answersLiquidation(liquidation) && _isSaneEarlier(liquidation);
        if (!ok) _forget(context);
    }

    /// @notice Modes in which cash may leave down to initial margin.
    function lends(IRisk.Reading memory reading) internal pure returns (bool) {
        return reading.mode <= Level.Cautious;
    }

    function _requireGas() private view {
        require(gasleft() >= _NEEDED, IClearingRecords.Clearinghouse_GasStarved(gasleft(), _NEEDED));
    }

    function _forget(Context memory context) private pure {
        IRisk.Reading memory nothing;
        nothing.mode = Level.Halted;
        context.reading = nothing;
    }

    /// @dev The Solidity it replaces: `(bool success, bytes memory answer) = risk.staticcall{gas: _GAS}(request)`, then
    /// `(ok, reading) = abi.decode(answer, (bool, IRisk.Reading))` if the answer has `length` bytes and its first 13 words are
    /// each inside their type, and false otherwise. A struct of value types lies in memory as it is encoded, so the answer is
    /// copied to its place; nothing of another length is ever copied, whatever the callee returns.
    function _answers(
        address risk,
        bytes memory request,
        IRisk.Reading memory reading,
        uint256 length
    ) private view returns (bool ok) {
        assembly ("memory-safe") {
            ok := staticcall(_GAS, risk, add(request, 0x20), mload(request), 0, 0)
            ok := and(ok, eq(returndatasize(), length))
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

    /// @dev The rest of the same answer: what follows the reading, if each word is inside its type. The Solidity it replaces:
    /// `(, , liquidation) = abi.decode(answer, (bool, IRisk.Reading, LiquidationReading))`.
    function _answersLiquidation(LiquidationReading memory liquidation) private pure returns (bool ok) {
        assembly ("memory-safe") {
            returndatacopy(liquidation, 0x1a0, 0xc0)
            // allowed, primary, bid time, earlier price, its low and its high
            let excess := or(shr(2, mload(liquidation)), shr(1, mload(add(liquidation, 0x20))))
            excess := or(excess, shr(64, mload(add(liquidation, 0x40))))
            excess := or(excess, shr(64, mload(add(liquidation, 0x60))))
            excess := or(excess, shr(64, mload(add(liquidation, 0x80))))
            excess := or(excess, shr(64, mload(add(liquidation, 0xa0))))
            ok := iszero(excess)
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

    function _isSaneEarlier(LiquidationReading memory liquidation) private pure returns (bool) {
        uint256 price = liquidation.earlierPrice;
        if (price == 0) return true;
        return liquidation.earlierLow != 0 && liquidation.earlierLow <= price && price <= liquidation.earlierHigh;
    }
}
