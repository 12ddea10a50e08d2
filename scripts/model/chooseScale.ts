// SPDX-License-Identifier: MIT
import { MAXIMUM_NARROW } from "./relayFormat.ts";

/** How narrow values of one feed map to prices: price = base + (value − 1) · tick. */
export interface FeedScale {
  readonly base: bigint;
  readonly tick: bigint;
}

/** Powers of ten that fit the tick's 32 bits, coarsest first: prices are rounded to decimal ticks. */
const TICKS = Array.from({ length: 10 }, (_, index) => 10n ** BigInt(9 - index));

/** Narrow value of a price, 0 when it has none in this scale. */
export function narrowValue(price: bigint, scale: FeedScale): bigint {
  const distance = price - scale.base;
  if (distance < 0n || distance % scale.tick !== 0n) return 0n;
  const value = distance / scale.tick + 1n;
  return value <= MAXIMUM_NARROW ? value : 0n;
}

/**
 * Scale in which most of the prices have a narrow value, so that one absurd or off-tick price costs its own report the
 * wide form and nobody else. Ties go to the coarser tick.
 * @param prices Prices given for the feed, none of them 0; at least one.
 */
export function chooseScale(prices: readonly bigint[]): FeedScale {
  const sorted = [...prices].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  let best: FeedScale = { base: sorted[0] ?? 1n, tick: 1n };
  let bestCount = 0;

  for (const tick of TICKS) {
    for (const base of sorted) {
      const count = sorted.filter((price) => narrowValue(price, { base, tick }) !== 0n).length;
      if (count > bestCount) [best, bestCount] = [{ base, tick }, count];
    }
  }

  return best;
}
