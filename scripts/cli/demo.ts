// SPDX-License-Identifier: MIT
import { mkdir, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { Command, CommanderError, InvalidArgumentError } from "commander";

import { BallastError } from "../model/BallastError.ts";
import { Demonstration } from "../simulator/Demonstration.ts";
import { MAXIMUM_ROUNDS, MINIMUM_ROUNDS, planDemo } from "../simulator/DemoPlan.ts";
import type { DemoPlan } from "../simulator/DemoPlan.ts";
import { DemoStage } from "../simulator/DemoStage.ts";
import { demoTable } from "../simulator/demoTable.ts";
import { ProgressLine } from "../simulator/ProgressLine.ts";
import { writeDemo } from "../simulator/writeDemo.ts";
import { EXIT } from "./exitCodes.ts";

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

function wholeNumber(lowest: number, highest: number) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= lowest && value <= highest) return value;
    throw new InvalidArgumentError(`expected a whole number from ${lowest} to ${highest}`);
  };
}

function parseOptions(): Options {
  return new Command("npm start --")
    .description(
      "Plays a day of the oracle in seconds: a local chain, seven validators with two standbys, two relayers and a " +
        "market as real processes on one virtual clock; one validator goes silent, one lies, one votes twice.",
    )
    .option("--seed <n>", "seed of prices and keys", wholeNumber(0, LARGEST_SEED), 42)
    .option("--rounds <n>", "rounds of the first epoch, 15 s each", wholeNumber(MINIMUM_ROUNDS, MAXIMUM_ROUNDS), 40)
    .option("--out <folder>", "where the report goes", join(ROOT, "reports", "demo"))
    .option("--rpc-port <n>", "port of the chain; 0 lets the system choose", wholeNumber(0, 65_535), 0)
    .option("--keep", "leave the chain running until interrupted", false)
    .addHelpText("after", "\nExit codes: 0 all checks held, 1 one did not, 2 arguments, 3 infrastructure.")
    .exitOverride()
    .parse()
    .opts<Options>();
}

async function run(options: Options, plan: DemoPlan): Promise<number> {
  const progress = new ProgressLine(process.stderr);
  const startedMs = performance.now();
  const folder = join(options.out, "run");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const total = plan.rounds + plan.healedRounds;
  const stage = new DemoStage({
    seed: options.seed,
    folder,
    rpcPort: options.rpcPort,
    tell: (text) => progress.show(0, total, text),
  });
  const interrupted = interruption();

  try {
    const play = async (): Promise<number> => {
      await stage.build();
      await stage.startPrograms();
      const demonstration = new Demonstration(stage, plan, options.seed, (at) =>
        progress.show(at.done, at.total, at.text),
      );
      const record = await demonstration.play();
      progress.end();
      const command = `npm start -- --seed ${options.seed} --rounds ${options.rounds}`;
      const result = await writeDemo(options.out, record, command);
      await stage.endPrograms();
      process.stdout.write(`${demoTable(record, result)}\n`);
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
      process.stdout.write(`  report: ${relative(process.cwd(), join(options.out, "report.html"))} (${seconds} s)\n`);
      return result.summary.verdict === "held" ? EXIT.ok : BROKEN;
    };
    const code = await Promise.race([play(), interrupted.happened]);
    if (options.keep) await keep(stage, interrupted.happened);
    return code;
  } finally {
    progress.end();
    interrupted.forget();
    await stage.close();
  }
}

async function keep(stage: DemoStage, interrupted: Promise<never>): Promise<void> {
  process.stdout.write(
    `  chain: ${stage.chain.url} (oracle ${await stage.room.oracle.getAddress()}), Ctrl-C ends it\n`,
  );
  await interrupted.catch(() => undefined);
}

/** Rejects when the process is told to stop; the way out then still ends every program. */
function interruption(): { readonly happened: Promise<never>; readonly forget: () => void } {
  let stop = (): void => undefined;
  const happened = new Promise<never>((_, reject) => {
    stop = () => reject(new BallastError("interrupted", "Interrupted"));
  });
  happened.catch(() => undefined);
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  process.on("SIGHUP", stop);
  process.on("disconnect", stop); // whoever started this process is gone
  process.channel?.unref();
  const forget = (): void => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.removeListener(signal, stop);
    process.removeListener("disconnect", stop);
  };
  return { happened, forget };
}

async function main(): Promise<number> {
  let options: Options;
  let plan: DemoPlan;
  try {
    options = parseOptions();
    plan = planDemo(options.rounds);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok;
    if (!(error instanceof CommanderError)) process.stderr.write(`${String(error)}\n`);
    return EXIT.usage;
  }
  try {
    return await run(options, plan);
  } catch (error) {
    const code = error instanceof BallastError ? ` (${error.code} ${JSON.stringify(error.context, bigintText)})` : "";
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}${code}\n`);
    return EXIT.infrastructure;
  }
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

process.exitCode = await main();
