// SPDX-License-Identifier: MIT
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Command } from "commander";

import { BallastError } from "../model/BallastError.ts";
import type { RunSummary } from "../simulator/record/RunSummary.ts";
import { compareRuns } from "../simulator/run/compareRuns.ts";
import { readRunFolder } from "../simulator/study/readRunFolder.ts";
import type { RunOrder } from "../simulator/study/RunOrder.ts";
import { resolveDocument } from "../simulator/study/scenarioDocument.ts";
import { durationSeconds } from "./durationSeconds.ts";
import { EXIT } from "./exitCodes.ts";
import { playInto } from "./playInto.ts";
import type { RunPlace } from "./playInto.ts";
import { playWireInto } from "./playWireInto.ts";
import type { WirePlace } from "./playWireInto.ts";
import type { StudyDesk } from "./StudyDesk.ts";
import { summaryText } from "./summaryText.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface RunOptions {
  readonly set: readonly string[];
  readonly seed?: number;
  readonly out?: string;
  readonly until?: number;
  readonly wire?: true;
  readonly for?: number;
  readonly json?: true;
}

const MOST_SEED = 2 ** 32 - 1;
const MOST_BLOCKS = 10_000_000;
const BROKEN = 1;
/** Of the scenario; enough for a fault to begin and to end. */
const WIRE_SECONDS = 300;
const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** Adds the verbs that play one run: `run` and `replay`. */
export function addRun(program: Command, desk: StudyDesk): void {
  addPlay(program, desk);
  addReplay(program, desk);
}

function addPlay(program: Command, desk: StudyDesk): void {
  program
    .command("run")
    .argument("<scenario>", "file, or name in the library")
    .description(
      "plays a scenario on a chain of this process and leaves a folder; with --wire a short while of it, as a smoke test, " +
        "with chain, validators, relayers, keepers and liquidators as processes of their own that talk over HTTP",
    )
    .option("--seed <n>", "instead of the scenario's own", wholeNumber(0, MOST_SEED))
    .option("--set <key=value>", "changes a value first; may be given again", repeated, [])
    .option("--until <block>", "ends after the block of this height", wholeNumber(1, MOST_BLOCKS))
    .option("--wire", "with the programs as processes of their own; every run is another then")
    .option("--for <duration>", "of the scenario, with --wire (default: 5m)", durationSeconds("1s", "1d"))
    .option("--out <folder>", "where the run's files go (default: runs/<name>-<seed>, runs/<name>-<seed>-wire)")
    .option("--json", "the summary as JSON instead of text")
    .exitOverride()
    .action(async (name: string, options: RunOptions) => {
      const { summary, text } = await play(desk, name, options);
      process.stdout.write(options.json === true ? jsonOf(summary) : text);
      desk.end(summary.verdict === "held" ? EXIT.ok : BROKEN);
    });
}

function addReplay(program: Command, desk: StudyDesk): void {
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

/** A run that is over, and what people are told of it. */
interface ToldRun {
  readonly summary: RunSummary;
  readonly text: string;
}

async function play(desk: StudyDesk, name: string, options: RunOptions): Promise<ToldRun> {
  const document = await desk.read(name, options.set);
  const { name: named, seed: own } = resolveDocument(document);
  const order = { scenario: document, seed: options.seed ?? own };
  const isWire = options.wire === true;
  if (!isWire && options.for !== undefined)
    throw new BallastError("configInvalid", "--for goes with --wire; otherwise set duration");
  const folder = options.out ?? join("runs", `${named}-${order.seed}${isWire ? "-wire" : ""}`);
  const place = { folder, untilBlock: options.until };
  if (!isWire) return playHere(desk, order, place);
  return playWire(desk, order, { ...place, seconds: options.for ?? WIRE_SECONDS });
}

async function playHere({ interruption }: StudyDesk, order: RunOrder, place: RunPlace): Promise<ToldRun> {
  const summary = await playInto(interruption, order, place);
  return { summary, text: summaryText(summary, place.folder) };
}

async function playWire({ interruption }: StudyDesk, order: RunOrder, place: WirePlace): Promise<ToldRun> {
  const { summary, again, notReached } = await playWireInto(interruption, order, place);
  const later = notReached.length === 0 ? "" : `Not reached: ${notReached.join(", ")}\n`;
  return { summary, text: `${summaryText(summary, place.folder, again)}${later}` };
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
