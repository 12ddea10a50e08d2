// SPDX-License-Identifier: MIT
import type { Duty } from "../keepers/Duty.ts";
import type { KeeperConfig } from "../keepers/KeeperConfig.ts";
import type { KeeperAccess } from "./openKeeper.ts";

/** The duties a configuration names, most urgent first. */
export function buildDuties(_config: KeeperConfig, _access: KeeperAccess): Duty[] {
  return [];
}
