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

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const stop = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        atMs: this.#nowMs + milliseconds,
        wake: () => {
          this.#waiters.delete(waiter);
          signal.removeEventListener("abort", stop);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      signal.addEventListener("abort", stop, { once: true });
    });
  }

  /** Moves on and wakes whose time has come, earliest first. */
  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
    const due = [...this.#waiters].filter(({ atMs }) => atMs <= this.#nowMs).sort((a, b) => a.atMs - b.atMs);
    for (const { wake } of due) wake();
  }
}
