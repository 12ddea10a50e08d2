// SPDX-License-Identifier: MIT
import type { playScenario } from "../simulator/run/playScenario.ts";
import type { playOnWire } from "../simulator/wire/playOnWire.ts";
import type { Wire } from "../simulator/wire/Wire.ts";
import { useOwnHardhat } from "./useOwnHardhat.ts";

/** Loads what plays scenarios on a chain, which takes a second that nothing else needs. */
export async function loadPlayer(): Promise<typeof playScenario> {
  useOwnHardhat();
  return (await import("../simulator/run/playScenario.ts")).playScenario;
}

/** The same of what plays them with programs as processes. */
export async function loadWire(): Promise<{
  readonly Wire: typeof Wire;
  readonly playOnWire: typeof playOnWire;
}> {
  useOwnHardhat();
  return { ...(await import("../simulator/wire/Wire.ts")), ...(await import("../simulator/wire/playOnWire.ts")) };
}
