// SPDX-License-Identifier: MIT
import { ProgressLine } from "../simulator/ProgressLine.ts";
import type { PlayOptions } from "../simulator/run/playScenario.ts";
import type { Scenario } from "../simulator/scenario/Scenario.ts";

/** A line of the terminal that shows how far something is; undefined where nobody watches. */
export function terminalLine(): ProgressLine | undefined {
  return process.stderr.isTTY ? new ProgressLine(process.stderr) : undefined;
}

/** Shows how far a run is and how long it still takes, from now on. */
export function tellProgress(
  line: ProgressLine | undefined,
  { name, durationSeconds }: Pick<Scenario, "name" | "durationSeconds">,
): Required<Pick<PlayOptions, "onProgress">> {
  const startedMs = performance.now();
  line?.show(0, durationSeconds, `${name}: deploying and calming down`);
  return {
    onProgress: ({ seconds, block }) => {
      const left = ((performance.now() - startedMs) / 1000) * (durationSeconds / seconds - 1);
      line?.show(seconds, durationSeconds, `${name}: block ${block}, ${Math.ceil(left)} s left`);
    },
  };
}
