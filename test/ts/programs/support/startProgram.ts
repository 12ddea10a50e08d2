// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { z } from "zod";

/** Programs of scripts/cli. */
export type ProgramName =
  | "validator"
  | "relayer"
  | "market"
  | "clock"
  | "byzantineValidator"
  | "keystore"
  | "demo"
  | "localnet"
  | "ballast"
  | "quotes"
  | "maker"
  | "trade"
  | "sentinel"
  | "keeper"
  | "seat"
  | "settlement";

/** A program in its own operating-system process. */
export interface RunningProgram {
  /** The JSON line it printed when it began to listen. */
  readonly announced: Readonly<Record<string, string>>;
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it logged so far. */
  log(): string;
  /** Lines it printed after the first. */
  printed(): readonly string[];
  isRunning(): boolean;
  /** Ends it with a signal and returns its exit code, null when a signal took it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How a program that was not meant to stay ended. */
export interface FinishedProgram {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Flags every program runs with. */
// Both are without effect on Node 24; older supported versions need the first and warn about node:sqlite.
export const NODE_FLAGS = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];
const CLI = fileURLToPath(new URL("../../../../scripts/cli/", import.meta.url));
const START_PATIENCE_MS = 20_000;

const FOLDER_OF_RUN = /^ballast-test-(\d+)-/;
let folderOfRun: string | undefined;

/** A fresh folder for one test's files; it goes with the test run, or with the next one if this one is killed. */
export async function freshFolder(): Promise<string> {
  folderOfRun ??= openFolderOfRun();
  return mkdtemp(join(folderOfRun, "test-"));
}

/** One folder holds all of a run's; its name says whose it is. */
function openFolderOfRun(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = FOLDER_OF_RUN.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) remove(join(tmpdir(), name));
  }
  const folder = mkdtempSync(join(tmpdir(), `ballast-test-${process.pid}-`));
  process.once("exit", () => remove(folder));
  return folder;
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Signal 0 only asks; a process of somebody else answers EPERM. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Starts a program and leaves the rest to the caller. */
export function launch(name: ProgramName, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...NODE_FLAGS, join(CLI, `${name}.ts`), ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Arguments that hand a configuration to a program. */
export async function configArguments(folder: string, name: string, config: object): Promise<string[]> {
  const file = join(folder, `${name}-${Math.floor(performance.now() * 1000)}.json`);
  await writeFile(file, JSON.stringify(config));
  return ["--config", file, "--log-level", "debug"];
}

/**
 * Runs a program to its end at a pseudo-terminal, and once it shows `prompt`, types `typed`; undefined ends the input.
 * `stdout` is all that the terminal shows.
 */
export async function runAtTerminal(
  name: ProgramName,
  args: readonly string[],
  prompt: string,
  typed: string | undefined,
): Promise<Omit<FinishedProgram, "stderr">> {
  const words = [process.execPath, ...NODE_FLAGS, join(CLI, `${name}.ts`), ...args];
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    env: { PATH: process.env["PATH"], SHELL: "/bin/sh" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const hadPrompt = stdout.includes(prompt);
    stdout += chunk.toString();
    if (hadPrompt || !stdout.includes(prompt)) return;
    if (typed === undefined) child.stdin.end();
    else child.stdin.write(typed);
  });
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout };
}

/** Starts a server program and waits for its line on stdout. */
export async function startProgram(
  name: ProgramName,
  folder: string,
  config: object,
  env: NodeJS.ProcessEnv = {},
  options: readonly string[] = [],
): Promise<RunningProgram> {
  const child = launch(name, [...(await configArguments(folder, name, config)), ...options], env);
  let logged = "";
  const lines: string[] = [];
  child.stderr!.on("data", (chunk: Buffer) => (logged += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));

  const line = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${name} did not start:\n${logged}`)), START_PATIENCE_MS);
    createInterface({ input: child.stdout! }).on("line", (text) => {
      clearTimeout(timer);
      lines.push(text);
      resolve(lines[0]!);
    });
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`${name} ended with ${code} before it listened:\n${logged}`));
    });
  });
  const announced = z.record(z.string(), z.union([z.string(), z.number().transform(String)])).parse(JSON.parse(line));

  return {
    announced,
    url: announced["url"]!,
    child,
    log: () => logged,
    printed: () => lines.slice(1),
    isRunning: () => child.exitCode === null && child.signalCode === null,
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      return ended;
    },
  };
}

/** Runs a program to its end. */
export async function runToEnd(
  name: ProgramName,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<FinishedProgram> {
  const child = launch(name, args, env);
  let [stdout, stderr] = ["", ""];
  child.stdout!.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, stdout, stderr };
}
