// SPDX-License-Identifier: MIT
import type { RunSummary } from "../record/RunSummary.ts";
import { readMetric } from "../study/target/metricPaths.ts";
import type { MetricValue } from "../study/target/metricPaths.ts";
import type { Expectation } from "./Scenario.ts";

/** Whether a run is as its scenario expects, key by key. */
export interface ExpectationVerdict {
  readonly key: string;
  readonly held: boolean;
  /** What the summary says; Infinity for what never came. */
  readonly given: MetricValue;
  /** Such as `at most 0`. */
  readonly wanted: string;
}

/** Compares a summary with expectations. Pure. */
export function judgeExpectations(expectations: readonly Expectation[], summary: RunSummary): ExpectationVerdict[] {
  return expectations.map((expectation) => {
    const given = readMetric(summary, expectation.key);
    return { key: expectation.key, held: isMet(expectation, given), given, wanted: wantedBy(expectation) };
  });
}

function isMet({ min, max, equals }: Expectation, given: MetricValue): boolean {
  return (
    (min === undefined || Number(given) >= min) &&
    (max === undefined || Number(given) <= max) &&
    (equals === undefined || given === equals)
  );
}

function wantedBy({ min, max, equals }: Expectation): string {
  const parts = [
    min === undefined ? [] : [`at least ${min}`],
    max === undefined ? [] : [`at most ${max}`],
    equals === undefined ? [] : [`${equals}`],
  ];
  return parts.flat().join(" and ");
}
