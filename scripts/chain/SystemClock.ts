// SPDX-License-Identifier: MIT
import type { Clock } from "./Clock.ts";
import { SystemTimer } from "./SystemTimer.ts";
import { waitFor } from "./waitFor.ts";

/** Longest single timer: longer waits are cut, so that a clock set back or a suspended machine is noticed. */
const LONGEST_TIMER_MS = 60_000n;

/** The machine's own clock. */
export class SystemClock implements Clock {
  readonly #timer = new SystemTimer();

  now(): Promise<bigint> {
    return Promise.resolve(BigInt(Date.now()));
  }

  async waitUntil(timeMs: bigint, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const left = timeMs - BigInt(Date.now());
      if (left <= 0n) return;
      await waitFor(this.#timer, Number(left < LONGEST_TIMER_MS ? left : LONGEST_TIMER_MS), signal);
    }
  }
}
