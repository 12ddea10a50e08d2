// SPDX-License-Identifier: MIT
import { BPS } from "../constants.ts";

/** What the quotes that stand were made of. Times in seconds. */
export interface Standing {
  readonly price: bigint;
  readonly volatilityBps: bigint;
  readonly postedAt: bigint;
  readonly deadline: bigint;
  /** Grows with every change of the book. */
  readonly bookText: string;
}

/** When quotes are made anew, and when the old ones are taken back on chain. */
export interface RenewalPolicy {
  /** Of the price, that quotes are made anew for. */
  readonly moveBps: bigint;
  readonly lifeSeconds: bigint;
  /** A rise of volatility, of itself, at which the old ones are taken back. */
  readonly volatilityMoveBps: bigint;
  /** What lives no longer than this is not worth the gas of a cancellation. */
  readonly cancelAboveSeconds: bigint;
}

/** Whether quotes must be made anew: none stand, the price or the book moved, or half of their life is over. */
export function needsRenewal(
  standing: Standing | undefined,
  now: Omit<Standing, "postedAt" | "deadline"> & { readonly at: bigint },
  policy: RenewalPolicy,
): boolean {
  if (standing === undefined) return true;
  const move = now.price > standing.price ? now.price - standing.price : standing.price - now.price;
  return (
    move * BPS >= standing.price * policy.moveBps ||
    now.bookText !== standing.bookText ||
    (now.at - standing.postedAt) * 2n >= policy.lifeSeconds
  );
}

/**
 * Whether what stands is taken back on chain: nothing is to be quoted any more, or volatility jumped, while it lives on for
 * long enough. A price that moves needs none: quotes name the prices at which they hold.
 * @param volatilityBps Now; undefined when nothing is quoted.
 */
export function needsCancelling(
  standing: Standing | undefined,
  volatilityBps: bigint | undefined,
  now: bigint,
  policy: RenewalPolicy,
): boolean {
  if (standing === undefined || standing.deadline - now <= policy.cancelAboveSeconds) return false;
  if (volatilityBps === undefined) return true;
  return volatilityBps * BPS >= standing.volatilityBps * (BPS + policy.volatilityMoveBps);
}
