// SPDX-License-Identifier: MIT
import { planInterestCap } from "./planInterestCap.ts";
import type { WalkAwayPlan, WalkAwaySight } from "./planInterestCap.ts";

/** What somebody knows who sees venues before the chain does. */
export interface StalePriceSight extends Omit<WalkAwaySight, "expected"> {
  /** Whether the market opens anything at the price it has. */
  readonly opens: boolean;
  /** What venues trade at, USD, 8 decimals; 0 where too few of them answer. */
  readonly venues: bigint;
}

/**
 * The short against himself, at a price that is no longer true, that brings most at the one that is. Undefined where margin
 * covers the difference, or where the market does not open at a price so old. Pure.
 */
export function planStalePrice({ opens, venues, ...sight }: StalePriceSight): WalkAwayPlan | undefined {
  return opens && venues !== 0n ? planInterestCap({ ...sight, expected: venues }) : undefined;
}
