// SPDX-License-Identifier: MIT
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { Command } from "commander";

import { ProgressLine } from "../simulator/ProgressLine.ts";
import { readRun } from "../simulator/report/readRun.ts";
import { loadDocument } from "../simulator/scenario/library.ts";
import { populationOf } from "../simulator/scenario/population.ts";
import { readStory } from "../simulator/story/StoryEvent.ts";
import { storyText } from "../simulator/story/storyText.ts";
import { tellHours } from "../simulator/story/tellHours.ts";
import { resolveDocument, resolveOrder } from "../simulator/study/scenarioDocument.ts";
import { EXIT } from "./exitCodes.ts";
import type { Interruption } from "./Interruption.ts";
import { playInto } from "./playInto.ts";
import { runInterruptible } from "./runInterruptible.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options {
  readonly scenario: string;
  readonly seed?: number;
  readonly out: string;
}

/** An invariant or an expectation did not hold. */
const BROKEN = 1;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LARGEST_SEED = 2 ** 32 - 1;

function parseOptions(): Options {
  return new Command("npm start --")
    .description(
      "Plays a day of the protocol on a chain of this process, with every program of it: liars and a validator that is " +
        "silent, slashing, an expiry, auctions of two options vaults, standbys that take the seats of liars, a fall of 45 % " +
        "while two validators show old prices, liquidations and recovery. Tells what happened and leaves the folder of a run.",
    )
    .option("--seed <n>", "of all random choices (default: the scenario's own)", wholeNumber(0, LARGEST_SEED))
    .option("--scenario <name>", "another one, by its file or its name in the library", "demonstration")
    .option("--out <folder>", "where the run's files go", join(ROOT, "reports", "demo"))
    .addHelpText(
      "after",
      "\nExit codes: 0 all held, 1 something did not, 2 arguments, 3 infrastructure, 130 Ctrl-C, 143 SIGTERM.",
    )
    .exitOverride()
    .parse()
    .opts<Options>();
}

/** Plays, tells, and resolves with the exit code. */
async function run({ scenario: name, seed: given, out }: Options, interruption: Interruption): Promise<number> {
  const startedMs = performance.now();
  const document = loadDocument(name, []);
  const order = { scenario: document, seed: given ?? resolveDocument(document).seed };
  const summary = await playInto(interruption, order, { folder: out, line: new ProgressLine(process.stderr) });

  const { expectations, accounts } = await readRun(out);
  const scenario = resolveOrder(order);
  const hours = tellHours(await readStory(out), scenario.chain.startAt, { markets: populationOf(scenario).markets });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  process.stdout.write(`${storyText({ summary, expectations, hours, accounts })}\n`);
  process.stdout.write(`  report: ${relative(process.cwd(), join(out, "report.html"))} (${seconds} s)\n`);
  return summary.verdict === "held" ? EXIT.ok : BROKEN;
}

await runInterruptible("demo", (interruption) => run(parseOptions(), interruption), "the chain has ended.");
