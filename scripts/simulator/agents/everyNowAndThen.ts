// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";
import type { VirtualTime } from "../world/VirtualTime.ts";

/** When somebody looks. */
export interface Rhythm {
  /** Unix milliseconds. */
  readonly firstMs: number;
  readonly everyMs: number;
}

/**
 * Somebody's life: a turn at a time, never two at once. What he cannot reach or is refused he tries again at his next turn.
 */
export async function everyNowAndThen(
  time: VirtualTime,
  { firstMs, everyMs }: Rhythm,
  turn: () => Promise<void>,
): Promise<never> {
  for (let at = firstMs; ; at = Math.max(at + everyMs, time.nowMs)) {
    await time.waitUntil(at);
    await patiently(turn);
  }
}

/** Somebody who is used to not getting through. */
export async function patiently(turn: () => Promise<void>): Promise<void> {
  try {
    await turn();
  } catch (error) {
    if (!(error instanceof BallastError)) throw error;
  }
}
