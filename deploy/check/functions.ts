// SPDX-License-Identifier: MIT
import { Contract, id } from "ethers";

import {
  GOVERNANCE_DELAY_SECONDS,
  GOVERNED_CONTRACTS,
  GOVERNED_FUNCTIONS,
  GUARDED_FUNCTIONS,
  GUARDIAN_ROLE,
  PARAMETERS_ROLE,
} from "../governance.ts";
import { accountOf, addressOf, same } from "./Deployment.ts";
import type { Check, Deployment } from "./Deployment.ts";

const AUTHORITY = [
  "function getTargetFunctionRole(address,bytes4) view returns (uint64)",
  "function canCall(address,address,bytes4) view returns (bool,uint32)",
];

/** One governed function: the role it needs, and how long each who has it waits. */
export interface GovernedFunction {
  readonly contract: keyof typeof GOVERNED_CONTRACTS;
  readonly signature: string;
  readonly selector: string;
  readonly role: bigint;
  readonly delaySeconds: number;
}

/** All of them. */
export const EVERY_GOVERNED_FUNCTION: readonly GovernedFunction[] = [
  ...listed(GOVERNED_FUNCTIONS, PARAMETERS_ROLE, GOVERNANCE_DELAY_SECONDS),
  ...listed(GUARDED_FUNCTIONS, GUARDIAN_ROLE, 0),
];

function listed(
  functions: Readonly<Partial<Record<keyof typeof GOVERNED_CONTRACTS, readonly string[]>>>,
  role: bigint,
  delaySeconds: number,
): GovernedFunction[] {
  return Object.entries(functions).flatMap(([contract, signatures]) =>
    signatures.map((signature) => {
      const selector = id(signature).slice(0, 10);
      return { contract: contract as keyof typeof GOVERNED_CONTRACTS, signature, selector, role, delaySeconds };
    }),
  );
}

/** Every governed function has its role; the governor waits, guardian and governor tighten at once, the deployer does not. */
export const checkFunctions: Check = async (provider, deployment) => {
  const authority = new Contract(addressOf(deployment, "authority"), AUTHORITY, provider);
  const found = await Promise.all(EVERY_GOVERNED_FUNCTION.map((one) => checkFunction(authority, deployment, one)));
  return found.flat();
};

async function checkFunction(authority: Contract, deployment: Deployment, one: GovernedFunction): Promise<string[]> {
  const { contract, signature, selector, role, delaySeconds } = one;
  const target = addressOf(deployment, GOVERNED_CONTRACTS[contract]);
  const place = `${contract}.${signature}`;
  const canCall = async (who: string): Promise<[boolean, bigint]> =>
    (await authority.getFunction("canCall")(who, target, selector)) as [boolean, bigint];
  const { deployer, parameters } = deployment;
  const governor = accountOf(parameters.governor, deployer);
  const guardian = accountOf(parameters.guardian, deployer);

  const given = (await authority.getFunction("getTargetFunctionRole")(target, selector)) as bigint;
  const found = given === role ? [] : [`${place} needs role ${given}, not ${role}`];
  for (const who of role === GUARDIAN_ROLE ? [guardian, governor] : [governor]) {
    const [now, wait] = await canCall(who);
    if (now !== (delaySeconds === 0) || wait !== BigInt(delaySeconds))
      found.push(`${place}: ${who} waits ${wait} s, not ${delaySeconds}`);
  }
  if (same(deployer, governor) || same(deployer, guardian)) return found;
  const [now, later] = await canCall(deployer);
  return now || later !== 0n ? [...found, `${place}: the deployer has a right left`] : found;
}
