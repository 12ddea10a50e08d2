// SPDX-License-Identifier: MIT
import { nearTruth } from "../invariants/w2Truth.ts";
import { programsStay } from "../invariants/w1Programs.ts";
import { returnersSign } from "../invariants/w3Returns.ts";
import { playWorld } from "../run/playScenario.ts";
import type { PlayedRun, PlayOptions } from "../run/playScenario.ts";
import type { World } from "../world/World.ts";
import type { Wire } from "./Wire.ts";

/** Plays the scenario of a world on the wire. It is judged as any run, and by what only processes can break. */
export function playOnWire(
  wire: Pick<Wire, "fallen">,
  world: World,
  options: Omit<PlayOptions, "log">,
): Promise<PlayedRun> {
  return playWorld(world, options, [programsStay(() => wire.fallen), nearTruth(world.truth), returnersSign()]);
}
