// SPDX-License-Identifier: MIT
import type { Step } from "./Scenario.ts";

/**
 * The value in force at a time.
 * @param steps Rising; the first counts before its time too.
 */
export function stepAt(steps: readonly Step[], seconds: number): number {
  let low = 1;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.atSeconds <= seconds) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]!.value;
}
