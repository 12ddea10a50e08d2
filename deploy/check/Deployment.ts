// SPDX-License-Identifier: MIT
import type { Provider } from "ethers";

import { BallastError } from "../../scripts/model/BallastError.ts";
import type { Parameters } from "../parameters.ts";

/** A deployment as it is claimed to be. */
export interface Deployment {
  readonly parameters: Parameters;
  /** Addresses by the names that `ballastModule` returns. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly deployer: string;
  /** First block that may hold something of it; the beginning of the chain where nobody knows. */
  readonly firstBlock?: number;
}

/** Compares one side of a deployment with the chain. @returns What is not as it should be, one sentence each. */
export type Check = (provider: Provider, deployment: Deployment) => Promise<string[]>;

/** @throws BallastError `deploymentIncomplete`. */
export function addressOf({ addresses }: Pick<Deployment, "addresses">, name: string): string {
  const address = addresses.get(name);
  if (address === undefined)
    throw new BallastError("deploymentIncomplete", `The deployment has no ${name}`, { context: { name } });
  return address;
}

/** Who is meant by an account of the parameters. */
export function accountOf(given: string, deployer: string): string {
  return given === "deployer" ? deployer : given;
}

/** Whether two addresses are the same, however they are written. */
export function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
