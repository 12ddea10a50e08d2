// SPDX-License-Identifier: MIT
// Mirror of contracts/clearing/libraries/AuctionClock.sol. Seconds of bid time; what an unflagged book remembers of its clock
// is one word, elapsed seconds in its low bits.
const ELAPSED_BITS = 13n;
const ELAPSED_MAXIMUM = (1n << ELAPSED_BITS) - 1n;
const UNIT = 16n;
const RESUME_SECONDS = 3_600n;
const BPS = 10_000n;

/** Length of the window in which no more than a slice of a book may be sold, seconds. */
export const SLICE_SECONDS = 60n;
/** Share of a book that stays in such a window, bps. */
export const SLICE_LEFT_BPS = 7_500n;

/** Beginning of the clock of a book that is flagged now. @param memory What its last liquidation left, 0 for none. */
export function clockStarted(memory: bigint, bidTime: bigint): bigint {
  if (memory === 0n) return bidTime;
  if (bidTime >= (memory >> ELAPSED_BITS) * UNIT + RESUME_SECONDS) return bidTime;
  const elapsed = memory & ELAPSED_MAXIMUM;
  return bidTime > elapsed ? bidTime - elapsed : 0n;
}

/** What is remembered of a clock that stops now. */
export function clockStopped(start: bigint, bidTime: bigint): bigint {
  const elapsed = clockElapsed(start, bidTime);
  return ((bidTime / UNIT) << ELAPSED_BITS) | (elapsed < ELAPSED_MAXIMUM ? elapsed : ELAPSED_MAXIMUM);
}

/** Seconds on the clock; bid time may fall back when a halt is counted, never below the beginning. */
export function clockElapsed(start: bigint, bidTime: bigint): bigint {
  return bidTime > start ? bidTime - start : 0n;
}

/**
 * Seconds of a window that a bid uses up: as much of it as of the window's slice.
 * @param before Share of the window's book that was left, bps. @param left What is left after the bid.
 */
export function windowTaken(before: bigint, left: bigint): bigint {
  return windowPart(left) - windowPart(before);
}

/** Rounded down. */
function windowPart(left: bigint): bigint {
  return ((BPS - left) * SLICE_SECONDS) / (BPS - SLICE_LEFT_BPS);
}
