// SPDX-License-Identifier: MIT
import type { Clock } from "../../chain/Clock.ts";
import type { Timer } from "../../chain/Timer.ts";

interface Event {
  readonly atMs: number;
  /** Events of the same moment come in the order in which they were asked for. */
  readonly order: number;
  wake: (() => void) | undefined;
}

/** Cancelled events may make up this share of the queue, and so many in any case, before they are swept out. */
const SWEEP_SHARE = 0.5;
const SWEEP_AT_LEAST = 4_096;

/**
 * Time that passes only when everything that was to happen has happened: it jumps from event to event. Unix milliseconds.
 * Events of one moment are woken in the order in which they were asked for, so the same world lives the same life.
 */
export class VirtualTime {
  readonly #settled: () => Promise<void>;
  readonly #startMs: number;
  #nowMs: number;
  #orders = 0;
  #cancelled = 0;
  #heap: Event[] = [];

  /**
   * @param nowMs What it begins with. @param startMs Start of the scenario, not before that.
   * @param settled Resolves when nothing more happens unless time passes.
   */
  constructor(nowMs: number, startMs: number, settled: () => Promise<void>) {
    this.#startMs = startMs;
    this.#nowMs = nowMs;
    this.#settled = settled;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Whole seconds since 1970. */
  get nowSeconds(): bigint {
    return BigInt(Math.floor(this.#nowMs / 1000));
  }

  /** Seconds since the start of the scenario; negative before it. */
  get elapsedSeconds(): number {
    return (this.#nowMs - this.#startMs) / 1000;
  }

  /** Calls `wake` when that time has come, at the earliest after everybody who waits now has done what he does. */
  schedule(atMs: number, wake: () => void): () => void {
    const event: Event = { atMs: Math.max(atMs, this.#nowMs), order: this.#orders++, wake };
    this.#push(event);
    return () => {
      if (event.wake === undefined) return;
      event.wake = undefined;
      this.#cancelled += 1;
      if (this.#cancelled > SWEEP_AT_LEAST && this.#cancelled > SWEEP_SHARE * this.#heap.length) this.#sweep();
    };
  }

  /** Resolves when that time has come; rejects with the signal's reason when aborted. */
  waitUntil(atMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const stop = (): void => {
        cancel();
        reject(signal!.reason);
      };
      const cancel = this.schedule(atMs, () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  /** A program's clock. @param skewMs What it shows ahead of the true time; asked each time, as it may change. */
  clock(skewMs: () => number = () => 0): Clock {
    return {
      now: () => Promise.resolve(BigInt(Math.floor(this.#nowMs + skewMs()))),
      waitUntil: async (timeMs, signal) => {
        signal.throwIfAborted();
        const atMs = Number(timeMs) - skewMs();
        if (atMs > this.#nowMs) await this.waitUntil(atMs, signal);
      },
    };
  }

  /** Elapsed time for deadlines, hedges and breakers. */
  timer(): Timer {
    return {
      elapsedMs: () => this.#nowMs - this.#startMs,
      after: (milliseconds, wake) => this.schedule(this.#nowMs + milliseconds, wake),
    };
  }

  /** Lets time pass until `untilMs`; what is due at that very moment still happens. */
  async run(untilMs: number): Promise<void> {
    await this.#settled();
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#nowMs = next.atMs;
      // Those who are woken now may ask to be woken at this very moment again: they come after.
      const limit = this.#orders;
      while (this.#heap.length > 0 && this.#heap[0]!.atMs === next.atMs && this.#heap[0]!.order < limit) this.#pop();
      await this.#settled();
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let place = heap.length;
    heap.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(event, heap[parent]!)) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop()!;
    if (heap.length > 0) this.#sink(last);
    const { wake } = first!;
    if (wake === undefined) this.#cancelled -= 1;
    first!.wake = undefined;
    wake?.();
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (!isBefore(heap[child]!, event)) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = event;
  }

  #sweep(): void {
    const kept = this.#heap.filter(({ wake }) => wake !== undefined).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#heap = kept; // sorted is a heap
    this.#cancelled = 0;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
