// SPDX-License-Identifier: MIT
import { streamOf } from "../scenario/streams.ts";
import { digestBy, seedsOf, valuesOf } from "./digestRun.ts";
import type { RunDigest, SeedRange } from "./digestRun.ts";
import { nameOf } from "./monteCarlo.ts";
import type { RunMany, ScenarioDocument } from "./RunOrder.ts";
import { finite, meanOf } from "./statistics/describeValues.ts";
import { failureRate } from "./statistics/failureRate.ts";
import type { FailureRate } from "./statistics/failureRate.ts";
import { pairedDifference } from "./statistics/pairedDifference.ts";
import type { PairedDifference } from "./statistics/pairedDifference.ts";
import { NUMBER_METRICS } from "./target/metricPaths.ts";
import type { Target } from "./target/Target.ts";

export interface ComparePlan {
  readonly first: ScenarioDocument;
  readonly second: ScenarioDocument;
  /** Both play the same. */
  readonly seeds: SeedRange;
  readonly target?: Target;
}

/** Two scenarios, seed by seed. Plain JSON. */
export interface CompareResult {
  readonly verb: "compare";
  readonly first: string;
  readonly second: string;
  readonly seeds: SeedRange;
  readonly target?: string;
  readonly failures: {
    readonly first: FailureRate;
    readonly second: FailureRate;
    /** Seeds that failed in one and held in the other. */
    readonly onlyFirst: readonly number[];
    readonly onlySecond: readonly number[];
  };
  /** Second minus first; metrics that no seed changed are left out. */
  readonly metrics: readonly MetricComparison[];
}

export interface MetricComparison {
  readonly metric: string;
  readonly first: number | null;
  readonly second: number | null;
  readonly difference: PairedDifference;
}

/**
 * Plays two scenarios with the same seeds and compares run by run: what chance does to both alike cancels out, so differences
 * show with far fewer runs than between runs of their own.
 */
export async function compareScenarios(plan: ComparePlan, runMany: RunMany): Promise<CompareResult> {
  const { first, second, target } = plan;
  const seeds = seedsOf(plan.seeds);
  const orders = [first, second].flatMap((scenario) => seeds.map((seed) => ({ scenario, seed })));
  const runs = await runMany(orders, digestBy(target));
  const [ones, others] = [runs.slice(0, seeds.length), runs.slice(seeds.length)];
  const failed = (own: readonly RunDigest[]): FailureRate =>
    failureRate(own.filter((run) => run.failed).length, own.length);
  const only = (own: readonly RunDigest[], than: readonly RunDigest[]): number[] =>
    own.filter((run, index) => run.failed && !than[index]!.failed).map(({ seed }) => seed);
  return {
    verb: "compare",
    first: nameOf(first),
    second: nameOf(second),
    seeds: plan.seeds,
    ...(target !== undefined && { target: target.text }),
    failures: {
      first: failed(ones),
      second: failed(others),
      onlyFirst: only(ones, others),
      onlySecond: only(others, ones),
    },
    metrics: NUMBER_METRICS.map((metric) => compareMetric(metric, ones, others)).filter(
      ({ difference }) => difference.equal < seeds.length,
    ),
  };
}

function compareMetric(metric: string, ones: readonly RunDigest[], others: readonly RunDigest[]): MetricComparison {
  const [first, second] = [valuesOf(ones, metric), valuesOf(others, metric)];
  // A stream for each metric: one more metric moves no other's interval.
  const random = streamOf(ones[0]!.seed, `bootstrap ${metric}`);
  return {
    metric,
    first: finite(meanOf(first)),
    second: finite(meanOf(second)),
    difference: pairedDifference(first, second, random),
  };
}
