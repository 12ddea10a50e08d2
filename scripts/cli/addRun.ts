// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Command } from "commander";

import { compareRuns } from "../simulator/run/compareRuns.ts";
import { readRunFolder } from "../simulator/study/readRunFolder.ts";
import { resolveDocument } from "../simulator/study/scenarioDocument.ts";
import { EXIT } from "./exitCodes.ts";
import { playInto } from "./playInto.ts";
import type { StudyDesk } from "./playStudy.ts";
import { summaryText } from "./summaryText.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface RunOptions {
  readonly set: readonly string[];
  readonly seed?: number;
  readonly out?: string;
  readonly until?: number;
  readonly json?: true;
}

const MOST_SEED = 2 ** 32 - 1;
const MOST_BLOCKS = 10_000_000;
const BROKEN = 1;
const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Adds the verbs that play one run: `run` and `replay`. */
export function addRun(program: Command, desk: StudyDesk): void {
  program
    .command("run")
    .argument("<scenario>", "file, or name in the library")
    .description("plays a scenario on a chain of this process and leaves a folder")
    .option("--seed <n>", "instead of the scenario's own", wholeNumber(0, MOST_SEED))
    .option("--set <key=value>", "changes a value first; may be given again", repeated, [])
    .option("--until <block>", "ends after the block of this height", wholeNumber(1, MOST_BLOCKS))
    .option("--out <folder>", "where the run's files go (default: runs/<name>-<seed>)")
    .option("--json", "the summary as JSON instead of text")
    .exitOverride()
    .action(async (name: string, options: RunOptions) => {
      const document = await desk.read(name, options.set);
      const { name: named, seed: own } = resolveDocument(document);
      const seed = options.seed ?? own;
      const folder = options.out ?? join("runs", `${named}-${seed}`);
      const summary = await playInto(
        desk.interruption,
        { scenario: document, seed },
        { folder, untilBlock: options.until },
      );
      process.stdout.write(options.json === true ? jsonOf(summary) : summaryText(summary, folder));
      desk.end(summary.verdict === "held" ? EXIT.ok : BROKEN);
    });

  program
    .command("replay")
    .argument("<folder>", "of a run")
    .description("plays a run again and compares its summary and events, byte by byte")
    .option("--until <block>", "ends after the block of this height, and compares nothing", wholeNumber(1, MOST_BLOCKS))
    .option("--out <folder>", "where the files of the repeated run go (default: nowhere)")
    .option("--json", "JSON instead of text")
    .exitOverride()
    .action(async (given: string, options: Pick<RunOptions, "out" | "until" | "json">) => {
      const order = await readRunFolder(given, []);
      const temporary = options.out === undefined ? await mkdtemp(join(tmpdir(), "ballast-replay-")) : undefined;
      try {
        const folder = options.out ?? temporary!;
        const summary = await playInto(desk.interruption, order, { folder, untilBlock: options.until });
        const differences = options.until === undefined ? await compareRuns(given, folder) : [];
        const text = differences.map(
          ({ file, line, before, again }) => `${file}:${line} differs\n  before: ${before}\n  again:  ${again}\n`,
        );
        const said = options.until === undefined ? "The same, byte by byte.\n" : summaryText(summary, folder);
        process.stdout.write(options.json === true ? jsonOf({ differences, summary }) : text.join("") || said);
        desk.end(differences.length === 0 ? EXIT.ok : EXIT.infrastructure);
      } finally {
        if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
      }
    });
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
