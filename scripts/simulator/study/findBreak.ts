// SPDX-License-Identifier: MIT
import { settingAt, withSetting } from "./axes.ts";
import type { Axis } from "./axes.ts";
import { cellsOf, misfits, turnsBack } from "./breaking/checkCurve.ts";
import type { TrialCell } from "./breaking/checkCurve.ts";
import { gridOf, nextPlaces } from "./breaking/planTrials.ts";
import { searchThreshold } from "./breaking/searchThreshold.ts";
import type { Turn } from "./breaking/searchThreshold.ts";
import { nameOf } from "./monteCarlo.ts";
import type { RunMany, ScenarioDocument } from "./RunOrder.ts";
import { finite } from "./statistics/describeValues.ts";
import { upperBoundOfNone } from "./statistics/failureRate.ts";
import { fitBreakPoint } from "./statistics/fitBreakPoint.ts";
import type { BreakCurve, BreakFit, Trial } from "./statistics/fitBreakPoint.ts";
import { failsTarget } from "./target/Target.ts";
import type { Target } from "./target/Target.ts";

export interface BreakPlan {
  readonly scenario: ScenarioDocument;
  readonly axis: Axis;
  /** With a share of runs the question is noisy, without one it is asked of one seed. */
  readonly target: Target;
  readonly firstSeed: number;
  /** Of a noisy question: runs in all. */
  readonly runs: number;
  /** Of a deterministic question: places of the coarse grid. */
  readonly points: number;
  /** Of a deterministic question: a turn is known well enough between two places no farther apart. */
  readonly tolerance: number;
}

/** Where a target begins to fail, in the axis's own numbers; durations in seconds. Plain JSON. */
export interface BreakResult {
  readonly verb: "break";
  readonly scenario: string;
  readonly axis: Axis;
  readonly target: string;
  readonly method: "logistic fit" | "bisection";
  readonly runs: number;
  readonly firstSeed: number;
  readonly outcome: BreakOutcome;
  /** What a reader has to know before he believes it. */
  readonly warnings: readonly string[];
  /** What was seen: neighbouring places taken together where the question is noisy. */
  readonly cells: readonly TrialCell[];
  /** The fitted chance of failing and its band at 95 %, along the axis; empty without a fit. */
  readonly curve: readonly CurvePoint[];
}

