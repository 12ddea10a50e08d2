// SPDX-License-Identifier: MIT
import { programsStay } from "../invariants/w1Programs.ts";
import { nearTruth } from "../invariants/w2Truth.ts";
import { returnersSign } from "../invariants/w3Returns.ts";
import { playWorld } from "../run/playScenario.ts";
import type { PlayedRun, PlayOptions } from "../run/playScenario.ts";
import type { World } from "../world/World.ts";
import type { Wire } from "./Wire.ts";

/**
 * Plays the scenario of a world on the wire. It is judged as any run, and by what only processes can break.
 * @throws BallastError `chainLost`.
 */
export function playOnWire(
  wire: Pick<Wire, "fallen" | "orLost">,
  world: World,
  options: Omit<PlayOptions, "log">,
): Promise<PlayedRun> {
  const also = [programsStay(() => wire.fallen), nearTruth(world.truth), returnersSign()];
  return wire.orLost(playWorld(world, options, also));
}
