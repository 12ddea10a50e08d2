// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { PriceReport } from "../shared/OracleTypes.sol";

/// @title Slasher
/// @notice Turns evidence anyone can submit into penalties (DESIGN §3, F1–F5).
interface ISlasher {
    enum Fault {
        Equivocation,
        Deviation,
        FutureDating,
        Downtime,
        Capture
    }

    function submitEquivocation(
        PriceReport calldata first,
        bytes calldata firstSignature,
        PriceReport calldata second,
        bytes calldata secondSignature
    ) external returns (uint256 caseId);
    function submitDeviation(PriceReport calldata report, bytes calldata signature, uint256 feed)
        external
        returns (uint256 caseId);
    function confirmDeviation(uint256 caseId, uint256 sourceIndex, uint80 roundId) external;
    function release(uint256 caseId) external;
    function accuseFutureDating(PriceReport calldata report, bytes calldata signature) external returns (uint256 caseId);
    function convictFutureDating(uint256 caseId, uint64 quorumRound) external;
    /// @notice Collects the correlated part, 14 days after the fault.
    function finalize(uint256 caseId) external returns (uint256 taken);
}
