// SPDX-License-Identifier: MIT
import type { RunSummary } from "../simulator/record/RunSummary.ts";
import { replayCommand } from "../simulator/study/print/commandText.ts";
import { USUAL_METRICS } from "../simulator/study/print/studyText.ts";
import { shown, textTable } from "../simulator/study/print/textTable.ts";
import { readMetric } from "../simulator/study/target/metricPaths.ts";

/**
 * What `run` prints: the verdict first, what did not hold, then the usual metrics. Pure.
 * @param again The command that plays it again.
 */
export function summaryText(summary: RunSummary, folder: string, again = replayCommand(folder)): string {
  const { scenario, seed, blocks, simulatedSeconds, verdict, invariants } = summary;
  const broken = invariants.filter(({ held }) => !held);
  const lines = [
    `${scenario}, seed ${seed}: ${verdict} (${blocks} blocks, ${(simulatedSeconds / 3_600).toFixed(1)} h)`,
    ...broken.map(
      ({ id, firstViolation }) => `  ${id} broken in block ${firstViolation?.block}: ${firstViolation?.detail}`,
    ),
    textTable(
      ["metric", "value"],
      USUAL_METRICS.map((metric) => [metric, shown(Number(readMetric(summary, metric)))]),
    ),
    `Files in ${folder}; again: ${again}`,
  ];
  return `${lines.join("\n")}\n`;
}
