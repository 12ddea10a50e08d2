// SPDX-License-Identifier: MIT
/** Names of modes by their number. */
export const MODES = ["Normal", "Cautious", "Recovery", "ReduceOnly", "Halted"] as const;

/** Name of a mode; a number that is none is the strictest. */
export function modeName(mode: bigint): (typeof MODES)[number] {
  return MODES[Number(mode)] ?? "Halted";
}
