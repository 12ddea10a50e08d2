// SPDX-License-Identifier: MIT
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import { NODE_FLAGS } from "./nodeFlags.ts";
import { OrphanReaper } from "./OrphanReaper.ts";

/** Programs of scripts/cli that a stage starts. */
export type ProgramName =
  | "validator"
  | "relayer"
  | "market"
  | "byzantineValidator"
  | "keeper"
  | "sentinel"
  | "quotes"
  | "maker"
  | "canary"
  | "chain";

/** A program in its own operating-system process. */
export interface RunningProgram {
  readonly name: string;
  readonly url: string;
  /** Resolves with its exit code when it ends, whoever ends it; null when a signal took it. */
  readonly ended: Promise<number | null>;
  /** Ends it and resolves with its exit code, null when a signal took it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const CLI = fileURLToPath(new URL("../cli/", import.meta.url));
// A dozen processes run the same modules: one compiles them, the others read.
const COMPILE_CACHE = fileURLToPath(new URL("../../.cache/compiled/", import.meta.url));
const START_PATIENCE_MS = 60_000;
const STOP_PATIENCE_MS = 5_000;
const LAST_WORDS = 2_000;

const announcement = z.looseObject({ url: z.string() });

/** Starts programs as real processes and sees to it that none outlives this one, however it ends. */
export class Supervisor {
  readonly #folder: string;
  readonly #passphrase: string;
  readonly #children = new Set<ChildProcess>();
  readonly #reaper = new OrphanReaper();
  #started = 0;
  #closed = false;

  /** Configurations and logs go to `folder`. */
  constructor(folder: string, passphrase: string) {
    this.#folder = folder;
    this.#passphrase = passphrase;
  }

  /** Starts a server program and waits until it says where it listens. @throws BallastError `programFailed`. */
  async start(name: string, program: ProgramName, config: object): Promise<RunningProgram> {
    const child = await this.#spawn(name, program, config);
    const tail = this.#keepLog(name, child);
    const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    const line = await firstLine(child, ended).catch((cause: unknown) => {
      const context = { name, code: child.exitCode };
      throw new BallastError("programFailed", `${name} did not start:\n${tail()}`, { context, cause });
    });

    return {
      name,
      url: announcement.parse(JSON.parse(line)).url,
      ended,
      stop: async (signal = "SIGTERM") => {
        this.#children.delete(child);
        if (child.exitCode === null && child.signalCode === null) child.kill(signal);
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
        const code = await ended;
        clearTimeout(timer);
        return code;
      },
    };
  }

  /** Ends everything that still runs; nothing can be started afterwards. */
  async close(): Promise<void> {
    this.#closed = true;
    const children = [...this.#children];
    this.#children.clear();
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
        await ended;
        clearTimeout(timer);
      }),
    );
    this.#reaper.close();
  }

  async #spawn(name: string, program: ProgramName, config: object): Promise<ChildProcess> {
    const folder = join(this.#folder, "configs");
    await mkdir(folder, { recursive: true });
    this.#started += 1;
    const file = join(folder, `${this.#started}-${name}.json`);
    await writeFile(file, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
    if (this.#closed) throw new BallastError("supervisorClosed", "No more programs", { context: { name } });

    const script = join(CLI, `${program}.ts`);
    const child = spawn(process.execPath, [...NODE_FLAGS, script, "--config", file], {
      env: { BALLAST_PASSPHRASE: this.#passphrase, NODE_COMPILE_CACHE: COMPILE_CACHE },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a terminal's Ctrl-C is for this process, which ends its programs in order
    });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    this.#reaper.watch(child);
    return child;
  }

  /** Appends the program's log to its file; returns a look at the end of it. */
  #keepLog(name: string, child: ChildProcess): () => string {
    const file = createWriteStream(join(this.#folder, `${name}.log`), { flags: "a" });
    let tail = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      file.write(chunk);
      tail = (tail + chunk.toString()).slice(-LAST_WORDS);
    });
    child.once("close", () => file.end());
    return () => tail;
  }
}

function firstLine(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("it said nothing")), START_PATIENCE_MS);
    createInterface({ input: child.stdout! }).once("line", (text) => {
      clearTimeout(timer);
      resolve(text);
    });
    child.once("error", reject);
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`it ended with ${code}`));
    });
  });
}
