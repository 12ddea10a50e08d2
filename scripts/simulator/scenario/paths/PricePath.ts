// SPDX-License-Identifier: MIT
/** A true price by time: the same answer whoever asks, in whatever order. */
export interface PricePath {
  /**
   * USD, 8 decimals, at least 1.
   * @param seconds From the scenario's start; fractions count as the second they lie in, what lies before is the start.
   */
  priceAt(seconds: number): bigint;
}

/** A price never leaves this range, in which floats hold every whole number. */
const MOST = 9e15;

/** The nearest price, 8 decimals. */
export function toPrice(value: number): bigint {
  return BigInt(Math.min(Math.max(Math.round(value), 1), MOST));
}
