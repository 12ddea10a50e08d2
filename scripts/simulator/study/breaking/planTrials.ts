// SPDX-License-Identifier: MIT
import { fitBreakPoint, logit } from "../statistics/fitBreakPoint.ts";
import type { BreakCurve, Trial } from "../statistics/fitBreakPoint.ts";

/** Where a noisy search looks, and how often. */
export interface NoisyPlan {
  readonly lo: number;
  readonly hi: number;
  /** Chance of failure that is still accepted. */
  readonly limit: number;
  /** Runs in all. */
  readonly runs: number;
  /** Only whole numbers are tried. */
  readonly whole: boolean;
}

/** A share of all runs goes into an even grid, the rest in equal rounds to where the fit so far needs them. */
const GRID_SHARE = 0.3;
const ROUNDS = 4;
/** A gap in which all turns is looked at with this share of its width beside it. */
const BESIDE_GAP = 0.25;
/**
 * Runs near the limit alone tell where the curve is but not how steep, and near a small one nearly all hold: so they go from
 * just below the limit to where about half fail. In log odds.
 */
const BELOW_LIMIT = 1;
const ABOVE_LIMIT = 2.5;
const AT_LEAST_TO = 0.5;

/** Places of the first look: evenly from one end to the other. Pure. */
export function gridOf(plan: NoisyPlan): number[] {
  return spread(plan, plan.lo, plan.hi, Math.max(2, Math.round(plan.runs * GRID_SHARE)));
}

/** Places of the next round after these trials; none when the runs are used up. Pure. */
export function nextPlaces(plan: NoisyPlan, trials: readonly Trial[]): number[] {
  const count = Math.min(plan.runs - trials.length, Math.ceil((plan.runs * (1 - GRID_SHARE)) / ROUNDS));
  if (count <= 0) return [];
  const fit = fitBreakPoint(trials, plan.limit);
  // Nothing turned: the ends are the places that can still say something.
  if (fit.kind === "never" || fit.kind === "always")
    return Array.from({ length: count }, (_, index) => (index % 2 === 0 ? plan.lo : plan.hi));
  if (fit.kind === "parted") {
    const beside = (fit.high - fit.low) * BESIDE_GAP;
    return spread(plan, fit.low - beside, fit.high + beside, count);
  }
  const [from, to] = windowOf(fit, plan);
  return spread(plan, from, to, count);
}

function windowOf(curve: BreakCurve, { lo, hi, limit }: NoisyPlan): [from: number, to: number] {
  const middle = logit(limit);
  const place = (odds: number): number => curve.placeOf(odds);
  const ends = [place(middle - BELOW_LIMIT), place(Math.max(middle + ABOVE_LIMIT, AT_LEAST_TO))];
  const [from, to] = [Math.max(lo, Math.min(...ends)), Math.min(hi, Math.max(...ends))];
  return from < to ? [from, to] : [lo, hi];
}

function spread({ lo, hi, whole }: NoisyPlan, from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const place = from + (to - from) * (count === 1 ? 0.5 : index / (count - 1));
    return Math.min(hi, Math.max(lo, whole ? Math.round(place) : place));
  });
}
