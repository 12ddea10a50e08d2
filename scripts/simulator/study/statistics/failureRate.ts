// SPDX-License-Identifier: MIT
import { exp, ln } from "../../../model/market/repeatableMath.ts";
import { wilsonInterval } from "../../../model/sentinel/quality.ts";

/** Failures among independent trials, with Wilson's interval at 95 %. */
export interface FailureRate {
  readonly failures: number;
  readonly trials: number;
  /** Share that failed, 0 to 1; 0 of no trials. */
  readonly rate: number;
  readonly low: number;
  readonly high: number;
  /** Only where nothing failed: the exact bound that the true rate is below with 95 % confidence. */
  readonly atMost?: number;
}

const CONFIDENCE = 0.95;

/** What so many failures of so many trials say. Pure. */
export function failureRate(failures: number, trials: number): FailureRate {
  const interval = wilsonInterval(failures, trials);
  // Rounding must not leave a chance where none or all failed.
  const low = failures === 0 ? 0 : interval[0];
  const high = failures === trials ? 1 : interval[1];
  const rate = trials === 0 ? 0 : failures / trials;
  return { failures, trials, rate, low, high, ...(failures === 0 && { atMost: upperBoundOfNone(trials) }) };
}

/**
 * Exact one-sided bound of a rate after trials of which none failed: the rate at which that happens with a chance of just
 * 1 − confidence. 3.0 % of 100 trials, 1.0 % of 300, 0.1 % of 3,000. Pure.
 */
export function upperBoundOfNone(trials: number, confidence = CONFIDENCE): number {
  return trials === 0 ? 1 : 1 - exp(ln(1 - confidence) / trials);
}

/** The most that the rate may be by this evidence: the exact bound where nothing failed, Wilson's otherwise. Pure. */
export function highestRate({ high, atMost }: FailureRate): number {
  return atMost ?? high;
}
