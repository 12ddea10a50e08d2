// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import { placesOf, settingAt, withSetting } from "./axes.ts";
import type { GridAxis } from "./axes.ts";
import { digestBy, metricTable, seedsOf } from "./digestRun.ts";
import type { MetricTable, SeedRange } from "./digestRun.ts";
import { nameOf } from "./monteCarlo.ts";
import type { RunMany, ScenarioDocument } from "./RunOrder.ts";
import type { Distribution } from "./statistics/describeValues.ts";
import { failureRate } from "./statistics/failureRate.ts";
import type { FailureRate } from "./statistics/failureRate.ts";
import type { Target } from "./target/Target.ts";

export interface SweepPlan {
  readonly scenario: ScenarioDocument;
  readonly axes: readonly GridAxis[];
  /** Every cell plays the same seeds, so that cells differ by their settings alone. */
  readonly seeds: SeedRange;
  readonly target?: Target;
}

/** Every combination of the axes' places. Plain JSON. */
export interface SweepResult {
  readonly verb: "sweep";
  readonly scenario: string;
  readonly seeds: SeedRange;
  readonly target?: string;
  readonly axes: readonly { readonly path: string; readonly settings: readonly (number | string)[] }[];
  /** The last axis moves first. */
  readonly cells: readonly SweepCell[];
}

export interface SweepCell {
  /** Place on each axis. */
  readonly at: readonly number[];
  readonly failures: FailureRate;
  /** Invariants that did not hold in some run. */
  readonly broken: readonly string[];
  readonly metrics: MetricTable;
}

/** A number for every cell of one or two axes: what a heat map draws. */
export interface HeatMap {
  readonly metric: string;
  readonly x: SweepResult["axes"][number];
  /** Missing for one axis; then there is one row. */
  readonly y?: SweepResult["axes"][number];
  /** Row by row, each along x; null for what never came. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** In place of a metric's path: the share of runs that failed. */
export const FAILURE_RATE = "failureRate";
const MOST_CELLS = 10_000;

/** Plays a scenario at every place of a grid. @throws BallastError `configInvalid` for more than 10,000 cells. */
export async function sweep(plan: SweepPlan, runMany: RunMany): Promise<SweepResult> {
  const { scenario, axes, target } = plan;
  const settings = axes.map((axis) => placesOf(axis).map((place) => settingAt(axis, place)));
  const places = combinations(settings.map((values) => values.length));
  const seeds = seedsOf(plan.seeds);
  const orders = places.flatMap((at) => {
    const changed = at.reduce(
      (document, place, axis) => withSetting(document, axes[axis]!.path, settings[axis]![place]),
      scenario,
    );
    return seeds.map((seed) => ({ scenario: changed, seed }));
  });
  const runs = await runMany(orders, digestBy(target));
  return {
    verb: "sweep",
    scenario: nameOf(scenario),
    seeds: plan.seeds,
    ...(target !== undefined && { target: target.text }),
    axes: axes.map(({ path }, axis) => ({ path, settings: settings[axis]! })),
    cells: places.map((at, index) => {
      const own = runs.slice(index * seeds.length, (index + 1) * seeds.length);
      return {
        at,
        failures: failureRate(own.filter(({ failed }) => failed).length, own.length),
        broken: [...new Set(own.flatMap(({ broken }) => broken))].sort(),
        metrics: metricTable(own),
      };
    }),
  };
}

/**
 * One number per cell, to be drawn. Pure.
 * @param metric Path of a metric, or `failureRate`.
 * @throws BallastError `configInvalid` for more than two axes.
 */
export function heatMapOf(result: SweepResult, metric: string, of: keyof Distribution = "mean"): HeatMap {
  const [first, second, ...more] = result.axes;
  if (first === undefined || more.length > 0)
    throw new BallastError("configInvalid", "A heat map has one or two axes", {
      context: { axes: result.axes.length },
    });
  const values = result.cells.map(({ failures, metrics }) =>
    metric === FAILURE_RATE ? failures.rate : metrics[metric]![of],
  );
  if (second === undefined) return { metric, x: first, values: [values] };
  const width = second.settings.length;
  return {
    metric,
    x: second,
    y: first,
    values: first.settings.map((_, row) => values.slice(row * width, (row + 1) * width)),
  };
}

/** Every list of one place per axis, the last axis moving first. */
function combinations(sizes: readonly number[]): number[][] {
  const cells = sizes.reduce((product, size) => product * size, 1);
  if (cells > MOST_CELLS)
    throw new BallastError("configInvalid", `A sweep of ${cells} cells; at most ${MOST_CELLS}`, { context: { cells } });
  return sizes.reduce<number[][]>(
    (lists, size) => lists.flatMap((list) => Array.from({ length: size }, (_, place) => [...list, place])),
    [[]],
  );
}
