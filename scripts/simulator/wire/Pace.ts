// SPDX-License-Identifier: MIT
import { setImmediate as macrotask } from "node:timers/promises";

import { SystemTimer } from "../../chain/SystemTimer.ts";
import type { Timer } from "../../chain/Timer.ts";

/** Between two looks at who is at work. */
const LOOK_MS = 2;

/**
 * How fast time passes where programs are processes: as it does outside while anybody is at work, and at once while all wait for
 * a later time. So nothing is shorter of time than it would be outside, and nobody waits for nothing.
 */
export class Pace {
  readonly #isIdle: () => boolean;
  readonly #signal: AbortSignal;
  readonly #outside: Timer;
  #shownMs: number | undefined;

  /**
   * @param isIdle Whether nothing happens any more unless time passes. @param signal No time passes once it is aborted.
   * @param outside The time outside.
   */
  constructor(isIdle: () => boolean, signal: AbortSignal, outside: Timer = new SystemTimer()) {
    this.#isIdle = isIdle;
    this.#signal = signal;
    this.#outside = outside;
  }

  /**
   * Resolves when all are idle, or when as much time has passed outside as on the clock since this was asked last. Rejects with
   * the signal's reason.
   */
  async settled(nowMs: number): Promise<void> {
    const endsMs = this.#outside.elapsedMs() + nowMs - (this.#shownMs ?? nowMs);
    this.#shownMs = nowMs;
    await macrotask(); // what follows from what is known in this process has happened after this
    this.#signal.throwIfAborted();
    while (!this.#isIdle() && this.#outside.elapsedMs() < endsMs) {
      await new Promise<void>((resolve) => this.#outside.after(LOOK_MS, resolve));
      this.#signal.throwIfAborted();
    }
  }
}
