// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";

import { SeededRandom } from "../../chain/SeededRandom.ts";

const WARM_UP_DRAWS = 16;

/**
 * Randomness for one purpose. Every actor, fault and path draws from a stream of its own name, so that adding one of them
 * shifts nobody else's draws, and two runs that differ in one thing can be compared draw by draw.
 */
export function streamOf(seed: number, name: string): SeededRandom {
  const random = new SeededRandom(createHash("sha256").update(`${seed} ${name}`).digest().readInt32BE(0));
  // The generator's first numbers still resemble its seed and each other.
  for (let draw = 0; draw < WARM_UP_DRAWS; draw += 1) random.unit();
  return random;
}
