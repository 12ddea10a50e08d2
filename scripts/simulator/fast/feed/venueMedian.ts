// SPDX-License-Identifier: MIT
import { isProductAtMost } from "../../../model/oracle/exactMath.ts";

const BPS = 10_000;
/** As validators are configured by default. */
const OUTLIER_BPS = 200;

/**
 * A validator's price out of its venues' fresh ones, for every round of every path: the same number as `medianOfVenues`.
 * @param prices 8 decimals, whole; sorted in place.
 * @param fewest Venues that must agree. @returns 0 when too few are left: the validator abstains.
 */
export function venueMedian(prices: number[], fewest: number): number {
  if (prices.length === 0) return 0;
  sort(prices);
  const middle = middleOf(prices, 0, prices.length);
  let first = 0;
  let end = prices.length;
  while (first < end && isOutlier(prices[first]!, middle)) first += 1;
  while (end > first && isOutlier(prices[end - 1]!, middle)) end -= 1;
  return end > first && end - first >= fewest ? middleOf(prices, first, end) : 0;
}

/** Half of a few numbers each: insertion is the quickest. */
function sort(prices: number[]): void {
  for (let next = 1; next < prices.length; next += 1) {
    const price = prices[next]!;
    let at = next;
    for (; at > 0 && prices[at - 1]! > price; at -= 1) prices[at] = prices[at - 1]!;
    prices[at] = price;
  }
}

function middleOf(prices: readonly number[], first: number, end: number): number {
  const upper = (first + end) >> 1;
  return (end - first) % 2 === 1 ? prices[upper]! : Math.floor((prices[upper - 1]! + prices[upper]!) / 2);
}

function isOutlier(price: number, middle: number): boolean {
  return !isProductAtMost(Math.abs(price - middle), BPS, middle, OUTLIER_BPS);
}
