// SPDX-License-Identifier: MIT
import { decayWeight, mulDivDown, squareRootDown } from "./exactMath.ts";
import { SIGNAL_ROWS } from "./signal.ts";
import type { Row } from "./signal.ts";
import { CLOCK_MAXIMUM, SOURCE } from "./types.ts";
import type { Averages, FeedState, Latest } from "./types.ts";

const ROUND_SECONDS = 15;
const MARK_SECONDS = 1_800;
const YEAR = 365 * 86_400;
/** A ratio of 1. */
export const RATIO_ONE = 2 ** 22;
export const RATIO_MAXIMUM = 2 ** 26 - 1;
const VARIANCE_MAXIMUM = 2 ** 24 - 1;
const VARIANCE_ONE = 100_000;
const DISPERSION_UNIT = 10;
/** Estimates this near to a whole number are computed in whole numbers; of 24 bits, floating point is exact to 2^-25. */
const NEAR = 2 ** -20;

/** What depends on the length of an interval alone: weights of the new value, 2^32 = 1, and the root of its minutes. */
export interface Interval {
  readonly seconds: number;
  readonly weight5m: number;
  readonly weight30m: number;
  readonly weight12h: number;
  /** √(Δt / 60 s) in ppm, rounded down; 0 where Δt ≤ 60 s. */
  readonly rootPpm: number;
}

const intervals = new Map<number, Interval>();

/** The interval of `seconds`; remembered, since few lengths occur and exponentials are slow. */
export function intervalOf(seconds: number): Interval {
  let interval = intervals.get(seconds);
  if (interval === undefined) {
    interval = {
      seconds,
      weight5m: decayWeight(seconds, 300),
      weight30m: decayWeight(seconds, 1_800),
      weight12h: decayWeight(seconds, 43_200),
      rootPpm: seconds > 60 ? Number(squareRootDown((BigInt(seconds) * 10n ** 12n) / 60n)) : 0,
    };
    intervals.set(seconds, interval);
  }
  return interval;
}

/** Folds the latest round over the interval to the next one. Returns the seconds that count as covered. */
export function fold(
  { latest, averages }: FeedState,
  interval: Interval,
  heartbeat: number,
  dispersionRow: Row = SIGNAL_ROWS.dispersion,
): number {
  const covered = Math.min(interval.seconds, heartbeat);
  averages.variance = varianceAfter(
    averages.variance,
    averages.previousRatio,
    averages.previousDelta,
    interval.weight12h,
  );
  averages.average5m = weighted(averages.average5m, RATIO_ONE, interval.weight5m);
  averages.average30m = weighted(averages.average30m, RATIO_ONE, interval.weight30m);
  averages.average12h = weighted(averages.average12h, RATIO_ONE, interval.weight12h);
  if (latest.source !== SOURCE.unwitnessed) {
    latest.uptime = (latest.uptime + covered) % 2 ** 32;
    averages.sinceCautious = Math.min(averages.sinceCautious + covered, CLOCK_MAXIMUM);
    averages.sinceRecovery = Math.min(averages.sinceRecovery + covered, CLOCK_MAXIMUM);
    averages.sinceReduceOnly = Math.min(averages.sinceReduceOnly + covered, CLOCK_MAXIMUM);
    averages.sinceHalted = Math.min(averages.sinceHalted + covered, CLOCK_MAXIMUM);
  }
  foldStreaks(latest, averages, dispersionRow);
  return covered;
}

/** Expresses the averages against a new price. */
export function rebase(averages: Averages, oldPrice: number, newPrice: number): void {
  averages.average5m = rebased(averages.average5m, oldPrice, newPrice);
  averages.average30m = rebased(averages.average30m, oldPrice, newPrice);
  averages.average12h = rebased(averages.average12h, oldPrice, newPrice);
  averages.previousRatio = rebased(averages.previousRatio, oldPrice, newPrice);
}

/** A ratio to `oldPrice` as one to `newPrice`, to nearest, saturating. */
export function rebased(ratio: number, oldPrice: number, newPrice: number): number {
  return Math.min(mulDivDown(ratio, oldPrice, Math.floor(newPrice / 2), newPrice), RATIO_MAXIMUM);
}

