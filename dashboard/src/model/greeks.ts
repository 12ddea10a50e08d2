// SPDX-License-Identifier: MIT
import { MARK_VOLATILITY_BPS, optionValue } from "../../../scripts/model/trading/optionValue.ts";
import type { ValueInput } from "../../../scripts/model/trading/optionValue.ts";
import type { Leg, Terms } from "../../../scripts/model/clearing/types.ts";

/** What legs are worth by the model, and how that moves; ledger units, shorts count against longs. */
export interface Greeks {
  readonly worth: bigint;
  /** For a price one percent higher, and how much that changes with the next percent. */
  readonly delta: bigint;
  readonly gamma: bigint;
  /** For a volatility one point of a year higher. */
  readonly vega: bigint;
  /** For a day that passes, or what is left of it before the expiry. */
  readonly theta: bigint;
}

/** Where they are taken. */
export type GreeksPlace = Omit<ValueInput, "volatilityBps">;

const ONE = 1_000_000n;
const DAY = 86_400n;
const POINT_BPS = 100n;
const PERCENT = 100n;

/**
 * Greeks of legs by differences of their worth, since a cap has no formula of its own in every kind of market: delta and gamma
 * over a percent on either side. Valued as unquoted options are everywhere here.
 */
export function greeksOf(legs: readonly Leg[], terms: Terms, { price, secondsLeft }: GreeksPlace): Greeks {
  const place = { price, secondsLeft, volatilityBps: MARK_VOLATILITY_BPS };
  const worthAt = (change: Partial<ValueInput>): bigint =>
    legs.reduce((sum, leg) => sum + (optionValue(leg, terms, { ...place, ...change }) * leg.size) / ONE, 0n);
  const worth = worthAt({});
  const up = worthAt({ price: price + price / PERCENT });
  const down = worthAt({ price: price - price / PERCENT });
  const later = secondsLeft > DAY ? secondsLeft - DAY : 0n;
  return {
    worth,
    delta: (up - down) / 2n,
    gamma: up - 2n * worth + down,
    vega: worthAt({ volatilityBps: MARK_VOLATILITY_BPS + POINT_BPS }) - worth,
    theta: worthAt({ secondsLeft: later }) - worth,
  };
}
