// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Level } from "../../contracts/shared/OracleTypes.sol";
import { Liquidation } from "../../contracts/shared/RiskTypes.sol";
import { ModeMachine, Recovery, Stance } from "../../contracts/risk/libraries/ModeMachine.sol";
import { RiskLimits } from "../../contracts/risk/libraries/RiskLimits.sol";

/// @notice What modes allow. Each function is one property.
contract ModeProofs {
    function anOlderPriceIsNeverLooser(uint32 age, uint32 older, uint32 heartbeat) external pure {
        require(age <= older);
        assert(ModeMachine.ageLevel(age, heartbeat) <= ModeMachine.ageLevel(older, heartbeat));
    }

    /// @notice Where openings are allowed, or cash may leave, whoever wants to reduce may.
    function rightsAreNested(Level mode, Recovery recovery, uint16 capBps) external pure {
        if (ModeMachine.opens(Stance(mode, recovery, capBps))) assert(ModeMachine.reduces(mode));
        if (ModeMachine.lends(mode)) assert(ModeMachine.reduces(mode));
    }

    function anOldPriceLiquidatesNobody(
        Stance memory stance,
        uint32 age,
        uint32 heartbeat,
        uint32 dispersion
    ) external pure {
        require(age > RiskLimits.AGE_CAUTIOUS * heartbeat);
        assert(ModeMachine.liquidationOf(stance, age, heartbeat, dispersion) == Liquidation.None);
    }

    function graceLiquidatesNobody(Level mode, uint32 age, uint32 heartbeat, uint32 dispersion) external pure {
        Stance memory stance = Stance(mode, Recovery.Grace, 10_000);
        assert(ModeMachine.liquidationOf(stance, age, heartbeat, dispersion) == Liquidation.None);
    }

    function multiplierIsOneOrOneAndAQuarter(Level mode) external pure {
        uint256 multiplierBps = ModeMachine.multiplierBps(mode);
        assert(multiplierBps == 10_000 || multiplierBps == 12_500);
        assert((multiplierBps == 10_000) == (mode == Level.Normal));
    }
}
