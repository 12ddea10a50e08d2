// SPDX-License-Identifier: MIT
/**
 * Elapsed time, for deadlines, hedges and breakers. Apart from the program's clock, which may be virtual and stand still
 * while an answer is under way.
 */
export interface Timer {
  /** Milliseconds since some moment; never falls. */
  elapsedMs(): number;
  /** Calls `wake` after so many milliseconds, unless what is returned was called before. */
  after(milliseconds: number, wake: () => void): () => void;
}
