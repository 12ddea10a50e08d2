// SPDX-License-Identifier: MIT
import type { RunSummary } from "../record/RunSummary.ts";
import type { RunOrder } from "./RunOrder.ts";
import { numbersOf, NUMBER_METRICS } from "./target/metricPaths.ts";
import { failsTarget } from "./target/Target.ts";
import type { Target } from "./target/Target.ts";
import { describeValues } from "./statistics/describeValues.ts";
import type { Distribution } from "./statistics/describeValues.ts";

/** What a study keeps of a run. */
export interface RunDigest {
  readonly seed: number;
  /** By the target; without one, by the run's own verdict. */
  readonly failed: boolean;
  /** Ids of invariants that did not hold. */
  readonly broken: readonly string[];
  /** How many invariants were looked at; the fast tier looks at few. */
  readonly checked: number;
  /** In the order of `NUMBER_METRICS`; Infinity for what never came. */
  readonly numbers: Float64Array;
}

/** Seeds of a study: so many, one after the other. */
export interface SeedRange {
  readonly first: number;
  readonly count: number;
}

/** How each metric is spread over the runs of a study, by its path. */
export type MetricTable = Readonly<Record<string, Distribution>>;

/** Keeps of each run what a study needs. Pure. */
export function digestBy(target: Target | undefined): (summary: RunSummary, order: RunOrder) => RunDigest {
  return (summary, { seed }) => ({
    seed,
    failed: target === undefined ? summary.verdict === "broken" : failsTarget(target, summary),
    broken: summary.invariants.filter(({ held }) => !held).map(({ id }) => id),
    checked: summary.invariants.filter(({ checks }) => checks > 0).length,
    numbers: numbersOf(summary),
  });
}

/** All seeds of a range, in order. Pure. */
export function seedsOf({ first, count }: SeedRange): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Values of one metric in the order of the runs. Pure. */
export function valuesOf(runs: readonly RunDigest[], metric: string): number[] {
  const column = NUMBER_METRICS.indexOf(metric);
  return runs.map(({ numbers }) => numbers[column]!);
}

/** Describes every metric of at least one run. Pure. */
export function metricTable(runs: readonly RunDigest[]): MetricTable {
  return Object.fromEntries(NUMBER_METRICS.map((metric) => [metric, describeValues(valuesOf(runs, metric))]));
}
