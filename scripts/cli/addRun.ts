// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Command } from "commander";

import { ProgressLine } from "../simulator/ProgressLine.ts";
import { FolderSink } from "../simulator/record/RunSink.ts";
import type { RunSummary } from "../simulator/record/RunSummary.ts";
import { writeRunReport } from "../simulator/report/writeReport.ts";
import { compareRuns } from "../simulator/run/compareRuns.ts";
import type { PlayedRun } from "../simulator/run/playScenario.ts";
import { writeRunFolder } from "../simulator/run/runFolder.ts";
import { readRunFolder } from "../simulator/study/readRunFolder.ts";
import type { RunOrder } from "../simulator/study/RunOrder.ts";
import { resolveDocument, resolveOrder } from "../simulator/study/scenarioDocument.ts";
import { EXIT } from "./exitCodes.ts";
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
      const summary = await playInto(desk, { scenario: document, seed }, folder, options.until);
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
        const summary = await playInto(desk, order, folder, options.until);
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

/** Plays an order, shows how far it is to whoever watches, and writes its folder. */
async function playInto(desk: StudyDesk, order: RunOrder, folder: string, untilBlock?: number): Promise<RunSummary> {
  const scenario = resolveOrder(order);
  const line = process.stderr.isTTY ? new ProgressLine(process.stderr) : undefined;
  // Hardhat looks for its configuration as soon as it is loaded, and only a run on a chain needs it.
  const { playScenario } = await import("../simulator/run/playScenario.ts");
  const startedMs = performance.now();
  line?.show(0, scenario.durationSeconds, `${scenario.name}: deploying and calming down`);
  let played: PlayedRun;
  try {
    played = await desk.interruption.race(
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

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
