// SPDX-License-Identifier: MIT
/** Since when a validator signs nothing of use, and why; undefined while it is fit. */
export type Unfitness = { readonly sinceMs: bigint; readonly reason: string } | undefined;

/** Outcomes of a round that are the node's own failure. */
const FAILURES = new Set(["nothingToPrice", "tooLate", "headUnconfirmed", "clockSkewed"]);
/** Outcomes that say nothing: it has no seat to answer for, or waits as it should. */
const IDLE = new Set(["masked", "notInSet", "dryRun"]);

/** What a round's outcome makes of a validator's fitness. One good round is enough to be fit again. */
export function stepFitness(before: Unfitness, outcome: string, nowMs: bigint): Unfitness {
  if (outcome === "signed" || IDLE.has(outcome)) return undefined;
  if (outcome === "signedElsewhere") return { sinceMs: before?.sinceMs ?? nowMs, reason: outcome };
  if (!FAILURES.has(outcome)) return before;
  return before ?? { sinceMs: nowMs, reason: outcome };
}

/**
 * Whether to step out of the set: after so long a failure that the epoch's presence is in danger, and at once when somebody
 * else has the key, because a masked seat silences him as well if he runs the same program.
 */
export function shouldStepOut(unfitness: Unfitness, nowMs: bigint, afterMs: bigint): boolean {
  if (unfitness === undefined) return false;
  return unfitness.reason === "signedElsewhere" || nowMs - unfitness.sinceMs >= afterMs;
}
