// SPDX-License-Identifier: MIT
/** What things are really worth. Only venues, witnesses and judges know; no program does. */
export interface Truth {
  /** USD, 8 decimals. @param seconds Since the scenario's start; before it the first price holds. */
  priceAt(feed: string, seconds: number): bigint;
}
