// SPDX-License-Identifier: MIT
import type { IgnitionModule } from "@nomicfoundation/ignition-core";

import type { StandingContract } from "./runIgnition.ts";

/** Addresses of what a module returns, by the names that it returns it under. */
export function namedAddresses(
  { results }: IgnitionModule,
  standing: ReadonlyMap<string, StandingContract>,
): ReadonlyMap<string, string> {
  return new Map(Object.entries(results).map(([name, { id }]) => [name, standing.get(id)!.address]));
}
