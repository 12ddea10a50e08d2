// SPDX-License-Identifier: MIT
import { isProductAtMost, mulDivDown } from "../../../model/oracle/exactMath.ts";

/** What the oracle derives of one feed of one round; exact whole numbers. */
export interface RoundMedian {
  readonly price: number;
  readonly dispersionPpm: number;
  readonly divergent: boolean;
  readonly pricedWeight: number;
  readonly signers: number;
}

const TOLERANCE_BPS = 25;
const BPS = 10_000;

/**
 * The dual median of one feed, for every round of every path: the same numbers as the definition in `aggregateFeed`, in one
 * sorted pass. Undefined when nobody priced the feed.
 * @param prices 8 decimals by seat, 0 abstains; whole numbers below 2^50.
 * @param weights Whole units; @param reliability 2^15 is 1.
 * @param active Weight that counts, of those who are silent too.
 */
export function roundMedian(
  prices: readonly number[],
  weights: readonly number[],
  reliability: readonly number[],
  active: number,
): RoundMedian | undefined {
  const order: number[] = [];
  let stake = 0;
  let effective = 0;
  for (let seat = 0; seat < prices.length; seat += 1) {
    const price = prices[seat]!;
    if (price === 0) continue;
    stake += weights[seat]!;
    effective += weights[seat]! * reliability[seat]!;
    let at = order.length;
    order.push(seat);
    for (; at > 0 && prices[order[at - 1]!]! > price; at -= 1) order[at] = order[at - 1]!;
    order[at] = seat;
  }
  if (order.length === 0) return undefined;
  const byStake = medianOf(order, prices, stake, weights, undefined);
  const byEffect = medianOf(order, prices, effective, weights, reliability);
  const [lower, upper] = thirds(order, prices, weights, active);
  const gap = Math.abs(byEffect - byStake);
  const divergent = !isProductAtMost(gap, BPS, byStake, TOLERANCE_BPS);
  const isInside = lower !== undefined && upper !== undefined && byEffect >= lower && byEffect <= upper;
  const price = isInside && !divergent ? byEffect : byStake;
  const spread = lower === undefined || upper === undefined ? 0 : Math.abs(upper - lower);
  const dispersionPpm = spread === 0 ? 0 : mulDivDown(spread, 157_000_000, 100 * price - 1, 100 * price);
  return { price, dispersionPpm, divergent, pricedWeight: stake, signers: order.length };
}

/** Lowest price whose cumulative weight reaches half; at exactly half the mean, rounded down, with the next other price. */
function medianOf(
  order: readonly number[],
  prices: readonly number[],
  total: number,
  weights: readonly number[],
  reliability: readonly number[] | undefined,
): number {
  let below = 0;
  for (let at = 0; at < order.length; at += 1) {
    const price = prices[order[at]!]!;
    const seat = order[at]!;
    below += reliability === undefined ? weights[seat]! : weights[seat]! * reliability[seat]!;
    const next = prices[order[at + 1] ?? -1];
    if (next === price || 2 * below < total) continue;
    return 2 * below === total && next !== undefined ? Math.floor((price + next) / 2) : price;
  }
  return 0;
}

/** L and U: lowest price with more than a third of the active weight at or below it, highest with that at or above. */
function thirds(
  order: readonly number[],
  prices: readonly number[],
  weights: readonly number[],
  active: number,
): [lower: number | undefined, upper: number | undefined] {
  let lower: number | undefined;
  let upper: number | undefined;
  for (let at = 0, sum = 0; at < order.length && lower === undefined; at += 1) {
    sum += weights[order[at]!]!;
    if (3 * sum > active) lower = prices[order[at]!]!;
  }
  for (let at = order.length - 1, sum = 0; at >= 0 && upper === undefined; at -= 1) {
    sum += weights[order[at]!]!;
    if (3 * sum > active) upper = prices[order[at]!]!;
  }
  return [lower, upper];
}
