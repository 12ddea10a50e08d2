// SPDX-License-Identifier: MIT
import type { Prices } from "./types.ts";

/** Everything a validator knows when a round has come. */
export interface SignSituation {
  /** Time between the round's start and the end of its observation: the price would look younger than it is. */
  readonly delayMs: bigint;
  readonly maximumDelayMs: bigint;
  /** Whether it still listens for its own key, or heard it. */
  readonly key: "free" | "listening" | "signedElsewhere";
  /** Its seat in the current set, undefined when it has none. */
  readonly seat: number | undefined;
  /** Masked seats (jailed, exiting) count for nothing. */
  readonly masked: boolean;
  readonly anchorFound: boolean;
  readonly prices: Prices;
}

/** Why a validator stays silent. */
export type SignRefusal =
  "listening" | "signedElsewhere" | "notInSet" | "masked" | "tooLate" | "noAnchor" | "nothingToPrice";

/** What to do about the round. */
export type SignDecision =
  { readonly kind: "sign"; readonly seat: number } | { readonly kind: "refuse"; readonly reason: SignRefusal };

/**
 * Decides whether a validator asks its guard for a signature. The guard alone decides about double signing: it has the
 * last word and the disk.
 */
export function decideSign(situation: SignSituation): SignDecision {
  if (situation.seat === undefined) return { kind: "refuse", reason: "notInSet" };
  if (situation.masked) return { kind: "refuse", reason: "masked" };
  if (situation.key !== "free") return { kind: "refuse", reason: situation.key };
  if (situation.delayMs > situation.maximumDelayMs) return { kind: "refuse", reason: "tooLate" };
  if (!situation.anchorFound) return { kind: "refuse", reason: "noAnchor" };
  if (situation.prices.every((price) => price === 0n)) return { kind: "refuse", reason: "nothingToPrice" };
  return { kind: "sign", seat: situation.seat };
}
