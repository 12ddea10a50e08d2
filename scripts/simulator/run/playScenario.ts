// SPDX-License-Identifier: MIT
import type { Log } from "../../chain/Log.ts";
import { isHeld } from "../agents/adversaries/heldSeats.ts";
import { populate } from "../agents/populate.ts";
import { inject } from "../injections/inject.ts";
import type { FaultNote, Injections } from "../injections/inject.ts";
import type { Invariant } from "../invariants/Invariant.ts";
import { judge } from "../invariants/judge.ts";
import type { Note } from "../record/RunNotes.ts";
import { recordRun } from "../record/RunRecord.ts";
import type { RunRecord } from "../record/RunRecord.ts";
import type { RunSink } from "../record/RunSink.ts";
import type { RunSummary } from "../record/RunSummary.ts";
import { summarizeRun } from "../record/summarizeRun.ts";
import type { Violation } from "../record/Verdict.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { World } from "../world/World.ts";
import { refuseCoded } from "./refuseCoded.ts";

/** How far a run has come. */
export interface RunProgress {
  /** Of the scenario. */
  readonly seconds: number;
  readonly block: number;
}

/** What a run is told besides its scenario. */
export interface PlayOptions {
  /** Where its growing files go; memory unless one is given. */
  readonly sink?: RunSink;
  /** Told after each block. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Ends the run after the block under way. */
  readonly signal?: AbortSignal;
  /** Ends it after the block of this height. */
  readonly untilBlock?: number;
  readonly log?: (actor: string) => Log;
}

/** A run that is over. */
export interface PlayedRun {
  readonly summary: RunSummary;
  readonly record: RunRecord;
  /** Parameters as they were deployed. */
  readonly parameters: unknown;
}

/**
 * Plays a scenario on a chain of its own until its time is over or a promise is broken. The same scenario gives the same summary
 * and events.
 * @throws BallastError `notOnChain` for parameters that only the fast tier can change, `stopped` when told to stop.
 */
export async function playScenario(scenario: Scenario, options: PlayOptions = {}): Promise<PlayedRun> {
  refuseCoded(scenario);
  const world = await World.create(scenario, options.log);
  try {
    return await playWorld(world, options);
  } finally {
    await world.close();
  }
}

/**
 * Plays the scenario of a world that nobody has begun.
 * @param also Promises that only this world makes.
 */
export async function playWorld(
  world: World,
  options: Omit<PlayOptions, "log">,
  also: readonly Invariant[] = [],
): Promise<PlayedRun> {
  const { scenario } = world;
  let injections: Injections | undefined;
  let violation: Violation | undefined;
  const { validators } = world.population;
  const isByzantine = (validator: string): boolean =>
    isHeld(scenario, validators, validator) || (injections?.isByzantine(validator) ?? false);
  const record = recordRun(world, { isByzantine, ...(options.sink && { sink: options.sink }) });
  const judges = judge(world, { record, isByzantine, also, onViolation: (found) => (violation ??= found) });
  const { market } = await populate(world, (attempt) => record.attempt(attempt));
  injections = inject(world, scenario, { note: (note) => record.note(noteOf(note)), market });
  await world.begin();
  await live(world, options, () => violation !== undefined);
  await world.chain.line.settled(); // where programs are processes time does not wait for judges
  const summary = summarizeRun(await record.measure(), judges.verdicts(), scenario.expect);
  return { summary, record, parameters: world.room.parameters };
}

/** Block by block: a broken promise ends the run where it was broken. */
async function live(
  world: World,
  { onProgress, signal, untilBlock = Infinity }: PlayOptions,
  isBroken: () => boolean,
): Promise<void> {
  const { durationSeconds, chain } = world.scenario;
  for (let seconds = 0; seconds < durationSeconds && world.driver.height < untilBlock && !isBroken();) {
    signal?.throwIfAborted();
    seconds = Math.min(seconds + chain.blockSeconds, durationSeconds);
    await world.run(seconds);
    onProgress?.({ seconds, block: world.driver.height });
  }
}

const KINDS = { begins: "faultBegin", ends: "faultEnd", acts: "faultActs" } as const;

/** What a fault did, as a line of the record. */
function noteOf({ seconds, fault, type, what, targets, detail }: FaultNote): Note {
  const told = detail === undefined ? {} : { detail: JSON.stringify(detail) };
  return { seconds, kind: KINDS[what], fault, type, targets, ...told };
}
