// SPDX-License-Identifier: MIT
import type { World } from "../world/World.ts";

/** The parts of a world that are looked at. */
export type Seen = Pick<
  World,
  "scenario" | "truth" | "manners" | "chain" | "room" | "population" | "keyOf" | "watch" | "actors" | "time" | "driver"
>;