export interface CurvePoint {
  readonly x: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

export type BreakOutcome =
  /**
   * Fails on one side of `at`, with its interval at 95 %; null where that has no end. `safe` is the end of the interval on the
   * side that holds: there the upper bound of the chance crosses the limit. `at` may lie outside the axis: then the target
   * holds, or fails, all along it, by the fit. Null where the chance is the same everywhere.
   */
  | {
      readonly kind: "at";
      readonly at: number | null;
      readonly low: number | null;
      readonly high: number | null;
      readonly safe: number | null;
      readonly failsAbove: boolean;
    }
  /** Holds on one side of this gap and fails on the other, without exception in what was tried. */
  | ({ readonly kind: "between" } & Turn)
  /** Not monotone: the answer turns at each of these. */
  | { readonly kind: "several"; readonly turns: readonly Turn[] }
  /** Of a noisy question also the most that the chance of failing may be at the ends, with 95 % confidence. */
  | { readonly kind: "holds"; readonly atMost?: number }
  | { readonly kind: "fails" };

const CURVE_POINTS = 41;

/** Finds the value of one number of the scenario at which a target begins to fail. */
export async function findBreak(plan: BreakPlan, runMany: RunMany): Promise<BreakResult> {
  const { scenario, axis, target, firstSeed } = plan;
  let started = 0;
  const ask = async (places: readonly number[]): Promise<boolean[]> => {
    const orders = places.map((place, index) => ({
      scenario: withSetting(scenario, axis.path, settingAt(axis, place)),
      // Shared seeds would make noisy trials depend on each other, and their interval too narrow.
      seed: target.limit === undefined ? firstSeed : firstSeed + started + index,
    }));
    started += places.length;
    return runMany(orders, (summary) => failsTarget(target, summary));
  };
  const found =
    target.limit === undefined ? await searchCertain(plan, ask) : await searchNoisy(plan, target.limit, ask);
  return { verb: "break", scenario: nameOf(scenario), axis, target: target.text, runs: started, firstSeed, ...found };
}

type Found = Pick<BreakResult, "method" | "outcome" | "warnings" | "cells" | "curve">;
type Ask = (places: readonly number[]) => Promise<boolean[]>;

async function searchCertain({ axis, points, tolerance }: BreakPlan, ask: Ask): Promise<Found> {
  const whole = isWhole(axis);
  const { answers, turns } = await searchThreshold({ lo: axis.lo, hi: axis.hi, points, tolerance, whole }, ask);
  const [first, ...more] = turns;
  const several = "The answer turns more than once: between places of the grid it may turn unseen even more often.";
  return {
    method: "bisection",
    outcome:
      first === undefined
        ? { kind: answers[0]!.failed ? "fails" : "holds" }
        : more.length === 0
          ? { kind: "between", ...first }
          : { kind: "several", turns },
    warnings: more.length === 0 ? [] : [several],
    cells: cellsOf(answers, answers.length),
    curve: [],
  };
}

async function searchNoisy({ axis, runs }: BreakPlan, limit: number, ask: Ask): Promise<Found> {
  const search = { lo: axis.lo, hi: axis.hi, limit, runs, whole: isWhole(axis) };
  const trials: Trial[] = [];
  for (let places = gridOf(search); places.length > 0; places = nextPlaces(search, trials)) {
    const failed = await ask(places);
    trials.push(...places.map((x, index) => ({ x, failed: failed[index]! })));
  }
  const fit = fitBreakPoint(trials, limit);
  const cells = cellsOf(trials);
  return {
    method: "logistic fit",
    outcome: outcomeOf(fit, trials, axis),
    warnings: warningsOf(fit, trials, cells, search),
    cells,
    curve: fit.kind === "fitted" ? curveAlong(fit, axis) : [],
  };
}

/** Durations are written in whole seconds. */
function isWhole({ whole, unit }: Axis): boolean {
  return whole || unit === "seconds";
}

function outcomeOf(fit: BreakFit, trials: readonly Trial[], { lo, hi }: Axis): BreakOutcome {
  switch (fit.kind) {
    case "never":
      return { kind: "holds", atMost: boundAtEnds(trials, lo, hi) };
    case "always":
      return { kind: "fails" };
    case "parted":
      return { kind: "between", low: fit.low, high: fit.high, failsAbove: fit.rises };
    case "fitted": {
      const [low, high] = [finite(fit.low), finite(fit.high)];
      return { kind: "at", at: finite(fit.at), low, high, safe: fit.rises ? low : high, failsAbove: fit.rises };
    }
  }
}

function warningsOf(
  fit: BreakFit,
  trials: readonly Trial[],
  cells: readonly TrialCell[],
  { lo, hi, limit }: { readonly lo: number; readonly hi: number; readonly limit: number },
): string[] {
  const warnings: string[] = [];
  if (turnsBack(cells))
    warnings.push("The share of failures rises and falls again: one break point does not describe it, see the cells.");
  if (fit.kind === "fitted" && misfits(trials, fit))
    warnings.push("A logistic curve does not describe the failures well: trust the cells more than the fitted place.");
  if (fit.kind === "fitted" && (fit.at < lo || fit.at > hi))
    warnings.push("The fitted place lies outside the range: it follows from the curve's form, not from runs there.");
  if (fit.kind === "fitted" && !Number.isFinite(fit.low))
    warnings.push("The failures do not show which way the chance goes: more runs or a wider range are needed.");
  if (fit.kind === "parted")
    warnings.push(
      "All runs on one side held and all on the other failed: the gap is what was seen, not a 95 % interval.",
    );
  if (fit.kind === "never" && boundAtEnds(trials, lo, hi) > limit)
    warnings.push("No run failed, but they are too few to show that the target holds.");
  return warnings;
}

/** Bound of the chance at the end that was tried less often: the chance is highest at one of them, and nobody knows at which. */
function boundAtEnds(trials: readonly Trial[], lo: number, hi: number): number {
  const tried = [lo, hi].map((end) => trials.filter(({ x }) => x === end).length);
  return upperBoundOfNone(Math.min(...tried));
}

function curveAlong(fit: BreakCurve, { lo, hi }: Axis): CurvePoint[] {
  return Array.from({ length: CURVE_POINTS }, (_, index) => {
    const x = lo + ((hi - lo) * index) / (CURVE_POINTS - 1);
    return { x, ...fit.chanceAt(x) };
  });
}
