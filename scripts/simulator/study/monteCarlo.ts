// SPDX-License-Identifier: MIT
import { digestBy, metricTable, seedsOf, valuesOf } from "./digestRun.ts";
import type { MetricTable, RunDigest, SeedRange } from "./digestRun.ts";
import type { RunMany, ScenarioDocument } from "./RunOrder.ts";
import { finite } from "./statistics/describeValues.ts";
import { failureRate } from "./statistics/failureRate.ts";
import type { FailureRate } from "./statistics/failureRate.ts";
import { judgeTarget } from "./target/Target.ts";
import type { Target, TargetVerdict } from "./target/Target.ts";

export interface MonteCarloPlan {
  readonly scenario: ScenarioDocument;
  readonly seeds: SeedRange;
  /** Without it a run fails by its own verdict, and none may. */
  readonly target?: Target;
}

/** What many seeds of one scenario say. Plain JSON. */
export interface MonteCarloResult {
  readonly verb: "mc";
  readonly scenario: string;
  readonly seeds: SeedRange;
  readonly target?: string;
  readonly verdict: TargetVerdict;
  readonly failures: FailureRate;
  /** Most invariants that a run looked at. */
  readonly checkedInvariants: number;
  /** Invariants that did not hold: in how many runs, and the first seed that shows it. */
  readonly brokenInvariants: readonly { readonly id: string; readonly runs: number; readonly firstSeed: number }[];
  readonly metrics: MetricTable;
  /** The worst first. */
  readonly worst: readonly WorstRun[];
}

export interface WorstRun {
  readonly seed: number;
  readonly failed: boolean;
  readonly broken: readonly string[];
  readonly values: Readonly<Record<string, number | null>>;
}

const WORST = 5;
/** What makes a run worse than another where the target says nothing. */
const BAD = ["badDebt.afterInsurance", "badDebt.absolute", "liquidations.wrongful", "liquidations.missed"];

/** Plays one scenario with many seeds. */
export async function monteCarlo(plan: MonteCarloPlan, runMany: RunMany): Promise<MonteCarloResult> {
  const { scenario, seeds, target } = plan;
  const orders = seedsOf(seeds).map((seed) => ({ scenario, seed }));
  const runs = await runMany(orders, digestBy(target));
  const failures = failureRate(runs.filter(({ failed }) => failed).length, runs.length);
  return {
    verb: "mc",
    scenario: nameOf(scenario),
    seeds,
    ...(target !== undefined && { target: target.text }),
    verdict: target === undefined ? (failures.failures === 0 ? "held" : "broken") : judgeTarget(target, failures),
    failures,
    checkedInvariants: runs.reduce((most, { checked }) => Math.max(most, checked), 0),
    brokenInvariants: brokenInvariants(runs),
    metrics: metricTable(runs),
    worst: worstOf(runs, target),
  };
}

/** Name of a scenario, for those who read results. Pure. */
export function nameOf({ name }: ScenarioDocument): string {
  return typeof name === "string" ? name : "unnamed";
}

function brokenInvariants(runs: readonly RunDigest[]): MonteCarloResult["brokenInvariants"] {
  const ids = [...new Set(runs.flatMap(({ broken }) => broken))].sort(compareIds);
  return ids.map((id) => {
    const found = runs.filter(({ broken }) => broken.includes(id));
    return { id, runs: found.length, firstSeed: found[0]!.seed };
  });
}

/** S before L, S2 before S10. */
function compareIds(one: string, other: string): number {
  return other.charCodeAt(0) - one.charCodeAt(0) || Number(one.slice(1)) - Number(other.slice(1));
}

function worstOf(runs: readonly RunDigest[], target: Target | undefined): WorstRun[] {
  const keys = severityOf(target);
  const scores = new Map(runs.map((run) => [run, keys.map(({ metric, sign }) => sign * valuesOf([run], metric)[0]!)]));
  return [...runs]
    .sort(
      (a, b) => Number(b.failed) - Number(a.failed) || compareScores(scores.get(b)!, scores.get(a)!) || a.seed - b.seed,
    )
    .slice(0, WORST)
    .map((run) => ({
      seed: run.seed,
      failed: run.failed,
      broken: run.broken,
      values: Object.fromEntries(keys.map(({ metric }) => [metric, finite(valuesOf([run], metric)[0]!)])),
    }));
}

function compareScores(one: readonly number[], other: readonly number[]): number {
  const differing = one.findIndex((score, index) => score !== other[index]);
  return differing < 0 ? 0 : one[differing]! < other[differing]! ? -1 : 1;
}

/** Metrics by which runs are put in order, and whether more is worse: those of the target first. */
function severityOf(target: Target | undefined): { readonly metric: string; readonly sign: 1 | -1 }[] {
  const asked = (target?.anyOf.flat() ?? []).flatMap(({ metric, comparison, value }) => {
    if (typeof value !== "number") return [];
    return [{ metric, sign: comparison.startsWith(">") === target!.failsWhen ? (1 as const) : (-1 as const) }];
  });
  const known = new Set(asked.map(({ metric }) => metric));
  return [...asked, ...BAD.filter((metric) => !known.has(metric)).map((metric) => ({ metric, sign: 1 as const }))];
}
