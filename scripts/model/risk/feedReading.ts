// SPDX-License-Identifier: MIT
import type { Band } from "../clearing/types.ts";
import { squareRootDown } from "../oracle/exactMath.ts";
import { CLOCK_MAXIMUM } from "../oracle/types.ts";
import type { FeedState } from "../oracle/types.ts";
import { witnessAge } from "../oracle/witness.ts";
import { LEVELS } from "./types.ts";
import type { FeedSignal } from "./types.ts";

const ROUND_SECONDS = 15;
const PPM = 1_000_000n;
const DAY = 86_400n;
/** 15 % per square root of a day. */
const AGE_PPM = 150_000n;
const BAND_WITNESS_BPS = 150;
const FRESH_SECONDS = 3_600;
const WINDOW_SECONDS = 1_800n;
/** Least volatility that initial margin counts with, a year. */
export const LEAST_VOLATILITY_BPS = 12_000n;
const PRICE_MAXIMUM = (1n << 64n) - 1n;

/** What the mode machine sees of a feed. */
export function signalOf({ latest, averages }: FeedState): FeedSignal {
  const clock = (value: number): bigint | undefined => (value === CLOCK_MAXIMUM ? undefined : BigInt(value));
  return {
    level: LEVELS[latest.level]!,
    isNew: latest.isNew,
    observedAt: BigInt(latest.round * ROUND_SECONDS),
    dispersionPpm: BigInt(latest.dispersion * 10),
    uptime: BigInt(latest.uptime),
    grace: BigInt(latest.grace * 120),
    since: {
      cautious: clock(averages.sinceCautious),
      recovery: clock(averages.sinceRecovery),
      reduceOnly: clock(averages.sinceReduceOnly),
      halted: clock(averages.sinceHalted),
    },
  };
}

/**
 * The band of a feed at `time` (unix seconds), prices with 8 decimals: D + 15 % · √(age / 24 h), stretched to a price in
 * quarantine and to a fresh witness more than 1.5 % away; rounded outward.
 */
export function bandOf(feed: FeedState, time: number): { low: bigint; high: bigint } {
  const price = BigInt(feed.latest.price);
  const age = BigInt(Math.max(time - feed.latest.round * ROUND_SECONDS, 0));
  let width = ageWidthPpm(age) + BigInt(feed.latest.dispersion * 10);
  if (width > PPM) width = PPM;
  width = (price * width + PPM - 1n) / PPM;
  const ends = [price > width ? price - width : 0n, price + width];
  if (feed.latest.pending) ends.push(BigInt(feed.pending.price));
  const isFar = Math.abs(feed.witness.distanceBps) > BAND_WITNESS_BPS;
  if (isFar && witnessAge(feed.witness, time) <= FRESH_SECONDS) ends.push(BigInt(feed.witness.price));
  const [low, high] = [ends.reduce(smaller), ends.reduce(larger)];
  return { low, high: high < PRICE_MAXIMUM ? high : PRICE_MAXIMUM };
}

/** What the age of a price, in seconds, adds to its uncertainty: 15 % · √(age / 24 h), ppm, rounded up. */
export function ageWidthPpm(age: bigint): bigint {
  return squareRootDown((age * AGE_PPM * AGE_PPM) / DAY) + 1n;
}

const smaller = (left: bigint, right: bigint): bigint => (left < right ? left : right);
const larger = (left: bigint, right: bigint): bigint => (left > right ? left : right);

/** Larger of `leastBps` and realised 12 h volatility per year, bps, rounded up. */
export function volatilityBpsUp({ averages }: FeedState, leastBps = LEAST_VOLATILITY_BPS): bigint {
  const variance = BigInt(averages.variance); // 1e-5 = 1
  if (variance * 1_000n < leastBps * leastBps) return leastBps;
  return squareRootDown(variance * 1_000n) + 1n;
}

/**
 * In the last half hour before `expiry` the price and band as the expiry will see them: the average so far, completed with
 * what is given; elsewhere what was given. A dirty window may settle by another rung, so there the band keeps its ends too.
 */
export function completedBand({ latest }: FeedState, expiry: bigint, band: Band): Band {
  const time = BigInt(latest.round * ROUND_SECONDS);
  if (time >= expiry || time + WINDOW_SECONDS < expiry || expiry % WINDOW_SECONDS !== 0n) return band;
  const left = expiry - time;
  const total = BigInt(latest.coverage) + left;
  const low = (latest.sum + band.low * left) / total;
  const high = (latest.sum + band.high * left + total - 1n) / total;
  const price = (latest.sum + band.price * left) / total;
  if (!latest.dirtyQuarantine && !latest.dirtyHalted) return { price, low, high };
  return { price, low: smaller(low, band.low), high: larger(high, band.high) };
}

/** The band of an earlier price at `time`: as wide in proportion as the latest one's, then completed. */
export function earlierBand(feed: FeedState, price: bigint, time: number, expiry: bigint): Band {
  const own = BigInt(feed.latest.price);
  const latest = bandOf(feed, time);
  const low = (latest.low * price) / own;
  const high = (latest.high * price + own - 1n) / own;
  const completed = completedBand(feed, expiry, { price, low, high });
  return { ...completed, high: smaller(completed.high, PRICE_MAXIMUM) };
}
