// SPDX-License-Identifier: MIT
import type { RunSummary } from "../record/RunSummary.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import type { FastParameters } from "./FastParameters.ts";
import { createWorld } from "./run/FastWorld.ts";
import { openBooks } from "./run/openBooks.ts";
import { playFast } from "./run/playFast.ts";
import { summarizeFast } from "./run/summarizeFast.ts";

/**
 * Plays a scenario in the fast tier: the protocol's own arithmetic without a chain, thousands of paths in minutes. Synchronous
 * and pure: the same scenario gives the same summary.
 * @param parameters Instead of the scenario's own, for whoever varies them.
 * @throws BallastError `faultNotModelled` or `parameterNotModelled` naming what only the chain tier can show.
 */
export function runFast(scenario: Scenario, parameters?: FastParameters): RunSummary {
  const world = createWorld(scenario, parameters);
  const openings = openBooks(world);
  const result = playFast(world);
  return summarizeFast(world, openings, result);
}
