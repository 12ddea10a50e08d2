// SPDX-License-Identifier: MIT
import { backlogOf } from "../record/WorkRecord.ts";
import type { Invariant } from "./Invariant.ts";

const WINDOW_SECONDS = 3_600;
/** So many hours in a row a queue must have grown, at its shortest. */
const WINDOWS = 6;

/** L5: no queue of work grows hour after hour. */
export function queuesEnd(): Invariant {
  const memory = { lows: [] as number[], until: -Infinity, low: Infinity };
  return {
    id: "L5",
    memory,
    check(sight) {
      const { lows } = memory;
      if (sight.seconds >= memory.until) {
        if (memory.low !== Infinity) lows.push(memory.low);
        if (lows.length > WINDOWS) lows.shift();
        memory.until = sight.seconds + WINDOW_SECONDS;
        memory.low = Infinity;
      }
      memory.low = Math.min(memory.low, backlogOf(sight));
      const isGrowing = lows.length === WINDOWS && lows.every((low, index) => index === 0 || low > lows[index - 1]!);
      return isGrowing ? `each hour more is left to do: ${lows.join(", ")}` : undefined;
    },
  };
}
