// SPDX-License-Identifier: MIT
import { writeFile } from "node:fs/promises";

import { ProgressLine } from "../simulator/ProgressLine.ts";
import { studyCommand } from "../simulator/study/print/commandText.ts";
import type { RunMany } from "../simulator/study/RunOrder.ts";
import { StudyProgress } from "../simulator/study/workers/StudyProgress.ts";
import { WorkerPool } from "../simulator/study/workers/WorkerPool.ts";
import type { StudyDesk } from "./StudyDesk.ts";
import type { StudyOptions } from "./studyOptions.ts";

/** Plays a study in workers that end with it, however it ends; shows its progress to whoever watches. */
export async function playStudy<Result>(
  { runners, interruption }: StudyDesk,
  { workers, tier }: Pick<StudyOptions, "workers" | "tier">,
  work: (runMany: RunMany) => Promise<Result>,
): Promise<Result> {
  const line = process.stderr.isTTY ? new ProgressLine(process.stderr) : undefined;
  const progress = line && new StudyProgress(line, () => performance.now());
  const pool = new WorkerPool({ runner: runners[tier]!.href, workers, ...(progress && { progress }) });
  try {
    return await interruption.race(work(async (orders, digest) => pool.run(orders, digest)));
  } finally {
    line?.end();
    await pool.close();
  }
}

/** Prints a result for people or for programs, and writes it to the file that was asked for, with the command it came from. */
export async function tellStudy(result: object, text: string, { json, out }: StudyOptions): Promise<void> {
  const command = studyCommand(process.argv.slice(2));
  const plain = `${JSON.stringify({ command, ...result }, undefined, 2)}\n`;
  if (out !== undefined) await writeFile(out, plain);
  process.stdout.write(json === true ? plain : text);
}
