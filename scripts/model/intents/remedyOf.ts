// SPDX-License-Identifier: MIT
import type { BallastError } from "../BallastError.ts";

/** What to do about a failure: try the same again, send something else instead, leave it, or call a person. */
export type Remedy = "retry" | "replace" | "giveUp" | "page";

/** How a node refused a transaction. */
export type Refusal = "known" | "nonceTooLow" | "underpriced" | "insufficientFunds" | "other";

const REFUSALS: readonly [RegExp, Refusal][] = [
  [/already known|known transaction|already imported|already exists/i, "known"],
  [/nonce (is )?too low|nonce has already been used|old ?nonce/i, "nonceTooLow"],
  [/underpriced|replacement|fee too low|less than block base fee|too low to (replace|compete)/i, "underpriced"],
  [/insufficient funds|enough funds|insufficient balance/i, "insufficientFunds"],
];

/** What a node's words about a transaction mean; clients word them differently. */
export function refusalOf(reason: string): Refusal {
  return REFUSALS.find(([words]) => words.test(reason))?.[1] ?? "other";
}

const REMEDIES: Readonly<Record<string, Remedy>> = {
  callReverted: "giveUp",
  tooMuchGas: "giveUp",
  feeTooLow: "replace",
  insufficientFunds: "page",
  transactionRefused: "page",
  nonceTakenByUnknown: "page",
  chainMismatch: "page",
  reorgTooDeep: "page",
};

/** The remedy for a failure; what has no code of its own is tried again where that may help, else a person is called. */
export function remedyOf(error: BallastError): Remedy {
  return REMEDIES[error.code] ?? (error.retriable ? "retry" : "page");
}
