// SPDX-License-Identifier: MIT
import { setTimeout as delay } from "node:timers/promises";

import type { Clock } from "./Clock.ts";
import { errorFacts } from "./errorFacts.ts";
import type { Log } from "./Log.ts";
import type { LoopProgress } from "./LoopProgress.ts";

/** What a loop needs besides its work. */
export interface LoopParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly progress: LoopProgress;
  /** Pause after a failed turn, on the program's clock. */
  readonly pauseMs: bigint;
}

/** Real time between two attempts to reach a clock that does not answer. */
const CLOCK_RETRY_MS = 500;

/**
 * Runs `turn` for ever: it does one piece of work and returns when it wants to be called again. Survives every error
 * and counts each turn; ends when `signal` says so.
 */
export async function runLoop(
  parts: LoopParts,
  turn: (signal: AbortSignal) => Promise<bigint>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const nextMs = await runTurn(parts, turn, signal);
      await parts.clock.waitUntil(nextMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      parts.log.error(errorFacts(error), "the clock does not answer");
      await delay(CLOCK_RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

async function runTurn(
  parts: LoopParts,
  turn: (signal: AbortSignal) => Promise<bigint>,
  signal: AbortSignal,
): Promise<bigint> {
  const startedAt = performance.now();
  let nextMs: bigint | undefined;
  try {
    nextMs = await turn(signal);
  } catch (error) {
    if (signal.aborted) throw error;
    parts.log.error(errorFacts(error), "turn failed");
  }
  const nowMs = await parts.clock.now();
  parts.progress.finish(nowMs, (performance.now() - startedAt) / 1000, nextMs !== undefined);
  return nextMs ?? nowMs + parts.pauseMs;
}
