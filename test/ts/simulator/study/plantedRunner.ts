// SPDX-License-Identifier: MIT
import { setTimeout as wait } from "node:timers/promises";

import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { streamOf } from "../../../../scripts/simulator/scenario/streams.ts";
import type { RunOne, RunOrder } from "../../../../scripts/simulator/study/RunOrder.ts";
import { resolveOrder } from "../../../../scripts/simulator/study/scenarioDocument.ts";
import { plainSummary } from "./plainSummary.ts";

const MIDDLE = 0.6;
const STRICT_MIDDLE = 0.75;
const SCALE = 0.03;
const FEWEST_WRITERS = 7;
const LONG_MS = 60_000;

/**
 * Plays real scenarios in a world of a known truth: a gap leaves bad debt with a chance that passes one half at 0.6; silence
 * together with a slow keeper breaks S3 where at least seven write; a halted chain takes a minute of real time.
 */
export const runOne: RunOne = async (order) => playPlanted(order, MIDDLE);

/** The same world where less of a gap is borne. */
export const runStrictly: RunOne = async (order) => playPlanted(order, STRICT_MIDDLE);

async function playPlanted(order: RunOrder, middle: number): Promise<RunSummary> {
  const { name, seed, faults, actors } = resolveOrder(order);
  const has = (type: string): boolean => faults.some((fault) => fault.type === type);
  if (has("chain.halt")) await wait(LONG_MS);
  const gap = faults.find((fault) => fault.type === "market.gap")?.with.multiply ?? 1;
  const isIndebted = streamOf(seed, "debt").unit() < 1 / (1 + Math.exp((gap - middle) / SCALE));
  const isBroken = has("oracle.silent") && has("keeper.slow") && actors.writers.count >= FEWEST_WRITERS;
  return plainSummary({
    scenario: name,
    seed,
    verdict: isBroken || isIndebted ? "broken" : "held",
    invariants: [{ id: "S3", held: !isBroken, checks: 300 }],
    badDebt: { absolute: isIndebted ? 500 : 0, shareOfOpenInterest: 0, afterInsurance: isIndebted ? 500 : 0 },
  });
}
