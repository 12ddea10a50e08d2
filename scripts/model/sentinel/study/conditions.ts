// SPDX-License-Identifier: MIT

/** What validators, venues and the chain are like during one round. Shares of one, times in seconds. */
export interface Conditions {
  /** Chance of each validator to send nothing. */
  readonly silence: number[];
  /** Mean time a report takes beyond the first second. */
  delaySeconds: number;
  /** Standard deviation of what venues show. */
  spreadBps: number;
  /** Chance of a validator to find too few venues. */
  abstention: number;
  /** Base fee over its usual level. */
  feeFactor: number;
  /** Mean time from a bundle to its block. */
  inclusionSeconds: number;
  errors: number;
  disagreements: number;
  headAgeSeconds: number;
  /** No block is made. */
  halted: boolean;
}

/** An ordinary round of so many validators. */
export function ordinary(validators: number): Conditions {
  return {
    silence: Array.from({ length: validators }, () => 0.008),
    delaySeconds: 1,
    spreadBps: 4,
    abstention: 0.002,
    feeFactor: 1,
    inclusionSeconds: 3,
    errors: 0.005,
    disagreements: 0.001,
    headAgeSeconds: 2,
    halted: false,
  };
}
