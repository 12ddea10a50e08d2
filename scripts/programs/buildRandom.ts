// SPDX-License-Identifier: MIT
import type { Random } from "../chain/Random.ts";
import { SeededRandom } from "../chain/SeededRandom.ts";
import { SystemRandom } from "../chain/SystemRandom.ts";

/** Repeatable randomness when a seed is given, the system's otherwise. */
export function buildRandom(seed: number | undefined): Random {
  return seed === undefined ? new SystemRandom() : new SeededRandom(seed);
}
