// SPDX-License-Identifier: MIT
// Which contracts the package speaks to. What only the protocol itself calls (modules, libraries, anchors) is left out.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../hardhat.mjs";

const PUBLISHED = [
  "clearing/Clearinghouse",
  "oracle/AggregatorFacade",
  "oracle/PriceOracle",
  "oracle/RewardPot",
  "oracle/SlashEscrow",
  "oracle/Slasher",
  "oracle/ValidatorRegistry",
  "oracle/WitnessRouter",
  "periphery/FlashLiquidator",
  "periphery/InsurerDirectory",
  "periphery/Lens",
  "periphery/VaultLens",
  "periphery/WrappedLong",
  "periphery/WrappedLongFactory",
  "risk/RiskManager",
  "vaults/InsuranceFund",
  "vaults/OptionsVault",
  "vaults/OptionsVaultFactory",
];

/**
 * The published contracts as they were compiled.
 * @returns {{ name: string, key: string, types: string, abi: object[] }[]} `key` is the name as a variable, `types` where
 *   TypeChain has put its types.
 */
export function publishedContracts() {
  return PUBLISHED.map((place) => {
    const name = place.split("/")[1];
    const artifact = join(root, "artifacts", "contracts", `${place}.sol`, `${name}.json`);
    return {
      name,
      key: `${name[0].toLowerCase()}${name.slice(1)}`,
      types: `typechain-types/${place}.ts`,
      abi: JSON.parse(readFileSync(artifact, "utf8")).abi,
    };
  });
}
