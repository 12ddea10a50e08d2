// SPDX-License-Identifier: MIT
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { FolderSink } from "../simulator/record/RunSink.ts";
import type { RunSummary } from "../simulator/record/RunSummary.ts";
import { writeRunReport } from "../simulator/report/writeReport.ts";
import type { PlayedRun } from "../simulator/run/playScenario.ts";
import { writeRunFolder } from "../simulator/run/runFolder.ts";
import type { RunOrder } from "../simulator/study/RunOrder.ts";
import { resolveOrder } from "../simulator/study/scenarioDocument.ts";
import type { Interruption } from "./Interruption.ts";
import { loadPlayer } from "./loadPlayer.ts";

/** Where a run is written, how far it goes, and who watches. */
export interface RunPlace {
  readonly folder: string;
  readonly untilBlock?: number | undefined;
  /** Told how far it is; a line of a terminal unless one is given, and nothing where there is none. */
  readonly line?: ProgressLine;
}

/** Plays an order on a chain of this process, shows how far it is and the time left, and writes its folder. */
export async function playInto(
  interruption: Interruption,
  order: RunOrder,
  { folder, untilBlock, line = terminalLine() }: RunPlace,
): Promise<RunSummary> {
  const scenario = resolveOrder(order);
  const playScenario = await loadPlayer();
  const startedMs = performance.now();
  line?.show(0, scenario.durationSeconds, `${scenario.name}: deploying and calming down`);
  let played: PlayedRun;
  try {
    played = await interruption.race(
      playScenario(scenario, {
        sink: new FolderSink(folder),
        ...(untilBlock !== undefined && { untilBlock }),
        onProgress: ({ seconds, block }) => {
          const left = ((performance.now() - startedMs) / 1000) * (scenario.durationSeconds / seconds - 1);
          line?.show(seconds, scenario.durationSeconds, `${scenario.name}: block ${block}, ${Math.ceil(left)} s left`);
        },
      }),
    );
  } finally {
    line?.end();
  }
  await writeRunFolder({ folder, scenario, document: { ...order.scenario, seed: order.seed }, played });
  await writeRunReport(folder);
  return played.summary;
}

function terminalLine(): ProgressLine | undefined {
  return process.stderr.isTTY ? new ProgressLine(process.stderr) : undefined;
}
