// SPDX-License-Identifier: MIT
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import { BallastError } from "../../../../scripts/model/BallastError.ts";
import type { RunSummary } from "../../../../scripts/simulator/record/RunSummary.ts";
import { streamOf } from "../../../../scripts/simulator/scenario/streams.ts";
import type { RunOne, ScenarioDocument } from "../../../../scripts/simulator/study/RunOrder.ts";
import { plainSummary } from "./plainSummary.ts";

/** A world whose truth is known, in place of the real one; every key may be missing. */
interface SyntheticWorld {
  readonly name?: string;
  /** Bad debt comes with the chance 1 / (1 + e^−((x − middle) / scale)); with scale 0 exactly from `middle` on. */
  readonly x?: number;
  readonly middle?: number;
  readonly scale?: number;
  /** Insurance ends so much lower. */
  readonly cost?: number;
  /** Names; S3 breaks when all of `planted` are among them, in a world of at least so many writers and minutes. */
  readonly faults?: readonly { readonly type: string }[];
  readonly planted?: readonly string[];
  readonly fewestWriters?: number;
  /** Id of an invariant that breaks whatever else happens, later than S3. */
  readonly alsoBreaks?: string;
  readonly actors?: { readonly writers?: { readonly count?: number } };
  readonly recoverySeconds?: number | null;
  /** Of the worker: how long it takes, and how it ends: by an error, always, or while this file is not there. */
  readonly waitMs?: number;
  readonly ends?: "byError" | "always";
  readonly endsUnless?: string;
}

const NOISE = 100;

/** Plays a synthetic world: the same for the same document and seed. */
export const runOne: RunOne = async ({ scenario, seed }) => {
  const world = scenario as SyntheticWorld;
  if (world.waitMs !== undefined) await wait(world.waitMs);
  if (world.ends === "byError") throw new BallastError("scenarioInvalid", "No such market", { context: { line: 7 } });
  if (world.ends === "always") process.exit(9);
  if (world.endsUnless !== undefined && !existsSync(world.endsUnless)) {
    writeFileSync(world.endsUnless, "");
    process.kill(process.pid, "SIGKILL");
  }
  return summaryOf(world, seed);
};

function summaryOf(world: SyntheticWorld, seed: number): RunSummary {
  const {
    name = "synthetic",
    x = 0,
    middle = Infinity,
    scale = 0,
    cost = 0,
    planted,
    fewestWriters = 0,
    alsoBreaks,
  } = world;
  const chance = scale === 0 ? Number(x >= middle) : 1 / (1 + Math.exp(-(x - middle) / scale));
  const debt = streamOf(seed, "debt").unit() < chance ? 1_000 + x : 0;
  const present = new Set((world.faults ?? []).map(({ type }) => type));
  const writers = world.actors?.writers?.count ?? 40;
  const isBroken = planted !== undefined && planted.every((type) => present.has(type)) && writers >= fewestWriters;
  const plain = plainSummary();
  return plainSummary({
    scenario: name,
    seed,
    verdict: isBroken || debt > 0 ? "broken" : "held",
    invariants: [
      { id: "S1", held: true, checks: 300 },
      isBroken
        ? { id: "S3", held: false, checks: 9, firstViolation: { block: 9, detail: "book 4" } }
        : { id: "S3", held: true, checks: 300 },
      ...(alsoBreaks === undefined
        ? []
        : [{ id: alsoBreaks, held: false, checks: 50, firstViolation: { block: 50, detail: "late" } }]),
    ],
    badDebt: { absolute: debt, shareOfOpenInterest: 0, afterInsurance: debt },
    insurance: { ...plain.insurance, end: 100_000 - cost - NOISE * streamOf(seed, "noise").unit() },
    recoverySeconds: world.recoverySeconds === undefined ? 0 : world.recoverySeconds,
  });
}

/** A document of a synthetic world. */
export function synthetic(world: SyntheticWorld): ScenarioDocument {
  return { ...world };
}
