// SPDX-License-Identifier: MIT
import { failureRate } from "../statistics/failureRate.ts";
import type { BreakCurve, Trial } from "../statistics/fitBreakPoint.ts";

/** Trials of neighbouring places taken together. */
export interface TrialCell {
  /** Mean of their places. */
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly trials: number;
  readonly failures: number;
  readonly low: number;
  readonly high: number;
}

const CELLS = 8;
const SMALLEST_EXPECTED = 2;
const FEWEST_CELLS = 4;
/** Standard normal value that 1 % is above. */
const ONE_PERCENT = 2.3263478740408408;

/** Cells of equally many trials from the lowest place to the highest; equal places are never parted. Pure. */
export function cellsOf(trials: readonly Trial[], cells = CELLS): TrialCell[] {
  const sorted = [...trials].sort((a, b) => a.x - b.x);
  const size = Math.max(1, Math.ceil(sorted.length / cells));
  const found: TrialCell[] = [];
  for (let first = 0; first < sorted.length;) {
    let after = Math.min(sorted.length, first + size);
    while (after < sorted.length && sorted[after]!.x === sorted[after - 1]!.x) after += 1;
    found.push(cellOf(sorted.slice(first, after)));
    first = after;
  }
  return found;
}

function cellOf(trials: readonly Trial[]): TrialCell {
  const failures = trials.filter(({ failed }) => failed).length;
  const { low, high } = failureRate(failures, trials.length);
  const x = trials.reduce((sum, trial) => sum + trial.x, 0) / trials.length;
  return { x, from: trials[0]!.x, to: trials.at(-1)!.x, trials: trials.length, failures, low, high };
}

/**
 * Whether the share of failures both rises and falls: there are cells, from left to right, of which one is surely below a later
 * one, and others surely the other way round, their intervals apart. Pure.
 */
export function turnsBack(cells: readonly TrialCell[]): boolean {
  const pairs = cells.flatMap((left, index) => cells.slice(index + 1).map((right) => [left, right] as const));
  return pairs.some(([left, right]) => left.high < right.low) && pairs.some(([left, right]) => left.low > right.high);
}

/**
 * Whether a logistic curve does not describe the trials: Pearson's sum over cells is above what chance reaches once in a
 * hundred times. Cells in which fewer than two failures or two passes are expected join the next; with fewer than four left
 * there is nothing to judge, and the answer is no. Pure.
 */
export function misfits(trials: readonly Trial[], curve: BreakCurve): boolean {
  const sorted = [...trials].sort((a, b) => a.x - b.x);
  let [expected, seen, count, variance] = [0, 0, 0, 0];
  const squares: number[] = [];
  const target = sorted.length / CELLS;
  for (const { x, failed } of sorted) {
    const { rate } = curve.chanceAt(x);
    expected += rate;
    variance += rate * (1 - rate);
    seen += failed ? 1 : 0;
    count += 1;
    if (count < target || Math.min(expected, count - expected) < SMALLEST_EXPECTED) continue;
    squares.push((seen - expected) ** 2 / variance);
    [expected, seen, count, variance] = [0, 0, 0, 0];
  }
  if (squares.length < FEWEST_CELLS) return false;
  return squares.reduce((sum, square) => sum + square, 0) > chiSquareBound(squares.length - 2);
}

/** What a chi-square of so many degrees of freedom is above once in a hundred times (Wilson and Hilferty's approximation). */
function chiSquareBound(degrees: number): number {
  const part = 2 / (9 * degrees);
  return degrees * (1 - part + ONE_PERCENT * Math.sqrt(part)) ** 3;
}
