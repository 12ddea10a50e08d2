// SPDX-License-Identifier: MIT
import { decideBump } from "../decideBump.ts";
import type { Fees } from "../decideBump.ts";
import type { Attempt, Intent, IntentEnd } from "./types.ts";

/** What the chain says about one intent; two of its blocks matter, the newest and the newest that is final. */
export interface IntentSituation {
  readonly nowMs: bigint;
  /** Transactions of the account in the chain. */
  readonly latestNonce: number;
  /** The same, counting final blocks only. */
  readonly finalNonce: number;
  readonly finalNumber: bigint;
  /** Of whichever attempt has one. */
  readonly receipt:
    { readonly kind: Attempt["kind"]; readonly succeeded: boolean; readonly blockNumber: bigint } | undefined;
  readonly market: Fees;
  readonly bumpAfterMs: bigint;
  /** Most this work may pay, and most that getting its nonce back may. */
  readonly ceiling: bigint;
  readonly maximumFeePerGas: bigint;
}

/** What to do about an intent now. */
export type IntentDecision =
  | { readonly kind: "bind" }
  | { readonly kind: "drop" }
  | { readonly kind: "sign" }
  | { readonly kind: "bump"; readonly fees: Fees }
  | { readonly kind: "cancel"; readonly fees: Fees }
  | { readonly kind: "unbind" }
  | { readonly kind: "wait"; readonly reason: "sent" | "capReached" | "mined" | "nonceTaken" }
  | { readonly kind: "finish"; readonly end: IntentEnd };

/**
 * Decides about an intent from the chain alone. Pure.
 *
 * Why the work is done at most once:
 * 1. All attempts share one nonce, and a chain has one transaction per nonce.
 * 2. The nonce is given up only when a final block has another transaction there, so no reorg can bring an attempt back.
 * 3. Before it gets another nonce, every transaction of the account that no intent knows is looked at: one of them may be
 *    an attempt that was forgotten with a disk.
 */
export function decideIntent(intent: Intent, situation: IntentSituation): IntentDecision {
  const { nowMs, receipt, finalNumber, latestNonce, finalNonce } = situation;
  const isOver = intent.withdrawn || nowMs > intent.deadlineMs;
  if (intent.bound === undefined) return isOver ? { kind: "drop" } : { kind: "bind" };

  if (receipt !== undefined) {
    if (receipt.blockNumber > finalNumber) return { kind: "wait", reason: "mined" };
    return { kind: "finish", end: endOf(receipt) };
  }
  if (finalNonce > intent.bound.nonce) return { kind: "unbind" };
  if (latestNonce > intent.bound.nonce) return { kind: "wait", reason: "nonceTaken" };

  const last = intent.attempts.at(-1)!;
  if (isOver && last.kind === "work")
    return outbid(last, situation, situation.maximumFeePerGas, "cancel", nowMs - situation.bumpAfterMs);
  if (last.signed === undefined) return { kind: "sign" };
  const ceiling = last.kind === "work" ? situation.ceiling : situation.maximumFeePerGas;
  return outbid(last, situation, ceiling, "bump", last.signed.atMs);
}

function endOf(receipt: NonNullable<IntentSituation["receipt"]>): IntentEnd {
  if (receipt.kind === "cancel") return "givenUp";
  return receipt.succeeded ? "done" : "reverted";
}

function outbid(
  last: Attempt,
  { nowMs, market, bumpAfterMs }: IntentSituation,
  ceiling: bigint,
  kind: "bump" | "cancel",
  sinceMs: bigint,
): IntentDecision {
  const decision = decideBump(sinceMs, nowMs, last, market, { bumpAfterMs, maximumFeePerGas: ceiling });
  if (decision.kind === "bump") return { kind, fees: decision.fees };
  return { kind: "wait", reason: decision.kind === "wait" ? "sent" : "capReached" };
}
