// SPDX-License-Identifier: MIT
import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** A loop is dead when it finished nothing for this long, or for five of its periods. */
const PATIENCE_MS = 60_000n;

/**
 * Whether a program's loop still makes progress: the source of its page `/live` and of the metrics every program has.
 * Failed turns count as progress of the loop, not as readiness.
 */
export class LoopProgress {
  readonly registry = new Registry();
  readonly #periodMs: bigint;
  readonly #turns: Counter<"outcome">;
  readonly #duration: Histogram;
  readonly #last: Gauge;
  #lastMs: bigint | undefined;
  #ready = false;

  constructor(periodMs: bigint) {
    this.#periodMs = periodMs;
    const registers = [this.registry];
    this.#turns = new Counter({
      name: "ballast_loop_iterations_total",
      help: "Turns of the loop",
      labelNames: ["outcome"],
      registers,
    });
    this.#duration = new Histogram({ name: "ballast_loop_duration_seconds", help: "Real time of a turn", registers });
    this.#last = new Gauge({
      name: "ballast_last_loop_timestamp",
      help: "Clock of the program at the last turn, seconds",
      registers,
    });
  }

  /** Marks the start as a turn, so that a program has its whole patience for the first one. */
  begin(nowMs: bigint): void {
    this.#lastMs = nowMs;
  }

  /** Counts a turn that ended at `nowMs` after `seconds` of real time. */
  finish(nowMs: bigint, seconds: number, succeeded: boolean): void {
    this.#lastMs = nowMs;
    this.#ready = succeeded;
    this.#turns.inc({ outcome: succeeded ? "ok" : "error" });
    this.#duration.observe(seconds);
    this.#last.set(Number(nowMs / 1000n));
  }

  isAlive(nowMs: bigint): boolean {
    const patience = 5n * this.#periodMs > PATIENCE_MS ? 5n * this.#periodMs : PATIENCE_MS;
    return this.#lastMs !== undefined && nowMs - this.#lastMs <= patience;
  }

  /** True while the last turn did all it should. */
  isReady(): boolean {
    return this.#ready;
  }
}
