// SPDX-License-Identifier: MIT
import { ln } from "../../../model/market/repeatableMath.ts";
import { BallastError } from "../../../model/BallastError.ts";
import { fitLogistic, probabilityOf } from "../../../model/sentinel/fitLogistic.ts";
import type { Logistic } from "../../../model/sentinel/fitLogistic.ts";

/** One noisy run: where, and whether it failed. */
export interface Trial {
  readonly x: number;
  readonly failed: boolean;
}

/** A fitted chance of failure that rises or falls with x. */
export interface BreakCurve {
  readonly kind: "fitted";
  readonly rises: boolean;
  /** Where the fitted chance is the limit; no number where it is the same everywhere. */
  readonly at: number;
  /**
   * Interval of that place at 95 %: all x at which the band of the fitted chance holds the limit (Fieller's). On the side
   * that holds it ends where the upper bound of the chance crosses the limit. Infinite where the trials cannot tell.
   */
  readonly low: number;
  readonly high: number;
  /** Where the fitted chance has these log odds. */
  readonly placeOf: (odds: number) => number;
  /** Chance of failure at x and its band at 95 %. */
  readonly chanceAt: (x: number) => { readonly rate: number; readonly low: number; readonly high: number };
}

/** What trials say of where failing begins. */
export type BreakFit =
  | BreakCurve
  /** No trial failed, or none held. */
  | { readonly kind: "never" }
  | { readonly kind: "always" }
  /** One side of the gap holds throughout, the other fails throughout: a curve as steep as one likes fits. */
  | { readonly kind: "parted"; readonly rises: boolean; readonly low: number; readonly high: number };

const Z = 1.959963984540054;
/** So small that it moves no estimate; only used where a fit without does not converge. */
const SMALL_PENALTY = 1e-3;

/**
 * Fits a logistic curve of failing against x and finds where it crosses a limit. Pure.
 * @param limit Chance of failure that is still accepted, above 0 and below 1.
 * @throws BallastError `fitFailed` when all trials are at one place.
 */
export function fitBreakPoint(trials: readonly Trial[], limit: number): BreakFit {
  const failing = trials.filter(({ failed }) => failed).map(({ x }) => x);
  const holding = trials.filter(({ failed }) => !failed).map(({ x }) => x);
  if (failing.length === 0) return { kind: "never" };
  if (holding.length === 0) return { kind: "always" };
  const [lowestFailing, highestFailing] = extremes(failing);
  const [lowestHolding, highestHolding] = extremes(holding);
  if (highestHolding < lowestFailing) return { kind: "parted", rises: true, low: highestHolding, high: lowestFailing };
  if (highestFailing < lowestHolding) return { kind: "parted", rises: false, low: highestFailing, high: lowestHolding };
  return curveOf(trials, logit(limit));
}

/** @param limit In log odds. */
function curveOf(trials: readonly Trial[], limit: number): BreakCurve {
  const [lowest, highest] = extremes(trials.map(({ x }) => x));
  if (lowest === highest) throw new BallastError("fitFailed", "All trials are at one place", { context: { lowest } });
  const centre = (lowest + highest) / 2;
  const scale = (highest - lowest) / 2;
  const rows = trials.map(({ x }) => [(x - centre) / scale]);
  const model = fit(
    rows,
    trials.map(({ failed }) => failed),
  );
  const [[v00, v01], [, v11]] = covarianceOf(model, rows);
  const intercept = model.intercept;
  const slope = model.coefficients[0]!;

  const place = (u: number): number => centre + scale * u;
  const [low, high] = fieller(intercept - limit, slope, v00, v01, v11);
  return {
    kind: "fitted",
    rises: slope > 0,
    at: place((limit - intercept) / slope),
    low: place(low),
    high: place(high),
    placeOf: (odds) => place((odds - intercept) / slope),
    chanceAt: (x) => {
      const u = (x - centre) / scale;
      const spread = Z * Math.sqrt(v00 + 2 * u * v01 + u * u * v11);
      const chance = (moved: number): number => probabilityOf({ ...model, intercept: intercept + moved }, [u]);
      return { rate: chance(0), low: chance(-spread), high: chance(spread) };
    },
  };
}

/** Where every x fails and holds alike the likelihood is flat, and a step may go too far: a little penalty calms it. */
function fit(rows: readonly number[][], labels: readonly boolean[]): Logistic {
  try {
    return fitLogistic(rows, labels, 0);
  } catch (error) {
    if (!(error instanceof BallastError) || error.code !== "fitFailed") throw error;
    return fitLogistic(rows, labels, SMALL_PENALTY);
  }
}

/** Covariance of intercept and slope: the inverse of what the trials tell about them. */
function covarianceOf(model: Logistic, rows: readonly number[][]) {
  let [a, b, c] = [0, 0, 0];
  for (const row of rows) {
    const probability = probabilityOf(model, row);
    const weight = probability * (1 - probability);
    a += weight;
    b += weight * row[0]!;
    c += weight * row[0]! * row[0]!;
  }
  const determinant = a * c - b * b;
  const v01 = -b / determinant;
  return [
    [c / determinant, v01],
    [v01, a / determinant],
  ] as const;
}

/** All u with (offset + slope · u)² ≤ Z² · variance(u); the whole line where the slope may be 0. */
function fieller(offset: number, slope: number, v00: number, v01: number, v11: number): [low: number, high: number] {
  const a = slope * slope - Z * Z * v11;
  if (!(a > 0)) return [-Infinity, Infinity];
  const half = slope * offset - Z * Z * v01;
  const c = offset * offset - Z * Z * v00;
  const root = Math.sqrt(Math.max(0, half * half - a * c));
  return [(-half - root) / a, (-half + root) / a];
}

/** Log odds of a chance. */
export function logit(chance: number): number {
  return ln(chance / (1 - chance));
}

function extremes(values: readonly number[]): [lowest: number, highest: number] {
  return values.reduce<[number, number]>(
    ([lowest, highest], value) => [Math.min(lowest, value), Math.max(highest, value)],
    [Infinity, -Infinity],
  );
}
