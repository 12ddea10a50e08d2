// SPDX-License-Identifier: MIT
/** Nearest multiple of `tick`, halves rounded up; a price that would become 0 stays one tick, because 0 abstains. */
export function roundToTick(price: bigint, tick: bigint): bigint {
  if (price === 0n) return 0n;
  const rounded = ((price + tick / 2n) / tick) * tick;
  return rounded === 0n ? tick : rounded;
}
