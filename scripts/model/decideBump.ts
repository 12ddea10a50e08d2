// SPDX-License-Identifier: MIT
/** Fees of a transaction, wei per gas. */
export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

/** When and how far a waiting transaction is made more expensive. */
export interface BumpPolicy {
  readonly bumpAfterMs: bigint;
  readonly maximumFeePerGas: bigint;
}

/** What to do about a transaction that is not in a block yet. */
export type BumpDecision =
  { readonly kind: "wait" } | { readonly kind: "bump"; readonly fees: Fees } | { readonly kind: "exhausted" };

/**
 * Decides about a pending transaction: both fees rise by an eighth, rounded up, or to the market if that is higher;
 * nodes refuse a smaller step. When the cap leaves no room for a whole step the transaction is left as it is.
 */
export function decideBump(
  sentAtMs: bigint,
  nowMs: bigint,
  fees: Fees,
  market: Fees,
  policy: BumpPolicy,
): BumpDecision {
  if (nowMs - sentAtMs < policy.bumpAfterMs) return { kind: "wait" };
  const priority = larger(eighthMore(fees.maxPriorityFeePerGas), market.maxPriorityFeePerGas);
  const least = larger(eighthMore(fees.maxFeePerGas), priority);
  if (least > policy.maximumFeePerGas) return { kind: "exhausted" };
  const wanted = larger(least, market.maxFeePerGas);
  const maxFeePerGas = wanted < policy.maximumFeePerGas ? wanted : policy.maximumFeePerGas;
  return { kind: "bump", fees: { maxFeePerGas, maxPriorityFeePerGas: priority } };
}

function eighthMore(fee: bigint): bigint {
  return (fee * 9n + 7n) / 8n;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
