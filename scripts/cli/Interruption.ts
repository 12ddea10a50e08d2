// SPDX-License-Identifier: MIT
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Whether this process was told to stop. Only the first signal counts: a terminal's interrupt often arrives twice, once
 * from the terminal and once from whoever started this process. The end of that process counts as SIGTERM.
 */
export class Interruption {
  readonly #stopping = new AbortController();
  #by: (typeof SIGNALS)[number] | undefined;

  constructor() {
    for (const signal of SIGNALS) process.on(signal, () => this.#stop(signal));
    process.on("disconnect", () => this.#stop("SIGTERM"));
    process.channel?.unref();
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.#stopping.signal;
  }

  /** The first signal; undefined while nobody wants this process to stop. */
  get by(): string | undefined {
    return this.#by;
  }

  /** 128 and the signal's number, as shells say it. */
  get exitCode(): number {
    return 128 + (this.#by === undefined ? 0 : constants.signals[this.#by]);
  }

  /** The result of `work`; rejects as soon as a signal arrives. */
  async race<Result>(work: Promise<Result>): Promise<Result> {
    const { signal } = this.#stopping;
    signal.throwIfAborted();
    return Promise.race([
      work,
      new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
    ]);
  }

  #stop(signal: (typeof SIGNALS)[number]): void {
    this.#by ??= signal;
    this.#stopping.abort();
  }
}
