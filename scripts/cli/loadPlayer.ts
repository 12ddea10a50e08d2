// SPDX-License-Identifier: MIT
import { fileURLToPath } from "node:url";

import type { playScenario } from "../simulator/run/playScenario.ts";

const CONFIG = fileURLToPath(new URL("../../hardhat.config.ts", import.meta.url));

/**
 * Loads what plays scenarios on a chain, which takes a second that nothing else needs. Hardhat looks for its configuration as
 * soon as it is loaded, from the folder that the program was started in: it is told which one is meant.
 */
export async function loadPlayer(): Promise<typeof playScenario> {
  process.env["HARDHAT_CONFIG"] = CONFIG;
  return (await import("../simulator/run/playScenario.ts")).playScenario;
}
