// SPDX-License-Identifier: MIT

/** Standard deviations above the mean that are no news. */
const ALLOWANCE = 1;
/** One value alone is no series. */
const LARGEST_VALUE = 4;
/** A longer memory would take too long to forget what is over. */
const MAXIMUM = 200;

/**
 * Page's cumulative sum of how far a series lies above its mean, in standard deviations: what stays a little too high for
 * long counts as much as what is far too high at once. Pure.
 * @param sum The sum so far, 0 at first. @param value The newest value, standardised.
 */
export function stepCusum(sum: number, value: number): number {
  return Math.min(Math.max(0, sum + Math.min(value, LARGEST_VALUE) - ALLOWANCE), MAXIMUM);
}
