// SPDX-License-Identifier: MIT
import type { UnhealthySight } from "./sights.ts";

const OPEN_SECONDS = 600;
const CLOSED_SECONDS = 3_600;

/** All of a bound, whose parts were summed up in floating point. */
export const ALL_SPENT = 1 + 1e-9;

/** Whether a mode sells books in slices, if at all. */
export function isSlow(stance: Pick<UnhealthySight, "mode" | "phase">): boolean {
  return boundOf(stance) > OPEN_SECONDS;
}

/** How long a book that is short may be left alone in a mode, seconds; in a halt and in grace for ever. */
export function boundOf({ mode, phase }: Pick<UnhealthySight, "mode" | "phase">): number {
  if (mode === "halted" || phase === "grace" || phase === "lateGrace") return Infinity;
  if (mode === "normal" || mode === "cautious") return OPEN_SECONDS;
  return mode === "recovery" && phase === "ramp" ? OPEN_SECONDS : CLOSED_SECONDS;
}
