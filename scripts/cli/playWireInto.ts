// SPDX-License-Identifier: MIT
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { FolderSink } from "../simulator/record/RunSink.ts";
import type { RunSummary } from "../simulator/record/RunSummary.ts";
import { writeRunReport } from "../simulator/report/writeReport.ts";
import type { PlayedRun } from "../simulator/run/playScenario.ts";
import { refuseCoded } from "../simulator/run/refuseCoded.ts";
import { writeRunFolder } from "../simulator/run/runFolder.ts";
import type { Scenario } from "../simulator/scenario/Scenario.ts";
import { wireCommand } from "../simulator/study/print/commandText.ts";
import type { RunOrder } from "../simulator/study/RunOrder.ts";
import { resolveOrder } from "../simulator/study/scenarioDocument.ts";
import { checkOnWire } from "../simulator/wire/checkOnWire.ts";
import type { Interruption } from "./Interruption.ts";
import { loadWire } from "./loadPlayer.ts";
import type { RunPlace } from "./playInto.ts";
import { tellProgress, terminalLine } from "./tellProgress.ts";

/** A run on the wire: where it is written, and how much of the scenario is played. */
export interface WirePlace extends RunPlace {
  /** At most; seconds of the scenario. */
  readonly seconds: number;
}

/** What a run on the wire gives. */
export interface WireRun {
  readonly summary: RunSummary;
  /** The command that plays it again. */
  readonly again: string;
  /** Faults that would have come later. */
  readonly notReached: readonly string[];
}

/** Plays an order with every program as a process of its own, shows how far it is, and writes its folder. */
export async function playWireInto(
  interruption: Interruption,
  order: RunOrder,
  { folder, untilBlock, seconds, line = terminalLine() }: WirePlace,
): Promise<WireRun> {
  const whole = resolveOrder(order);
  refuseCoded(whole);
  checkOnWire(whole);
  const scenario: Scenario = { ...whole, durationSeconds: Math.min(seconds, whole.durationSeconds) };
  const processes = join(folder, "processes");
  await rm(processes, { recursive: true, force: true });

  const { Wire, playOnWire } = await loadWire();
  const wire = new Wire(scenario, processes, interruption.signal);
  let played: PlayedRun;
  try {
    const progress = tellProgress(line, scenario);
    const world = await interruption.race(wire.build());
    const until = untilBlock !== undefined && { untilBlock };
    played = await playOnWire(wire, world, { sink: new FolderSink(folder), ...until, ...progress });
  } finally {
    line?.end();
    await wire.close();
  }

  const document = { ...order.scenario, seed: order.seed };
  const again = wireCommand(folder, scenario.durationSeconds);
  await writeRunFolder({ folder, scenario, document, played, wire: again });
  await writeFile(join(folder, "scenario.json"), `${JSON.stringify(document, undefined, 2)}\n`);
  await writeRunReport(folder);
  const later = whole.faults.filter(({ atSeconds }) => atSeconds >= scenario.durationSeconds);
  return { summary: played.summary, again, notReached: later.map(({ name }) => name) };
}
