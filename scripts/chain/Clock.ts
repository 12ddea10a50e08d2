// SPDX-License-Identifier: MIT
/** Time of a program: unix milliseconds. The system's clock in production, one shared virtual clock in simulations. */
export interface Clock {
  now(): Promise<bigint>;
  /** Resolves when the clock shows `timeMs` or later; rejects with the signal's reason when aborted. */
  waitUntil(timeMs: bigint, signal: AbortSignal): Promise<void>;
}
