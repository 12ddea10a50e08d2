// SPDX-License-Identifier: MIT
import { Interface } from "ethers";

/** What is asked of a witness of the AggregatorV3 kind. */
export const aggregatorInterface = new Interface([
  "function latestRoundData() view returns (uint80, int256, uint256, uint256, uint80)",
]);
