// SPDX-License-Identifier: MIT
import type { RunSummary } from "../../record/RunSummary.ts";
import { highestRate } from "../statistics/failureRate.ts";
import type { FailureRate } from "../statistics/failureRate.ts";
import { readMetric } from "./metricPaths.ts";
import type { MetricValue } from "./metricPaths.ts";

export type Comparison = "<" | "<=" | ">" | ">=" | "=" | "!=";

/** One comparison of a metric with a value. */
export interface Clause {
  readonly metric: string;
  readonly comparison: Comparison;
  readonly value: MetricValue;
}

/** What is asked of runs: of each one, or of the share of runs that fail. */
export interface Target {
  /** As it was given. */
  readonly text: string;
  /** True when all clauses of one of these lists are. */
  readonly anyOf: readonly (readonly Clause[])[];
  /** A run fails when the condition comes out so. */
  readonly failsWhen: boolean;
  /** Largest share of runs that may fail, between 0 and 1; without it none may, and one seed decides. */
  readonly limit?: number;
}

/** Whether a target is met, as far as a number of runs can tell. */
export type TargetVerdict = "held" | "broken" | "open";

/** Whether a run is one of those that the target wants few or none of. Pure. */
export function failsTarget(target: Pick<Target, "anyOf" | "failsWhen">, summary: RunSummary): boolean {
  const isTrue = target.anyOf.some((clauses) =>
    clauses.every(({ metric, comparison, value }) => compare(readMetric(summary, metric), comparison, value)),
  );
  return isTrue === target.failsWhen;
}

/**
 * Held when the bound of the rate is within the limit, broken when even its lower end is beyond; else the runs were too few. Of
 * a target for each run, one failure breaks it. Pure.
 */
export function judgeTarget({ limit }: Target, rate: FailureRate): TargetVerdict {
  if (limit === undefined) return rate.failures === 0 ? "held" : "broken";
  if (highestRate(rate) <= limit) return "held";
  return rate.low > limit ? "broken" : "open";
}

function compare(left: MetricValue, comparison: Comparison, right: MetricValue): boolean {
  switch (comparison) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "=":
      return left === right;
    case "!=":
      return left !== right;
  }
}
