// SPDX-License-Identifier: MIT
import { Interface } from "ethers";

import { BallastError } from "../model/BallastError.ts";
import { clearingInterface } from "./clearingInterface.ts";
import { lensInterface } from "./lensInterface.ts";
import { refusalIn, valuesText } from "./refusalIn.ts";
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
  ]),
];

/**
 * A refusal by a contract in its own words: `contractRefused`, with the name of its error and every value of it. What is no
 * refusal, or one of a contract nobody knows, is given back as it is.
 */
export function explainRefusal(error: unknown): unknown {
  if (!(error instanceof BallastError) || error.code !== "callReverted") return error;
  const refusal = refusalIn(String(error.context["data"]), KNOWN);
  if (refusal === undefined) return error;
  const values = Object.fromEntries(refusal.values.map(([name, value]) => [name, String(value)]));
  return new BallastError("contractRefused", `${refusal.name}(${valuesText(refusal)})`, {
    context: { error: refusal.name, ...values },
    cause: error,
  });
}
