// SPDX-License-Identifier: MIT
import { BPS, FEED_SLOTS, PPM } from "./constants.ts";
import type { Prices } from "./types.ts";

/** One seat's vector with its weights at the time of the round; masked seats are not passed. */
export interface WeightedVector {
  readonly seat: number;
  /** Whole units of the bond token, after mask and leak. */
  readonly weight: bigint;
  /** RELIABILITY_ONE is 1. */
  readonly reliability: bigint;
  readonly prices: Prices;
}

/** Set-wide numbers a round is measured against. */
export interface SetTotals {
  /** Σ weight of the set − masked − leaked. */
  readonly active: bigint;
  /** Largest set total of the last 24 h. */
  readonly nominal: bigint;
}

/** What the oracle derives for one feed. */
export interface FeedAggregate {
  readonly signers: number;
  readonly pricedWeight: bigint;
  readonly quorum: boolean;
  readonly stakeMedian: bigint;
  readonly effectiveMedian: bigint;
  /** L; undefined when a third of the active weight priced nothing. */
  readonly lower: bigint | undefined;
  /** U; the same. */
  readonly upper: bigint | undefined;
  readonly published: bigint;
  readonly divergent: boolean;
  /** D in parts per million, rounded up. */
  readonly dispersionPpm: bigint;
}

interface Row {
  readonly price: bigint;
  readonly weight: bigint;
}

/** Distance up to which the two medians may differ. */
const TOLERANCE_BPS = 25n;

/**
 * Reference model of one feed of one round, written from DESIGN §3 by definition rather than in one pass: what the
 * contract must agree with. Undefined when nobody priced the feed.
 */
export function aggregateFeed(
  vectors: readonly WeightedVector[],
  feed: number,
  totals: SetTotals,
): FeedAggregate | undefined {
  const priced = vectors.filter((vector) => vector.prices[feed] !== 0n);
  if (priced.length === 0) return undefined;
  const stakes = priced.map((vector) => ({ price: vector.prices[feed]!, weight: vector.weight }));
  const effective = priced.map((vector) => ({
    price: vector.prices[feed]!,
    weight: vector.weight * vector.reliability,
  }));

  const pricedWeight = sum(stakes);
  const stakeMedian = weightedMedian(stakes);
  const effectiveMedian = weightedMedian(effective);
  const lower = lowerThird(stakes, totals.active);
  const upper = upperThird(stakes, totals.active);
  const gap = absolute(effectiveMedian - stakeMedian);
  const divergent = gap * BPS > TOLERANCE_BPS * stakeMedian;
  const inside = lower !== undefined && upper !== undefined && effectiveMedian >= lower && effectiveMedian <= upper;
  const published = inside && !divergent ? effectiveMedian : stakeMedian;

  return {
    signers: priced.length,
    pricedWeight,
    quorum: hasQuorum(pricedWeight, priced.length, totals),
    stakeMedian,
    effectiveMedian,
    lower,
    upper,
    published,
    divergent,
    dispersionPpm: dispersion(lower, upper, published),
  };
}

/** The same for every slot. */
export function aggregate(vectors: readonly WeightedVector[], totals: SetTotals): (FeedAggregate | undefined)[] {
  return Array.from({ length: FEED_SLOTS }, (_, feed) => aggregateFeed(vectors, feed, totals));
}

/** Lowest price whose cumulative weight reaches half; at exactly half the mean, rounded down, with the next price. */
export function weightedMedian(rows: readonly Row[]): bigint {
  const total = sum(rows);
  const prices = distinct(rows);
  for (const [index, price] of prices.entries()) {
    const below = sum(rows.filter((row) => row.price <= price));
    if (2n * below < total) continue;
    const next = prices[index + 1];
    return 2n * below === total && next !== undefined ? (price + next) / 2n : price;
  }
  return 0n;
}

/** Whether a feed has a quorum: more than ⅔ of active weight, three signers, active at least half of nominal. */
export function hasQuorum(pricedWeight: bigint, signers: number, totals: SetTotals): boolean {
  return 3n * pricedWeight > 2n * totals.active && signers >= 3 && 2n * totals.active >= totals.nominal;
}

/**
 * Whether a signer's vector is in band: at least ¾ of the feeds it priced are not out of the band of the median, and none
 * is beyond four bands. A feed for which the round has no median cannot be missed.
 * @param medians Median per slot, 0 where the round has none.
 * @param laggedPpm Lagged dispersion per slot, parts per million.
 */
export function isInBand(prices: Prices, medians: Prices, laggedPpm: readonly bigint[]): boolean {
  const misses = prices.flatMap((price, feed) => {
    const median = medians[feed]!;
    if (price === 0n || median === 0n) return [];
    const band = (median * bandPpm(laggedPpm[feed]!)) / PPM;
    const distance = absolute(price - median);
    return distance > band ? [{ wild: distance > 4n * band }] : [];
  });
  const priced = prices.filter((price) => price !== 0n).length;
  return priced > 0 && 4 * misses.length <= priced && !misses.some((miss) => miss.wild);
}

/** Width of the band: min(100, max(15, 1.5 · lagged D)) bps, in parts per million, rounded down. */
export function bandPpm(laggedPpm: bigint): bigint {
  const scaled = (3n * laggedPpm) / 2n;
  const floor = scaled > 1_500n ? scaled : 1_500n;
  return floor < 10_000n ? floor : 10_000n;
}

/** Whether a vector counts as participation: it prices at least ¾ of the live feeds. */
export function tookPart(prices: Prices, liveFeeds: number): boolean {
  return 4 * prices.slice(0, liveFeeds).filter((price) => price !== 0n).length >= 3 * liveFeeds;
}

function lowerThird(rows: readonly Row[], active: bigint): bigint | undefined {
  return distinct(rows).find((price) => 3n * sum(rows.filter((row) => row.price <= price)) > active);
}

function upperThird(rows: readonly Row[], active: bigint): bigint | undefined {
  return distinct(rows).findLast((price) => 3n * sum(rows.filter((row) => row.price >= price)) > active);
}

/** D = 1.57 · |U − L| / m; with less than ⅔ of the weight U can lie below L, which is no less uncertain. */
function dispersion(lower: bigint | undefined, upper: bigint | undefined, median: bigint): bigint {
  if (lower === undefined || upper === undefined || median === 0n) return 0n;
  const denominator = 100n * median;
  return (157n * PPM * absolute(upper - lower) + denominator - 1n) / denominator;
}

function distinct(rows: readonly Row[]): bigint[] {
  return [...new Set(rows.map((row) => row.price))].sort((a, b) => (a < b ? -1 : 1));
}

function sum(rows: readonly Row[]): bigint {
  return rows.reduce((total, row) => total + row.weight, 0n);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}
