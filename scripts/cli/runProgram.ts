// SPDX-License-Identifier: MIT
import { Command } from "commander";
import { pino } from "pino";
import type { Logger } from "pino";
import type { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { announceCheck } from "./announce.ts";
import { EXIT } from "./exitCodes.ts";
import { loadConfig } from "./loadConfig.ts";
import { logLevelOption } from "./logLevelOption.ts";
import { runMain } from "./runMain.ts";

/** What a program gets once its arguments and configuration are in order. */
export interface ProgramContext<Config> {
  readonly config: Config;
  readonly once: boolean;
  readonly dryRun: boolean;
  readonly log: Logger;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** Passphrase from the environment, for programs whose configuration names no file. */
  readonly environmentPassphrase: string | undefined;
}

/** One program. */
export interface Program<Shape extends z.ZodType> {
  readonly name: string;
  readonly description: string;
  readonly shape: Shape;
  readonly once?: string;
  readonly dryRun?: string;
  /** Looks at what a start needs besides its configuration, and changes nothing; what it found, for people. */
  readonly check?: (context: ProgramContext<z.output<Shape>>) => Promise<Readonly<Record<string, string>>>;
  readonly run: (context: ProgramContext<z.output<Shape>>) => Promise<void>;
}

interface Options {
  config: string;
  logLevel: string;
  once?: boolean;
  dryRun?: boolean;
  check?: boolean;
}

/**
 * Runs a program as its own process: arguments, configuration, log, signals, exit code. The only place that reads the
 * environment. Logs go to stderr; stdout carries JSON lines that other programs read.
 */
export async function runProgram<Shape extends z.ZodType>(program: Program<Shape>): Promise<void> {
  await runMain(program.name, () => execute(program));
}

async function execute<Shape extends z.ZodType>(program: Program<Shape>): Promise<number> {
  const options = parseArguments(program);
  const config = await loadConfig(options.config, program.shape);
  const log = pino({ name: program.name, level: options.logLevel }, pino.destination({ fd: 2, sync: true }));
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(new BallastError("stopped", "Told to stop"));
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);

  const context = {
    config,
    once: options.once ?? false,
    dryRun: options.dryRun ?? false,
    log,
    signal: stopping.signal,
    environmentPassphrase: process.env["BALLAST_PASSPHRASE"],
  };

  try {
    if (options.check === true) announceCheck(program.name, (await program.check?.(context)) ?? {});
    else await program.run(context);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    process.removeListener("SIGINT", stop);
    process.removeListener("SIGTERM", stop);
  }
  return EXIT.ok;
}

function parseArguments<Shape extends z.ZodType>(program: Program<Shape>): Options {
  const command = new Command(program.name)
    .description(program.description)
    .requiredOption("-c, --config <file>", "JSON configuration")
    .addOption(logLevelOption())
    .option("--check", "look at configuration, key, data folder and chain, say what was found, change nothing, exit")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 defect, 2 arguments or configuration, 3 infrastructure, 4 unsafe to start.",
    )
    .exitOverride();
  if (program.once !== undefined) command.option("--once", program.once);
  if (program.dryRun !== undefined) command.option("--dry-run", program.dryRun);
  return command.parse().opts<Options>();
}
