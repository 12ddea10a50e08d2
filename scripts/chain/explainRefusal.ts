// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { ErrorDescription } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import { clearingInterface } from "./clearingInterface.ts";
import { lensInterface } from "./lensInterface.ts";
import { registryInterface } from "./registryInterface.ts";
import { vaultInterface } from "./vaultInterface.ts";

const KNOWN: readonly Interface[] = [
  clearingInterface,
  lensInterface,
  registryInterface,
  vaultInterface,
  new Interface([
    "error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)",
    "error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)",
    "error SafeERC20FailedOperation(address token)",
    "error Error(string reason)",
  ]),
];

/**
 * A refusal by a contract in its own words: `contractRefused`, with the name of its error and every value of it. What is no
 * refusal, or one of a contract nobody knows, is given back as it is.
 */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof BallastError) || error.code !== "callReverted") return error;
  const data = String(error.context["data"]);
  const found = data.length < 10 ? undefined : KNOWN.map((known) => parse(known, data)).find((one) => one !== null);
  if (found === undefined || found === null) return error;
  const values = found.fragment.inputs.map(({ name }, index) => [name, String(found.args[index])] as const);
  const text = values.map(([name, value]) => `${name} ${value}`).join(", ");
  return new BallastError("contractRefused", `${found.name}(${text})`, {
    context: { error: found.name, ...Object.fromEntries(values) },
    cause: error,
  });
}

function parse(known: Interface, data: string): ErrorDescription | null {
  try {
    return known.parseError(data);
  } catch {
    return null; // the right selector with something else behind it
  }
}
