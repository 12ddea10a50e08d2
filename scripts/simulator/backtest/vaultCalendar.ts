// SPDX-License-Identifier: MIT
const MINUTE = 60n;
const HOUR = 3_600n;
/** Friday 08:00 UTC of the first week of 1970. */
const FIRST_BOUNDARY = 32n * HOUR;

/** Seconds from one boundary of the vaults to the next. */
export const WEEK = 7n * 24n * HOUR;
/** Seconds after a boundary from which on an epoch may start, and until which: a minute inside the rules. */
export const AUCTION_OPENS = HOUR + MINUTE;
export const START_CLOSES = 7n * HOUR - MINUTE;

/** Last Friday 08:00 UTC at or before a time; both unix seconds. */
export function boundaryBefore(seconds: bigint): bigint {
  return seconds - ((seconds - FIRST_BOUNDARY) % WEEK);
}
