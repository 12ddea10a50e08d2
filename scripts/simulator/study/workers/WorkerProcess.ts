// SPDX-License-Identifier: MIT
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

import { BallastError } from "../../../model/BallastError.ts";
import { NODE_FLAGS } from "../../nodeFlags.ts";
import type { OrphanReaper } from "../../OrphanReaper.ts";
import type { RunSummary } from "../../record/RunSummary.ts";
import type { RunOrder } from "../RunOrder.ts";
import type { WorkerAnswer } from "./messages.ts";

const SCRIPT = fileURLToPath(new URL("worker.ts", import.meta.url));
/** Here Hardhat finds its configuration, wherever the study was started. */
const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const STOP_PATIENCE_MS = 5_000;
const LAST_WORDS = 2_000;

/** A process that plays one order at a time. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<string>;
  #lastWords = "";
  #played = 0;

  /** @param runner URL of a module that exports `runOne`. */
  constructor(runner: string, reaper: OrphanReaper) {
    this.#child = fork(SCRIPT, [runner], {
      cwd: ROOT,
      execArgv: [...NODE_FLAGS],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      detached: true, // a terminal's Ctrl-C is for this process, which ends its workers in order
    });
    reaper.watch(this.#child);
    this.#child.stderr!.on("data", (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString()).slice(-LAST_WORDS);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => resolve(error.message)); // it could not even be started
      this.#child.once("close", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
  }

  /** Undefined when it could not be started. */
  get id(): number | undefined {
    return this.#child.pid;
  }

  /** How many orders it has played. */
  get played(): number {
    return this.#played;
  }

  /**
   * Plays an order.
   * @throws BallastError `workerDied` when the process ends before it answers, retriable; what the run threw otherwise.
   */
  async play(order: RunOrder): Promise<RunSummary> {
    const said = await this.#ask(order);
    this.#played += 1;
    if ("summary" in said) return said.summary;
    const { code, message, context, stack } = said.error;
    throw new BallastError(code, message, { context: { ...context, seed: order.seed, ...(stack && { stack }) } });
  }

  /** Ends it at once: what it plays is nobody's any more. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_PATIENCE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  #ask(order: RunOrder): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      const heard = (said: WorkerAnswer): void => resolve(said);
      this.#child.once("message", heard);
      this.#child.send(order, () => undefined); // what could not be sent was sent to a worker that has ended
      void this.#ended.then((how) => {
        this.#child.off("message", heard);
        reject(
          new BallastError("workerDied", `A worker ended by ${how} while it played seed ${order.seed}`, {
            context: { seed: order.seed, how, lastWords: this.#lastWords },
            retriable: true,
          }),
        );
      });
    });
  }
}
