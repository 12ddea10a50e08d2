// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { refusalOf } from "../model/intents/remedyOf.ts";
import type { Refusal } from "../model/intents/remedyOf.ts";
import type { ChainClient } from "./ChainClient.ts";

/** What is no failure: the node has it already, or the chain went on. Whoever asks the chain next sees which. */
const HARMLESS: readonly Refusal[] = ["known", "nonceTooLow"];
const CODES = {
  underpriced: "feeTooLow",
  insufficientFunds: "insufficientFunds",
  other: "transactionRefused",
} as const;

/**
 * Tells all endpoints of a signed transaction; telling them again does no harm.
 * @throws BallastError `feeTooLow`, `insufficientFunds` or `transactionRefused` when none takes it; that it could not be
 * reached says nothing about what became of it.
 */
export async function broadcastTransaction(chain: Pick<ChainClient, "broadcast">, raw: string): Promise<void> {
  try {
    await chain.broadcast(raw);
  } catch (error) {
    if (!(error instanceof BallastError) || error.code !== "rpcRefused") throw error;
    const refusal = refusalOf(String(error.context["reason"]));
    if (HARMLESS.includes(refusal)) return;
    throw new BallastError(CODES[refusal as keyof typeof CODES], "No endpoint took the transaction", {
      context: error.context,
      cause: error,
      retriable: refusal === "underpriced",
    });
  }
}