/** The price behind a ratio to `price`, to nearest, at least one unit. */
export function priceOf(price: number, ratio: number): number {
  return Math.max(mulDivDown(price, ratio, RATIO_ONE / 2, RATIO_ONE), 1);
}

/** First half hour after the time of a round, unix seconds. */
export function boundaryAfter(round: number): number {
  return (Math.floor((round * ROUND_SECONDS) / MARK_SECONDS) + 1) * MARK_SECONDS;
}

/** Adds covered seconds to the open half hour. Returns those that lie before its end. */
export function accumulate(latest: Latest, covered: number, boundary: number): number {
  const part = Math.min(covered, boundary - latest.round * ROUND_SECONDS);
  addCoverage(latest, part);
  return part;
}

/** Counts `part` seconds of the latest price into the open half hour; a price that a witness contradicts covers nothing. */
export function addCoverage(latest: Latest, part: number): void {
  if (latest.contradicted) return;
  latest.sum += BigInt(latest.price) * BigInt(part);
  latest.coverage += part;
  if (latest.divergent) latest.divergentRounds += Math.floor(part / ROUND_SECONDS);
}

/** old + (next − old) · weight, 2^32 = 1, to nearest. In two parts: the product has 58 bits. */
function weighted(old: number, next: number, weight: number): number {
  const gap = next - old;
  const high = gap * Math.floor(weight / 2 ** 16);
  const low = gap * (weight % 2 ** 16) + 2 ** 31;
  const carried = Math.floor(high / 2 ** 16);
  return old + carried + Math.floor(((high - carried * 2 ** 16) * 2 ** 16 + low) / 2 ** 32);
}

/** Realised variance with the return into the latest round, an average over 12 h. */
function varianceAfter(variance: number, ratio: number, delta: number, weight: number): number {
  if (delta === 0) return variance; // the first round has no return
  const move = Math.abs(ratio - RATIO_ONE);
  const instant = instantVariance(move, Math.max(ratio, 1), delta * ROUND_SECONDS);
  return weighted(variance, Math.min(instant, VARIANCE_MAXIMUM), weight);
}

/** (move / ratio)² · year / seconds, 1e-5 = 1, rounded down; anything above the maximum may stand for it. */
function instantVariance(move: number, ratio: number, seconds: number): number {
  const share = move / ratio;
  const estimate = (share * share * YEAR * VARIANCE_ONE) / seconds;
  if (estimate > VARIANCE_MAXIMUM + 1) return VARIANCE_MAXIMUM;
  const floor = Math.floor(estimate);
  const rest = estimate - floor;
  if (rest > NEAR && rest < 1 - NEAR) return floor;
  const numerator = BigInt(move) * BigInt(move) * BigInt(YEAR * VARIANCE_ONE);
  return Number(numerator / (BigInt(ratio) * BigInt(ratio) * BigInt(seconds)));
}

function foldStreaks(latest: Latest, averages: Averages, [cautious, reduceOnly, halted]: Row): void {
  const dispersion = latest.dispersion * DISPERSION_UNIT;
  averages.wideCautious = dispersion > cautious ? Math.min(averages.wideCautious + 1, 3) : 0;
  averages.wideReduceOnly = dispersion > reduceOnly ? Math.min(averages.wideReduceOnly + 1, 3) : 0;
  averages.wideHalted = dispersion > halted ? Math.min(averages.wideHalted + 1, 7) : 0;
  averages.divergentHistory = ((averages.divergentHistory << 1) | (latest.divergent ? 1 : 0)) & 0xfffff;
  if (latest.source !== SOURCE.quorum) {
    averages.quorumStreak = 0;
    return;
  }
  averages.quorumStreak = Math.min(averages.quorumStreak + 1, 31);
  const bounded = Math.min(Math.max(dispersion, 500), 10_000);
  averages.laggedDispersion = Math.floor((averages.laggedDispersion * 239 + bounded + 120) / 240);
}
