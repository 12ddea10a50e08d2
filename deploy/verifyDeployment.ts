// SPDX-License-Identifier: MIT
import type { Provider } from "ethers";

import { checkAnchor } from "./check/anchor.ts";
import { checkClearing } from "./check/clearing.ts";
import { checkCode } from "./check/code.ts";
import type { Check, Deployment } from "./check/Deployment.ts";
import { checkFunctions } from "./check/functions.ts";
import { checkOracle } from "./check/oracle.ts";
import { checkRisk } from "./check/risk.ts";
import { checkRoles } from "./check/roles.ts";
import { checkVaults } from "./check/vaults.ts";
import { checkWiring } from "./check/wiring.ts";

/** What is compared, by its name. */
export const CHECKS: ReadonlyMap<string, Check> = new Map([
  ["code", checkCode],
  ["wiring", checkWiring],
  ["anchor", checkAnchor],
  ["oracle", checkOracle],
  ["functions", checkFunctions],
  ["roles", checkRoles],
  ["risk", checkRisk],
  ["clearing", checkClearing],
  ["vaults", checkVaults],
]);

/** Reads a deployment back from the chain. @returns What is not as it should be, one sentence each; nothing when all is. */
export async function verifyDeployment(provider: Provider, deployment: Deployment): Promise<string[]> {
  const found: string[] = [];
  for (const check of CHECKS.values()) found.push(...(await check(provider, deployment)));
  return found;
}
