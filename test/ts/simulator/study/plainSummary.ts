// SPDX-License-Identifier: MIT
import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";

/** A run in which nothing happened and all held. */
export function plainSummary(changed: Partial<RunSummary> = {}): RunSummary {
  return {
    scenario: "plain",
    seed: 1,
    blocks: 300,
    simulatedSeconds: 3_600,
    verdict: "held",
    invariants: [
      { id: "S1", held: true, checks: 300 },
      { id: "S3", held: true, checks: 300 },
    ],
    badDebt: { absolute: 0, shareOfOpenInterest: 0, afterInsurance: 0 },
    insurance: { start: 100_000, low: 100_000, end: 100_000 },
    liquidations: {
      count: 0,
      notional: 0,
      wrongful: 0,
      missed: 0,
      tooSmall: 0,
      lowestPaidShare: null,
      latencyBlocks: { p50: 0, p95: 0, max: 0 },
    },
    price: {
      errorBps: { mean: 1, p99: 5, max: 9 },
      stalenessSeconds: { p99: 15, max: 30 },
      rounds: 240,
      quarantined: 0,
      divergent: 0,
    },
    modes: {
      secondsIn: { normal: 3_600, cautious: 0, recovery: 0, reduceOnly: 0, halted: 0 },
      transitions: [],
      falseTrips: 0,
    },
    settlement: { series: 0, rungs: {}, delaySeconds: { max: 0 }, haircuts: [] },
    exits: { attempted: 10, refused: 0 },
    opens: { attempted: 20, refused: 1 },
    slashing: { honest: 0, byzantine: 0, capture: { honest: 0, byzantine: 0, firstSeconds: null }, events: [] },
    keepers: { attempts: 5, reverts: 1, gasUsed: 900_000, profit: -3.5, backlogPeak: 2 },
    recoverySeconds: 0,
    ...changed,
  };
}
