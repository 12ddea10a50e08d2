// SPDX-License-Identifier: MIT
import type { LocalRoom } from "./deployLocal.ts";

/** Addresses of the deployed contracts, as configurations name them. */
export function contractsOf(room: LocalRoom): Readonly<Record<string, string>> {
  return {
    clearinghouse: room.house.target as string,
    riskManager: room.risk.target as string,
    validatorRegistry: room.registry.target as string,
    slasher: room.slasher.target as string,
  };
}
