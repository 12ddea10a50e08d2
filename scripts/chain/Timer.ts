// SPDX-License-Identifier: MIT
/**
 * Elapsed time, for deadlines, hedges and breakers. Apart from the program's clock, which may be virtual and stand still
 * while an answer is under way.
 */
export interface Timer {
  /** Milliseconds since some moment; never falls. */
  elapsedMs(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}
