// SPDX-License-Identifier: MIT
import { streamOf } from "../scenario/streams.ts";
import { settingAt, withSetting } from "./axes.ts";
import type { Axis } from "./axes.ts";
import { seedsOf } from "./digestRun.ts";
import type { SeedRange } from "./digestRun.ts";
import { nameOf } from "./monteCarlo.ts";
import type { Objective } from "./objectives.ts";
import type { RunMany, ScenarioDocument } from "./RunOrder.ts";
import { finite, meanOf } from "./statistics/describeValues.ts";
import { failureRate } from "./statistics/failureRate.ts";
import { latinHypercube } from "./statistics/latinHypercube.ts";
import { paretoFront } from "./statistics/paretoFront.ts";
import { failsTarget } from "./target/Target.ts";
import type { Target } from "./target/Target.ts";

export interface CalibratePlan {
  readonly scenario: ScenarioDocument;
  /** What may be chosen, and between which ends. */
  readonly axes: readonly Axis[];
  readonly points: number;
  /** Every point plays the same seeds. */
  readonly seeds: SeedRange;
  /** All must be met; so must every invariant. */
  readonly targets: readonly Target[];
  /** The cost first, then the harm. */
  readonly objectives: readonly Objective[];
  /** Plays the front once more, in more detail than the screen; without it the screen's word stands. */
  readonly truth?: RunMany;
}

/** Points of a screen, those that keep what must hold, and the best among them. Plain JSON. */
export interface CalibrateResult {
  readonly verb: "calibrate";
  readonly scenario: string;
  readonly seeds: SeedRange;
  readonly targets: readonly string[];
  readonly axes: readonly { readonly path: string; readonly lo: number; readonly hi: number }[];
  readonly objectives: readonly string[];
  readonly points: readonly CalibratedPoint[];
  /** Places in `points`, by rising first objective. */
  readonly front: readonly number[];
}

export interface CalibratedPoint {
  readonly settings: readonly (number | string)[];
  /** What does not hold: ids of invariants and texts of targets; empty for a point that may be chosen. */
  readonly broken: readonly string[];
  /** Means over the seeds; null for what never came. */
  readonly objectives: readonly (number | null)[];
  /** Played again in truth. */
  readonly confirmed: boolean;
}

interface PlayedRun {
  readonly broken: readonly string[];
  /** By target. */
  readonly failed: readonly boolean[];
  readonly objectives: readonly number[];
}

/**
 * Screens a Latin hypercube of settings, drops what breaks an invariant or a target, and keeps the settings that no other beats
 * in every objective. Constraints come first: no price buys a broken one. A target for a share of runs is judged by the share
 * itself, for a screen's few seeds bound nothing: what is chosen is to be put before `mc`.
 */
export async function calibrate(plan: CalibratePlan, runMany: RunMany): Promise<CalibrateResult> {
  const { scenario, axes, seeds, targets, objectives } = plan;
  const draws = latinHypercube(plan.points, axes.length, streamOf(seeds.first, "latin hypercube"));
  const settings = draws.map((point) => point.map((draw, axis) => settingAt(axes[axis]!, placeAt(axes[axis]!, draw))));
  let points = await playPoints(plan, settings, runMany, false);
  let front = frontOf(points);
  if (plan.truth !== undefined) {
    const again = await playPoints(
      plan,
      front.map((index) => settings[index]!),
      plan.truth,
      true,
    );
    points = points.map((point, index) => again[front.indexOf(index)] ?? point);
    front = frontOf(points).filter((index) => points[index]!.confirmed);
  }
  return {
    verb: "calibrate",
    scenario: nameOf(scenario),
    seeds,
    targets: targets.map(({ text }) => text),
    axes: axes.map(({ path, lo, hi }) => ({ path, lo, hi })),
    objectives: objectives.map(({ name }) => name),
    points,
    front,
  };
}

/** A draw from [0, 1) stretched over the axis; each whole number gets an equal part of it. */
function placeAt({ lo, hi, whole }: Axis, draw: number): number {
  return whole ? lo + Math.floor(draw * (hi - lo + 1)) : lo + draw * (hi - lo);
}

async function playPoints(
  plan: CalibratePlan,
  settings: readonly (readonly (number | string)[])[],
  runMany: RunMany,
  confirmed: boolean,
): Promise<CalibratedPoint[]> {
  const seeds = seedsOf(plan.seeds);
  const orders = settings.flatMap((values) => {
    const scenario = values.reduce<ScenarioDocument>(
      (document, value, axis) => withSetting(document, plan.axes[axis]!.path, value),
      plan.scenario,
    );
    return seeds.map((seed) => ({ scenario, seed }));
  });
  const runs = await runMany(orders, (summary, order): PlayedRun => ({
    broken: summary.invariants.filter(({ held }) => !held).map(({ id }) => id),
    failed: plan.targets.map((target) => failsTarget(target, summary)),
    objectives: plan.objectives.map((objective) => objective.of(summary, order)),
  }));
  return settings.map((values, index) => {
    const own = runs.slice(index * seeds.length, (index + 1) * seeds.length);
    return {
      settings: values,
      broken: [...new Set(own.flatMap(({ broken }) => broken))].sort().concat(missedTargets(own, plan.targets)),
      objectives: plan.objectives.map((_, place) => finite(meanOf(own.map(({ objectives }) => objectives[place]!)))),
      confirmed,
    };
  });
}

function missedTargets(runs: readonly PlayedRun[], targets: readonly Target[]): string[] {
  return targets.flatMap(({ text, limit }, index) => {
    const { rate } = failureRate(runs.filter(({ failed }) => failed[index]).length, runs.length);
    return rate > (limit ?? 0) ? [text] : [];
  });
}

function frontOf(points: readonly CalibratedPoint[]): number[] {
  const eligible = points.flatMap(({ broken }, index) => (broken.length === 0 ? [index] : []));
  const costs = eligible.map((index) => points[index]!.objectives.map((value) => value ?? Infinity));
  return paretoFront(costs)
    .sort((a, b) => compareCosts(costs[a]!, costs[b]!))
    .map((place) => eligible[place]!);
}

function compareCosts(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((cost, index) => cost !== other[index]);
  return differing < 0 ? 0 : one[differing]! < other[differing]! ? -1 : 1;
}
