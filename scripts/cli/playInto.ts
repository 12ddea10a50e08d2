// SPDX-License-Identifier: MIT
import type { ProgressLine } from "../simulator/ProgressLine.ts";
import { FolderSink } from "../simulator/record/RunSink.ts";
import type { RunSummary } from "../simulator/record/RunSummary.ts";
import { writeRunReport } from "../simulator/report/writeReport.ts";
import type { PlayedRun } from "../simulator/run/playScenario.ts";
import { writeRunFolder } from "../simulator/run/runFolder.ts";
import type { RunOrder } from "../simulator/study/RunOrder.ts";
import { resolveOrder } from "../simulator/study/scenarioDocument.ts";
import type { Interruption } from "./Interruption.ts";
import { loadPlayer } from "./loadPlayer.ts";
import { tellProgress, terminalLine } from "./tellProgress.ts";

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
  let played: PlayedRun;
  try {
    played = await interruption.race(
      playScenario(scenario, {
        sink: new FolderSink(folder),
        ...(untilBlock !== undefined && { untilBlock }),
        ...tellProgress(line, scenario),
      }),
    );
  } finally {
    line?.end();
  }
  await writeRunFolder({ folder, scenario, document: { ...order.scenario, seed: order.seed }, played });
  await writeRunReport(folder);
  return played.summary;
}
