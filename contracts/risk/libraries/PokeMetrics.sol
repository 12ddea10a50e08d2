// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { IPriceOracle } from "../../interfaces/IPriceOracle.sol";
import { RiskWords } from "../../shared/RiskWords.sol";
import { Signal, SignalInputs } from "../../shared/Signal.sol";
import { WitnessVerdict } from "../../shared/WitnessVerdict.sol";

/// @title Poke metrics
/// @notice Which rows of the trigger table are true of stored words: for events and watchers, the mode does not need it. What
/// only the accepted round knew (its jump, a gap) is not in it.
library PokeMetrics {
    /// @param health The set: weight that signed, and whether too little of it counts.
    /// @return cause Rows, as bits of {Signal}.
    function causeOf(
        uint256 latest,
        uint256 averages,
        uint256 witness,
        IPriceOracle.Health memory health,
        uint256 time
    ) internal pure returns (uint256 cause) {
        SignalInputs memory inputs;
        inputs.move5m = RiskWords.movePpm(averages, 0);
        inputs.move30m = RiskWords.movePpm(averages, 26);
        inputs.move12h = RiskWords.movePpm(averages, 52);
        inputs.isNew = RiskWords.isNew(latest);
        inputs.conflicted = (witness >> 121) & 1 != 0;
        inputs.contradicted = (latest >> 122) & 1 != 0 || RiskWords.isContradicted(latest, witness, time);
        inputs.dispersion = RiskWords.dispersionPpmOf(latest);
        inputs.wideCautious = (averages >> 227) & 3;
        inputs.wideReduceOnly = (averages >> 229) & 3;
        inputs.wideHalted = (averages >> 231) & 7;
        inputs.witnessAge = RiskWords.witnessAgeOf(witness, time);
        inputs.witnessDistanceBps = RiskWords.witnessDistanceOf(witness);
        inputs.witnessThresholdBps = ((witness >> 124) & 15) * 25;
        uint256 samples = (witness >> 122) & 3;
        if (samples != 0) {
            (inputs.witnessDistanceBps, inputs.witnessFarSamples) = WitnessVerdict.judged(
                samples,
                inputs.witnessDistanceBps,
                RiskWords.witnessGapOf(latest, witness),
                uint32(witness >> 64),
                RiskWords.timeOf(latest),
                time
            );
        }
        inputs.signedWeightBps = health.signedWeightEmaBps;
        inputs.impaired = uint256(health.activeWeight) * 3 < uint256(health.nominalWeight) * 2;
        inputs.unwitnessed = RiskWords.isUnwitnessed(latest);
        inputs.divergentInTwenty = _ones((averages >> 207) & 0xfffff);
        inputs.quorumStreak = ((averages >> 202) & 0x1f) + 1; // the latest round is not folded yet
        (, , cause) = Signal.judge(inputs);
    }

    function _ones(uint256 bits) private pure returns (uint256 count) {
        unchecked {
            for (; bits != 0; bits &= bits - 1) ++count;
        }
    }
}
