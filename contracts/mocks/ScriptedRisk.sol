// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IRisk } from "../interfaces/IRisk.sol";
import { Level } from "../shared/OracleTypes.sol";
import { LiquidationReading } from "../shared/RiskTypes.sol";

/// @title Scripted risk
/// @notice Stands in for the risk contract: answers what a test tells it, stricter where the market's alarm
/// is, or fails the way a test tells it.
contract ScriptedRisk is IRisk {
    enum Failure {
        None,
        NoPrice,
        Reverts,
        BurnsGas,
        Nonsense,
        Raw
    }

    Reading private _reading;
    LiquidationReading private _liquidation;
    Failure public failure;
    bytes private _raw;

    function set(Reading calldata reading) external {
        _reading = reading;
    }

    function setLiquidation(LiquidationReading calldata liquidation) external {
        _liquidation = liquidation;
    }

    function fail(Failure how) external {
        failure = how;
    }

    /// @notice Answers these bytes, whatever they are.
    function failWith(bytes calldata raw) external {
        failure = Failure.Raw;
        _raw = raw;
    }

    /// @inheritdoc IRisk
    function tryRead(uint256, uint256, uint256, Level alarm) external view returns (bool ok, Reading memory reading) {
        return _answer(alarm);
    }

    /// @inheritdoc IRisk
    function tryReadLiquidation(
        uint256,
        uint256,
        uint256,
        Level alarm,
        bool withEarlier
    ) external view returns (bool ok, Reading memory reading, LiquidationReading memory liquidation) {
        (ok, reading) = _answer(alarm);
        if (!ok) return (ok, reading, liquidation);
        liquidation = _liquidation;
        if (!withEarlier) {
            (liquidation.earlierPrice, liquidation.earlierLow, liquidation.earlierHigh) = (0, 0, 0);
        }
    }

    function _answer(Level alarm) private view returns (bool ok, Reading memory reading) {
        if (failure == Failure.NoPrice) return (false, reading);
        require(failure != Failure.Reverts, "scripted");
        if (failure == Failure.BurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
        if (failure == Failure.Nonsense) {
            assembly ("memory-safe") {
                mstore(0, 7)
                return(0, 32)
            }
        }
        if (failure == Failure.Raw) {
            bytes memory raw = _raw;
            assembly ("memory-safe") {
                return(add(raw, 0x20), mload(raw))
            }
        }
        reading = _reading;
        if (alarm > reading.mode) (reading.mode, reading.opens) = (alarm, reading.opens && alarm == Level.Cautious);
        return (true, reading);
    }
}
