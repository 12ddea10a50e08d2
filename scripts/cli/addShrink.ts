// SPDX-License-Identifier: MIT
import { stat, writeFile } from "node:fs/promises";
import { relative, resolve } from "node:path";

import type { Command } from "commander";
import { stringify } from "yaml";

import { shrinkText } from "../simulator/study/print/studyText.ts";
import { readRunFolder } from "../simulator/study/readRunFolder.ts";
import type { RunOrder } from "../simulator/study/RunOrder.ts";
import { resolveDocument } from "../simulator/study/scenarioDocument.ts";
import { shrinkScenario } from "../simulator/study/shrinkScenario.ts";
import type { ShrinkResult } from "../simulator/study/shrinkScenario.ts";
import { EXIT } from "./exitCodes.ts";
import { playStudy, tellStudy } from "./playStudy.ts";
import type { StudyDesk } from "./StudyDesk.ts";
import { addStudyOptions, seedRange } from "./studyOptions.ts";
import type { StudyOptions } from "./studyOptions.ts";

/** Adds the verb that makes a failing scenario smaller. */
export function addShrink(program: Command, desk: StudyDesk): void {
  interface Options extends StudyOptions {
    readonly file?: string;
  }
  const command = program
    .command("shrink")
    .argument("<scenario>", "file, name in the library, or the folder of a run that failed")
    .description("drops faults and actors and shortens a failing scenario while the same invariant still breaks")
    .option("--file <file>", "where the smaller scenario goes (default: <name>-small.yaml)");
  addStudyOptions(command, desk).action(async (name: string, options: Options) => {
    const order = await readOrder(name, options, desk);
    const plan = { ...order, resolve: resolveDocument, batch: options.workers };
    const result = await playStudy(desk, options, (runMany) => shrinkScenario(plan, runMany));
    const file = resolve(options.file ?? `${result.scenario}-small.yaml`);
    await writeFile(file, smallerFile(result));
    await tellStudy(result, `${shrinkText(result)}  ${relative(process.cwd(), file)}\n`, options);
    desk.end(EXIT.ok);
  });
}

async function readOrder(name: string, options: StudyOptions, desk: StudyDesk): Promise<RunOrder> {
  if ((await stat(name).catch(() => undefined))?.isDirectory() !== true) {
    const scenario = await desk.read(name, options.set);
    return { scenario, seed: seedRange(scenario, options, 1).first };
  }
  const played = await readRunFolder(name, options.set);
  return { ...played, seed: options.seed ?? played.seed };
}

/** The smaller scenario as a file. Pure. */
function smallerFile({ document, scenario, failure, seed }: ShrinkResult): string {
  const smaller = { ...document, name: `${scenario}-small`, seed };
  return `# What is left of ${scenario} while it still breaks ${failure} with seed ${seed}.\n${stringify(smaller)}`;
}
