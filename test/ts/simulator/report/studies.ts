// SPDX-License-Identifier: MIT
import type { MetricTable } from "../../../../scripts/simulator/study/digestRun.ts";
import type { BreakResult } from "../../../../scripts/simulator/study/findBreak.ts";
import { describeValues } from "../../../../scripts/simulator/study/statistics/describeValues.ts";
import { failureRate } from "../../../../scripts/simulator/study/statistics/failureRate.ts";
import type { SweepResult } from "../../../../scripts/simulator/study/sweep.ts";

const metrics = (debt: number): MetricTable => ({
  "badDebt.absolute": describeValues([debt, debt + 10]),
  "badDebt.afterInsurance": describeValues([0, 0]),
});

/** Three counts of validators by two capitals; only the poorest corner fails. */
export function sweepResult(): SweepResult {
  const axes = [
    { path: "actors.liquidators.capital", settings: [10_000, 1_000_000] },
    { path: "validators.count", settings: [4, 7, 10] },
  ];
  const cells = [0, 1].flatMap((row) =>
    [0, 1, 2].map((column) => {
      const fails = row === 0 && column === 0;
      return {
        at: [row, column],
        failures: failureRate(fails ? 3 : 0, 5),
        broken: fails ? ["S3"] : [],
        metrics: metrics(fails ? 900 : 0),
      };
    }),
  );
  return { verb: "sweep", scenario: "yen-unwind", seeds: { first: 42, count: 5 }, axes, cells };
}

/** A curve that breaks at 0.6 of a gap. */
export function breakResult(): BreakResult {
  const places = [0.3, 0.45, 0.6, 0.75, 0.9];
  return {
    verb: "break",
    scenario: "yen-unwind",
    axis: { path: "faults.0.with.multiply", lo: 0.3, hi: 1, unit: "number", whole: false },
    target: "p(badDebt.absolute>0)<=10%",
    method: "logistic fit",
    runs: 200,
    firstSeed: 42,
    outcome: { kind: "at", at: 0.612, low: 0.581, high: 0.655, safe: 0.655, failsAbove: false },
    warnings: ["failures rise and fall again"],
    cells: places.map((x) => {
      const { low, high } = failureRate(Math.round(40 * (1 - x)), 40);
      return { x, from: x - 0.05, to: x + 0.05, trials: 40, failures: Math.round(40 * (1 - x)), low, high };
    }),
    curve: places.map((x) => ({ x, rate: 1 - x, low: Math.max(0, 0.9 - x), high: Math.min(1, 1.1 - x) })),
  };
}
