// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import { Facts, Rung, SettlementLadder } from "../clearing/libraries/SettlementLadder.sol";

/// @title Ladder harness
/// @notice Lets a test ask the settlement ladder about many expiries in one call.
contract LadderHarness {
    function decideMany(Facts[] calldata all) external pure returns (Rung[] memory rungs, uint256[] memory prices) {
        rungs = new Rung[](all.length);
        prices = new uint256[](all.length);
        for (uint256 i; i < all.length; ++i) (rungs[i], prices[i]) = SettlementLadder.decide(all[i]);
    }
}
