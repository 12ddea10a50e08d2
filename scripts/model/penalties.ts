// SPDX-License-Identifier: MIT
import { PPM } from "./constants.ts";

/** Faults with a penalty of their own (DESIGN §3, F1–F5). */
export type Fault = "equivocation" | "deviation" | "grossDeviation" | "futureDating" | "capture";

/** What a fault costs at once, in parts per million of the bond. */
const BASE_PPM: Readonly<Record<Fault, bigint>> = {
  equivocation: 50_000n,
  deviation: 10_000n,
  grossDeviation: 50_000n,
  futureDating: 10_000n,
  capture: 50_000n,
};

/** What a fault costs at once. */
export function basePenaltyPpm(fault: Fault): bigint {
  return BASE_PPM[fault];
}

/**
 * What a fault costs on top, 14 days later: 3x for equivocation, 9x² for deviation and capture, rounded down, base and
 * correlated part together never more than the bond.
 * @param faultyPpm x: distinct faulty weight of the class in ±7 days, parts per million of the fault's own set.
 */
export function correlatedPenaltyPpm(fault: Fault, faultyPpm: bigint): bigint {
  const room = PPM - BASE_PPM[fault];
  const correlated = correlation(fault, faultyPpm);
  return correlated < room ? correlated : room;
}

/** Downtime: 0.1 % doubling with every strike in 7 days, at most 2 %; the third, which ends in standby, costs 0.5 %. */
export function downtimePenaltyPpm(strikes: bigint): bigint {
  if (strikes === 0n) return 0n;
  if (strikes === 3n) return 5_000n;
  const doubled = 1_000n << (strikes - 1n);
  return doubled < 20_000n ? doubled : 20_000n;
}

function correlation(fault: Fault, faultyPpm: bigint): bigint {
  if (fault === "futureDating") return 0n;
  if (fault === "equivocation") return 3n * faultyPpm;
  return (9n * faultyPpm * faultyPpm) / PPM;
}
