// SPDX-License-Identifier: MIT
/**
 * Nearest multiple of `tick`, halves rounded up; a price that would become 0 stays one tick, because 0 abstains. A feed
 * without a tick (0) keeps its prices as they are.
 */
export function roundToTick(price: bigint, tick: bigint): bigint {
  if (price === 0n || tick === 0n) return price;
  const rounded = ((price + tick / 2n) / tick) * tick;
  return rounded === 0n ? tick : rounded;
}
