// SPDX-License-Identifier: MIT
const HOUR = 3_600n;
/** Friday 08:00 UTC of the first week of 1970. */
const FIRST_BOUNDARY = 32n * HOUR;
/** An epoch starts so long after a boundary at the earliest, and at the latest; as in `VaultCalendar.sol`. */
const OPENS = HOUR;
const CLOSES = 7n * HOUR;

/** Seconds from one boundary of the vaults to the next. */
export const WEEK = 7n * 24n * HOUR;

/** Last Friday 08:00 UTC at or before a time; both unix seconds. */
export function boundaryBefore(seconds: bigint): bigint {
  return seconds - ((seconds - FIRST_BOUNDARY) % WEEK);
}

/** Seconds at which an epoch after `boundary` may start, both included. */
export function startWindow(boundary: bigint): { readonly opens: bigint; readonly closes: bigint } {
  return { opens: boundary + OPENS, closes: boundary + CLOSES };
}
