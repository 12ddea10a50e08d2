// SPDX-License-Identifier: MIT
import { fileURLToPath } from "node:url";

const CONFIG = fileURLToPath(new URL("../../hardhat.config.ts", import.meta.url));

/**
 * Hardhat looks for its configuration as soon as it is loaded, from the folder that the program was started in: it is told which
 * one is meant. To be called before anything is loaded that needs Hardhat.
 */
export function useOwnHardhat(): void {
  process.env["HARDHAT_CONFIG"] = CONFIG;
}
