// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";
import type { CalibrateResult } from "../study/calibrate.ts";
import type { CompareResult } from "../study/compareScenarios.ts";
import type { BreakResult } from "../study/findBreak.ts";
import type { MonteCarloResult } from "../study/monteCarlo.ts";
import type { ShrinkResult } from "../study/shrinkScenario.ts";
import type { SweepResult } from "../study/sweep.ts";

/** What the verbs of studies write with `--out`. */
export type StudyResult = (
  MonteCarloResult | SweepResult | BreakResult | CompareResult | CalibrateResult | ShrinkResult
) & {
  /** That gives it again. */
  readonly command?: string;
};

const value = z.number().nullable();
const setting = z.union([z.number(), z.string()]);
const texts = z.array(z.string());
const seeds = z.looseObject({ first: z.number(), count: z.number() });
const target = z.string().optional();
const rate = z.looseObject({
  failures: z.number(),
  trials: z.number(),
  rate: z.number(),
  low: z.number(),
  high: z.number(),
  atMost: z.number().optional(),
});
const spread = z.looseObject({ mean: value, min: value, p5: value, p50: value, p95: value, p99: value, max: value });
const metrics = z.record(z.string(), spread);
const turn = { low: value, high: value, failsAbove: z.boolean() };

const monteCarlo = z.looseObject({
  verb: z.literal("mc"),
  scenario: z.string(),
  seeds,
  target,
  verdict: z.enum(["held", "broken", "open"]),
  failures: rate,
  checkedInvariants: z.number(),
  brokenInvariants: z.array(z.looseObject({ id: z.string(), runs: z.number(), firstSeed: z.number() })),
  metrics,
  worst: z.array(
    z.looseObject({ seed: z.number(), failed: z.boolean(), broken: texts, values: z.record(z.string(), value) }),
  ),
});
const sweep = z.looseObject({
  verb: z.literal("sweep"),
  scenario: z.string(),
  seeds,
  target,
  axes: z.array(z.looseObject({ path: z.string(), settings: z.array(setting) })),
  cells: z.array(z.looseObject({ at: z.array(z.int().min(0)), failures: rate, broken: texts, metrics })),
});
const breaking = z.looseObject({
  verb: z.literal("break"),
  scenario: z.string(),
  axis: z.looseObject({ path: z.string(), lo: z.number(), hi: z.number(), unit: z.enum(["number", "seconds"]) }),
  target: z.string(),
  method: z.enum(["logistic fit", "bisection"]),
  runs: z.number(),
  firstSeed: z.number(),
  outcome: z.discriminatedUnion("kind", [
    z.looseObject({ kind: z.literal("at"), at: value, safe: value, ...turn }),
    z.looseObject({ kind: z.literal("between"), ...turn }),
    z.looseObject({ kind: z.literal("several"), turns: z.array(z.looseObject(turn)) }),
    z.looseObject({ kind: z.literal("holds"), atMost: z.number().optional() }),
    z.looseObject({ kind: z.literal("fails") }),
  ]),
  warnings: texts,
  cells: z.array(
    z.looseObject({
      x: z.number(),
      from: z.number(),
      to: z.number(),
      trials: z.number(),
      failures: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
  curve: z.array(z.looseObject({ x: z.number(), rate: z.number(), low: z.number(), high: z.number() })),
});
const comparison = z.looseObject({
  verb: z.literal("compare"),
  first: z.string(),
  second: z.string(),
  seeds,
  target,
  failures: z.looseObject({
    first: rate,
    second: rate,
    onlyFirst: z.array(z.number()),
    onlySecond: z.array(z.number()),
  }),
  metrics: z.array(
    z.looseObject({
      metric: z.string(),
      first: value,
      second: value,
      difference: z.looseObject({
        mean: value,
        interval: z.tuple([z.number(), z.number()]).nullable(),
        higher: z.number(),
        lower: z.number(),
        equal: z.number(),
      }),
    }),
  ),
});
const calibration = z.looseObject({
  verb: z.literal("calibrate"),
  scenario: z.string(),
  seeds,
  targets: texts,
  axes: z.array(z.looseObject({ path: z.string(), lo: z.number(), hi: z.number() })),
  objectives: texts,
  points: z.array(
    z.looseObject({ settings: z.array(setting), broken: texts, objectives: z.array(value), confirmed: z.boolean() }),
  ),
  front: z.array(z.int().min(0)),
});
const shrinking = z.looseObject({
  verb: z.literal("shrink"),
  scenario: z.string(),
  seed: z.number(),
  failure: z.string(),
  runs: z.number(),
  changes: z.array(z.looseObject({ path: z.string(), from: z.number(), to: z.number() })),
  document: z.record(z.string(), z.unknown()),
});

const studyShape = z
  .discriminatedUnion("verb", [monteCarlo, sweep, breaking, comparison, calibration, shrinking])
  .and(z.looseObject({ command: z.string().optional() }));

/**
 * Makes sure that a value is the result of a study. Pure.
 * @param from Where it came from, for the error.
 * @throws BallastError `studyUnreadable` with every wrong place.
 */
export function readStudy(given: unknown, from: string): StudyResult {
  const parsed = studyShape.safeParse(given);
  const problems = parsed.success
    ? misplaced(parsed.data)
    : parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (parsed.success && problems.length === 0) return parsed.data as StudyResult;
  throw new BallastError("studyUnreadable", `${from} holds no result of a study: ${problems.join("; ")}`, {
    context: { from, problems },
  });
}

/** Places that point at nothing. */
function misplaced(study: z.output<typeof studyShape>): string[] {
  if (study.verb === "calibrate")
    return study.front.filter((place) => place >= study.points.length).map((place) => `front: no point ${place}`);
  if (study.verb !== "sweep") return [];
  const cells = study.axes.reduce((product, { settings }) => product * settings.length, 1);
  const isWhole = study.cells.length === cells && study.cells.every(({ at }) => at.length === study.axes.length);
  return isWhole ? [] : [`cells: ${study.cells.length} instead of ${cells}, each with a place on every axis`];
}
