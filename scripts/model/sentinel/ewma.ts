// SPDX-License-Identifier: MIT

/** Weight of the newest value in the fast and in the slow average. */
const FAST = 0.3;
const SLOW = 0.05;

/** Exponentially weighted averages of one series. */
export interface Ewma {
  readonly fast: number;
  readonly slow: number;
}

/** Takes a value in; the first one is both averages. Pure. */
export function stepEwma(ewma: Ewma | undefined, value: number): Ewma {
  if (ewma === undefined) return { fast: value, slow: value };
  return { fast: ewma.fast + FAST * (value - ewma.fast), slow: ewma.slow + SLOW * (value - ewma.slow) };
}

/** How far the series has lately moved from where it was: the fast average less the slow one. */
export function driftOf({ fast, slow }: Ewma): number {
  return fast - slow;
}
