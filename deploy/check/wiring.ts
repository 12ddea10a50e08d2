// SPDX-License-Identifier: MIT
import { GOVERNED_CONTRACTS } from "../governance.ts";
import { compare } from "./compare.ts";
import type { Reading } from "./compare.ts";
import { addressOf } from "./Deployment.ts";
import type { Check } from "./Deployment.ts";

/** Contract, getter, and the contract that it should name. */
const NEIGHBOURS = [
  ["oracle", "anchor", "anchor"],
  ["oracle", "registry", "registry"],
  ["oracle", "witnessRouter", "router"],
  ["pot", "oracle", "oracle"],
  ["pot", "registry", "registry"],
  ["pot", "witnessRouter", "router"],
  ["pot", "riskManager", "risk"],
  ["escrow", "registry", "registry"],
  ["escrow", "directory", "directory"],
  ["registry", "oracle", "oracle"],
  ["registry", "rewardPot", "pot"],
  ["registry", "escrow", "escrow"],
  ["registry", "slasher", "slasher"],
  ["router", "oracle", "oracle"],
  ["router", "rewardPot", "pot"],
  ["slasher", "oracle", "oracle"],
  ["slasher", "registry", "registry"],
  ["slasher", "router", "router"],
  ["slasher", "anchor", "anchor"],
  ["risk", "oracle", "oracle"],
  ["risk", "rewardPot", "pot"],
  ["risk", "registry", "registry"],
  ["lens", "house", "house"],
  ["flashLiquidator", "house", "house"],
  ["wrappedLongFactory", "house", "house"],
  ["directory", "house", "house"],
  ["vaultFactory", "house", "house"],
  ["vaultLens", "factory", "vaultFactory"],
  ["house", "oracle", "oracle"],
  ["house", "rewardPot", "pot"],
  ["house", "bookModule", "books"],
  ["house", "moveModule", "moves"],
  ["house", "fillModule", "fills"],
  ["house", "settlementModule", "settlement"],
  ["house", "liquidationModule", "liquidation"],
  ...Object.values(GOVERNED_CONTRACTS).map((name) => [name, "authority", "authority"] as const),
] as const;

/** Every contract names the ones around it, and the token of the bonds is the same everywhere. */
export const checkWiring: Check = async (provider, deployment) => {
  const { bondToken } = deployment.parameters;
  const neighbours = NEIGHBOURS.map(([contract, getter, named]): Reading => {
    return [contract, `${getter}() address`, addressOf(deployment, named)];
  });
  return compare(provider, deployment, [
    ...neighbours,
    ["pot", "token() address", bondToken],
    ["escrow", "token() address", bondToken],
    ["registry", "bondToken() address", bondToken],
  ]);
};
