// SPDX-License-Identifier: MIT
import type { Clock } from "../chain/Clock.ts";
import type { Route } from "../chain/serveHttp.ts";
import { BallastError } from "../model/BallastError.ts";

interface Waiter {
  readonly name: string;
  readonly untilMs: bigint;
  readonly wake: () => void;
}

/** Real time after which a long poll is answered anyway, so that no connection looks dead. */
const HOLD_MS = 20_000;

/**
 * The one virtual clock of a stage: every program asks it, its driver alone moves it. It knows who waits for a
 * later time, so that a driver can move on exactly when everybody has finished, however slow the machine is.
 */
export class ClockServer implements Clock {
  #nowMs: bigint;
  readonly #waiters = new Set<Waiter>();
  /** Told of every new waiter. */
  readonly #arrivals = new Set<() => void>();

  constructor(startMs: bigint) {
    this.#nowMs = startMs;
  }

  now(): Promise<bigint> {
    return Promise.resolve(this.#nowMs);
  }

  /** For programs in the driver's own process. */
  async waitUntil(timeMs: bigint, signal: AbortSignal): Promise<void> {
    await this.#wait("", timeMs, signal);
    signal.throwIfAborted();
  }

  /** Moves time forward and wakes whoever waited for it. */
  advanceTo(timeMs: bigint): void {
    this.moveTo(timeMs);
    for (const waiter of this.#waiters) if (waiter.untilMs <= timeMs) waiter.wake();
  }

  /** Moves time forward and wakes nobody yet: {@link wake} does, in an order that does not depend on the machine. */
  moveTo(timeMs: bigint): void {
    if (timeMs < this.#nowMs) {
      throw new BallastError("clockBackwards", "Time does not go back", {
        context: { now: this.#nowMs, given: timeMs },
      });
    }
    this.#nowMs = timeMs;
  }

  /** Wakes those of the named programs whose time has come. */
  wake(names: readonly string[]): void {
    for (const waiter of this.#waiters) if (waiter.untilMs <= this.#nowMs && names.includes(waiter.name)) waiter.wake();
  }

  /** Those of the named programs that do not wait for a later time. */
  busy(names: readonly string[]): string[] {
    const waiting = new Set([...this.#waiters].map((waiter) => waiter.name));
    return names.filter((name) => !waiting.has(name));
  }

  /** Resolves when every named program waits for a later time. @throws BallastError `clockBusy` after `patienceMs` of real time. */
  async untilIdle(names: readonly string[], patienceMs: number): Promise<void> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      const busy = this.busy(names);
      if (busy.length === 0) return;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new BallastError("clockBusy", `Still at work: ${busy.join(", ")}`, { context: { busy } });
      await this.#arrival(leftMs);
    }
  }

  /** Earliest time anybody but the named programs waits for; undefined when nobody does. */
  nextWaitMs(except: readonly string[] = []): bigint | undefined {
    let earliest: bigint | undefined;
    for (const { name, untilMs } of this.#waiters)
      if (!except.includes(name) && (earliest === undefined || untilMs < earliest)) earliest = untilMs;
    return earliest;
  }

  routes(): Route[] {
    return [
      { method: "GET", path: "/time", answer: () => ({ body: this.#shown() }) },
      {
        method: "GET",
        path: "/wait",
        answer: async ({ query, signal }) => {
          const until = timeOf(query.get("until"));
          await this.#wait(query.get("name") ?? "", until, AbortSignal.any([signal, AbortSignal.timeout(HOLD_MS)]));
          return { body: this.#shown() };
        },
      },
      {
        method: "POST",
        path: "/advance",
        answer: ({ query }) => {
          this.advanceTo(timeOf(query.get("to")));
          return { body: this.#shown() };
        },
      },
    ];
  }

  #wait(name: string, untilMs: bigint, signal: AbortSignal): Promise<void> {
    if (untilMs <= this.#nowMs || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const waiter = { name, untilMs, wake };
      this.#waiters.add(waiter);
      for (const arrived of this.#arrivals) arrived();
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  /** Until somebody begins to wait, or for so much real time. */
  #arrival(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const arrived = (): void => {
        clearTimeout(timer);
        this.#arrivals.delete(arrived);
        resolve();
      };
      const timer = setTimeout(arrived, patienceMs);
      this.#arrivals.add(arrived);
    });
  }

  #shown(): { timeMs: string } {
    return { timeMs: this.#nowMs.toString() };
  }
}

function timeOf(text: string | null): bigint {
  if (text === null || !/^\d{1,18}$/.test(text))
    throw new BallastError("badRequest", "a time is a whole number of milliseconds");
  return BigInt(text);
}
