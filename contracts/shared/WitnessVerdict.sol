// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { SignalLimits } from "./Signal.sol";

/// @title Witness verdict
/// @notice What the trigger table judges of a witness that was far from our price when only one of the two had moved: then
/// either may be right, and our own next rounds tell. A testimony is
/// 1. ahead when the witness moved and we did not: our rounds from its time on are compared with it, and after a minute all;
/// 2. behind when we moved, by at most 8 %, and the witness did not: for a minute it asks for Cautious at most;
/// 3. settled otherwise: what counts is its distance to our price at its time.
library WitnessVerdict {
    /// @notice Stands for a number of samples: the testimony is ahead.
    uint256 internal constant AHEAD = 3;
    /// @notice Who moved alone, or stayed alone, for this long is right or wrong.
    uint256 internal constant SETTLING_SECONDS = 60;

    /// @notice Whether the testimony is ahead or behind: one sample of at most 8 % is none.
    /// @param samples Samples in a row more than 8 % away, or AHEAD; as the witness word holds it.
    /// @param distanceBps Distance to our price at the testimony's time, without sign.
    function isOpen(uint256 samples, uint256 distanceBps) internal pure returns (bool) {
        return samples == AHEAD || (samples == 1 && distanceBps <= SignalLimits.WITNESS_HALTED_BPS);
    }

    /// @notice Distance and samples that the table judges.
    /// @param samples As in {isOpen}; not zero, as they are only of what was more than 1.5 % away when it was asked.
    /// @param distanceBps As in {isOpen}.
    /// @param gapBps Distance of the witness to the price that is judged, without sign.
    /// @param observedAt Time of the testimony.
    /// @param roundAt Time of the price that is judged.
    /// @param time The block's.
    function judged(
        uint256 samples,
        uint256 distanceBps,
        uint256 gapBps,
        uint256 observedAt,
        uint256 roundAt,
        uint256 time
    ) internal pure returns (uint256 judgedBps, uint256 judgedSamples) {
        bool isSettling = time < observedAt + SETTLING_SECONDS;
        if (samples == AHEAD) return (isSettling && roundAt < observedAt ? 0 : gapBps, 0);
        bool isMuted = isSettling && isOpen(samples, distanceBps) && distanceBps > SignalLimits.WITNESS_REDUCE_ONLY_BPS;
        judgedBps = isMuted ? SignalLimits.WITNESS_REDUCE_ONLY_BPS : distanceBps;
        // Or what was far from the price of before an outage would halt the price of after it, and end its grace.
        judgedSamples = gapBps > SignalLimits.WITNESS_HALTED_BPS ? samples : 0;
    }
}
