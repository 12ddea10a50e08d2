// SPDX-License-Identifier: MIT
import type { Leg } from "../../../model/clearing/types.ts";

/** Options that a naked writer keeps for himself to close with later, a share of one in this many. */
const KEPT_PART = 10n;

/** How legs get into a book: by a quote, and what is minted to the writer himself. */
export interface OpeningParts {
  /** From the writer's side, for each of `size`. */
  readonly ratios: readonly { readonly strike: bigint; readonly isCall: boolean; readonly ratio: bigint }[];
  /** Of the quote; 6 decimals. */
  readonly size: bigint;
  /** Shorts whose longs he keeps; size above 0. */
  readonly kept: readonly Leg[];
}

/** The same legs with strikes that the market has: the nearest of its grid, not below the first. Pure. */
export function onGrid(legs: readonly Leg[], strikeStep: bigint): Leg[] {
  return legs.map((leg) => {
    const steps = (leg.strike + strikeStep / 2n) / strikeStep;
    return { ...leg, strike: (steps > 0n ? steps : 1n) * strikeStep };
  });
}

/** Parts of an opening: a spread goes through one quote; of a single short a part stays with the writer. Pure. */
export function splitOpening(legs: readonly Leg[]): OpeningParts {
  const [short] = legs as readonly [Leg, ...Leg[]];
  const whole = -short.size;
  const kept = legs.length === 1 ? whole / KEPT_PART : 0n;
  return {
    ratios: legs.map(({ strike, isCall, size }) => ({ strike, isCall, ratio: size < 0n ? -1n : 1n })),
    size: whole - kept,
    kept: kept === 0n ? [] : [{ strike: short.strike, isCall: short.isCall, size: kept }],
  };
}
