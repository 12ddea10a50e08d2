// SPDX-License-Identifier: MIT
import { cents } from "../../record/dollars.ts";
import type { RunSummary } from "../../record/RunSummary.ts";
import { judgeExpectations } from "../../scenario/judgeExpectations.ts";
import type { FastWorld } from "./FastWorld.ts";
import type { Openings } from "./openBooks.ts";
import type { PlayResult } from "./playFast.ts";
import { openLosses } from "./settleShelves.ts";

/**
 * The summary of a run, as far as this tier knows: no invariants are checked, nobody exits and nobody is slashed. The verdict is
 * that of the scenario's expectations.
 */
export function summarizeFast(world: FastWorld, openings: Openings, result: PlayResult): RunSummary {
  const summary = measure(world, openings, result);
  const isMet = judgeExpectations(world.scenario.expect, summary).every(({ held }) => held);
  return { ...summary, verdict: isMet ? "held" : "broken" };
}

function measure(world: FastWorld, openings: Openings, result: PlayResult): RunSummary {
  const { scenario, observer, settled, liquidators, faults } = world;
  const ends = [...settled.values()];
  const missing = total(ends.map((one) => one.missing));
  const open = openLosses(world);
  const absolute = total(ends.map((one) => one.drawn)) + missing + result.drawnInBids + open.lacking;
  const rungs: Record<string, number> = {};
  for (const { rung } of ends) rungs[rung] = (rungs[rung] ?? 0) + 1;
  const { attempts, reverts, gasUsed, profit } = liquidators.log;
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    blocks: observer.blocks,
    simulatedSeconds: scenario.durationSeconds,
    verdict: "held",
    invariants: [],
    badDebt: {
      absolute: cents(absolute),
      shareOfOpenInterest: observer.largestInterest === 0 ? 0 : digits(absolute / observer.largestInterest, 6),
      afterInsurance: cents(missing + open.uncovered),
    },
    insurance: {
      start: cents(world.insuranceAtStart),
      low: cents(result.insuranceLow),
      end: cents(result.insuranceEnd),
    },
    liquidations: {
      count: observer.liquidated,
      notional: cents(observer.liquidatedNotional),
      wrongful: observer.wrongful,
      missed: observer.missed,
      tooSmall: observer.tooSmall,
      lowestPaidShare: observer.sales.lowestShare,
      latencyBlocks: {
        p50: quantile(observer.latencyBlocks, 0.5),
        p95: quantile(observer.latencyBlocks, 0.95),
        max: quantile(observer.latencyBlocks, 1),
      },
    },
    price: {
      errorBps: {
        mean: observer.errorsBps.length === 0 ? 0 : digits(total(observer.errorsBps) / observer.errorsBps.length, 3),
        p99: digits(quantile(observer.errorsBps, 0.99), 3),
        max: digits(quantile(observer.errorsBps, 1), 3),
      },
      stalenessSeconds: { p99: quantile(observer.ages, 0.99), max: quantile(observer.ages, 1) },
      rounds: observer.rounds,
      quarantined: observer.quarantined,
      divergent: observer.divergent,
    },
    modes: {
      secondsIn: observer.secondsIn,
      transitions: observer.transitions,
      falseTrips: observer.falseTrips,
    },
    settlement: {
      series: ends.length,
      rungs,
      delaySeconds: { max: Math.max(0, ...ends.map(({ delaySeconds }) => delaySeconds)) },
      haircuts: ends.filter(({ haircut }) => haircut > 0).map(({ haircut }) => digits(haircut, 6)),
    },
    exits: { attempted: 0, refused: 0 },
    opens: { attempted: openings.attempted, refused: openings.refused },
    slashing: { honest: 0, byzantine: 0, capture: world.captures.judge(), events: [] },
    keepers: { attempts, reverts, gasUsed, profit: cents(profit), backlogPeak: observer.backlogPeak },
    recoverySeconds: recoveryOf(faults.healedAt, observer.normalSince),
  };
}

/** From the last heal until all feeds are Normal for good; 0 without faults, null when that never came. */
function recoveryOf(healedAt: number | undefined, normalSince: number | undefined): number | null {
  if (normalSince === undefined) return null;
  return healedAt === undefined ? 0 : Math.max(normalSince - healedAt, 0);
}

/** The value that a share of all is at most; of none 0. */
function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(Math.ceil(share * sorted.length), sorted.length) - 1] ?? sorted[0]!;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function digits(value: number, count: number): number {
  return Number(value.toFixed(count));
}
