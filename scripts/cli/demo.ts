// SPDX-License-Identifier: MIT
import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { Command } from "commander";

import { Demonstration } from "../simulator/Demonstration.ts";
import { DEMO_EVENTS, MAXIMUM_ROUNDS, MINIMUM_ROUNDS, planDemo, START_MS } from "../simulator/DemoPlan.ts";
import { DemoStage } from "../simulator/DemoStage.ts";
import { demoTable } from "../simulator/demoTable.ts";
import { keepGoing } from "../simulator/keepGoing.ts";
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { writeDemo } from "../simulator/writeDemo.ts";
import { EXIT } from "./exitCodes.ts";
import type { Interruption } from "./Interruption.ts";
import { runInterruptible } from "./runInterruptible.ts";
import { wholeNumber } from "./wholeNumber.ts";

interface Options {
  readonly seed: number;
  readonly rounds: number;
  readonly out: string;
  readonly keep: boolean;
  readonly rpcPort: number;
}

/** A check did not hold: the same number as a program's defect, as a simulator's exit code. */
const BROKEN = 1;
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LARGEST_SEED = 2 ** 31 - 1;

function parseOptions(): Options {
  return new Command("npm start --")
    .description(
      "Plays two and a half weeks of the protocol in a few minutes: a local chain, seven validators with two standbys, two relayers and a " +
        "market as real processes on one virtual clock; one validator goes silent, one lies, one votes twice; options are " +
        "written, bought and settled on their prices; the price falls by almost half while two lie; two options vaults sell for " +
        "two weeks; and everybody leaves.",
    )
    .option("--seed <n>", "seed of prices and keys", wholeNumber(0, LARGEST_SEED), 42)
    .option("--rounds <n>", "rounds of the first epoch, 15 s each", wholeNumber(MINIMUM_ROUNDS, MAXIMUM_ROUNDS), 40)
    .option("--out <folder>", "where the report goes", join(ROOT, "reports", "demo"))
    .option("--rpc-port <n>", "port of the chain; 0 lets the system choose", wholeNumber(0, 65_535), 0)
    .option("--keep", "let chain and programs go on in real time until Ctrl-C", false)
    .addHelpText(
      "after",
      "\nExit codes: 0 all checks held, 1 one did not, 2 arguments, 3 infrastructure, 130 Ctrl-C, 143 SIGTERM.",
    )
    .exitOverride()
    .parse()
    .opts<Options>();
}

/** Plays and reports; resolves with the exit code. */
async function play(stage: DemoStage, options: Options, progress: ProgressLine): Promise<number> {
  const startedMs = performance.now();
  await stage.build();
  await stage.startPrograms();
  const demonstration = new Demonstration(stage, planDemo(options.rounds), options.seed, (at) =>
    progress.show(at.done, at.total, at.text),
  );
  const record = await demonstration.play();
  progress.end();

  const command = `npm start -- --seed ${options.seed} --rounds ${options.rounds}`;
  const result = await writeDemo(options.out, record, command);
  process.stdout.write(`${demoTable(record, result)}\n`);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  process.stdout.write(`  report: ${relative(process.cwd(), join(options.out, "report.html"))} (${seconds} s)\n`);
  return result.summary.verdict === "held" ? EXIT.ok : BROKEN;
}

/** Who can be asked what while the stage goes on. */
function stillRunning(stage: DemoStage): string {
  const { chain, room } = stage;
  const rows = [
    ["chain", `${chain.url}  id ${chain.chainId}, oracle ${room.oracle.target as string}`],
    ...stage.programs().map(({ name, url }) => [name, url]),
  ];
  const lines = rows.map(([name, text]) => `    ${name!.padEnd(12)}${text}`);
  return [
    "",
    "  Going on in real time until Ctrl-C (pages: /live, /ready, /metrics, /reports, /evidence):",
    ...lines,
    "",
  ].join("\n");
}

async function run(options: Options, interruption: Interruption): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const folder = join(options.out, "run");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const total = planDemo(options.rounds).rounds;
  const tell = (text: string): void => progress.show(0, total, text);
  const { seed, rpcPort } = options;
  const calendar = { startMs: START_MS, events: DEMO_EVENTS, isFollowed: false };
  const stage = new DemoStage({ seed, folder, rpcPort, ...calendar, tell });

  try {
    const code = await interruption.race(play(stage, options, progress));
    if (options.keep) {
      process.stdout.write(`${stillRunning(stage)}\n`);
      await interruption.race(keepGoing(stage, interruption.signal));
    }
    return code;
  } finally {
    progress.end();
    await stage.close();
  }
}

await runInterruptible(
  "demo",
  async (interruption) => run(parseOptions(), interruption),
  "the chain and every program have ended.",
);
