// SPDX-License-Identifier: MIT
import { setTimeout as delay } from "node:timers/promises";

import { ROUND_MS } from "../model/constants.ts";
import type { LocalStage } from "./LocalStage.ts";

const STEP_MS = 500;
/** Witnesses are read every second round. */
const POKE_MS = 2n * ROUND_MS;

/** Lets a stage go on in real time, witnesses included, until `signal` says that somebody has seen enough. */
export async function keepGoing(stage: LocalStage, signal: AbortSignal): Promise<void> {
  const fromMs = await stage.clock.now();
  const startedMs = performance.now();
  let nextPokeMs = fromMs;
  while (!signal.aborted) {
    await stage.advanceTo(fromMs + BigInt(Math.floor(performance.now() - startedMs)));
    const nowMs = await stage.clock.now();
    if (nowMs >= nextPokeMs) {
      await stage.pokeWitnesses();
      nextPokeMs = nowMs + POKE_MS;
    }
    await delay(STEP_MS, undefined, { signal }).catch(() => undefined);
  }
}
