// SPDX-License-Identifier: MIT
import type { Timer } from "../../chain/Timer.ts";

interface Waiter {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Elapsed time that moves only when told: deadlines and hedges then come exactly when a scenario wants them. */
export class ManualTimer implements Timer {
  #nowMs = 0;
  readonly #waiters = new Set<Waiter>();

  elapsedMs(): number {
    return this.#nowMs;
  }

  after(milliseconds: number, wake: () => void): () => void {
    const waiter = { atMs: this.#nowMs + milliseconds, wake };
    this.#waiters.add(waiter);
    return () => this.#waiters.delete(waiter);
  }

  /** Moves on and wakes whose time has come, earliest first. */
  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
    const due = [...this.#waiters].filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
    for (const waiter of due) if (this.#waiters.delete(waiter)) waiter.wake();
  }
}
