// SPDX-License-Identifier: MIT
import { populate } from "../../../../../scripts/simulator/agents/populate.ts";
import { inject } from "../../../../../scripts/simulator/injections/inject.ts";
import type { AccountRow } from "../../../../../scripts/simulator/record/Accounts.ts";
import { recordRun } from "../../../../../scripts/simulator/record/RunRecord.ts";
import { MemorySink } from "../../../../../scripts/simulator/record/RunSink.ts";
import type { Attempt } from "../../../../../scripts/simulator/record/RunNotes.ts";
import { parseScenario } from "../../../../../scripts/simulator/scenario/parseScenario.ts";
import { World } from "../../../../../scripts/simulator/world/World.ts";

/** What a world with adversaries leaves. */
export interface Played {
  /** By name, as in accounts.csv. */
  readonly accounts: ReadonlyMap<string, AccountRow>;
  readonly attempts: readonly Attempt[];
  /** Lines of events.jsonl. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Plays a scenario to its end whatever promises it breaks: defences are switched off in it. */
export async function playAdversaries(text: string): Promise<Played> {
  const scenario = parseScenario(text, "adversaries.yaml");
  const world = await World.create(scenario);
  try {
    const sink = new MemorySink();
    const record = recordRun(world, { isByzantine: () => false, sink });
    const attempts: Attempt[] = [];
    const { market } = await populate(world, (attempt) => void attempts.push(attempt));
    inject(world, scenario, { note: () => undefined, market });
    await world.begin();
    await world.run(scenario.durationSeconds);
    const lines = sink.text("events.jsonl").trimEnd().split("\n");
    return {
      accounts: new Map(record.accounts().map((row) => [row.account, row])),
      attempts,
      events: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    };
  } finally {
    await world.close();
  }
}
