// SPDX-License-Identifier: MIT
/** Where nodes and libraries put what a contract reverted with, the likeliest first. */
const PLACES = ["data", "raw", "error", "info", "cause"] as const;
const DEEPEST = 8;
const BYTES = /^0x([0-9a-f]{2})*$/i;

/**
 * Revert data wherever a node or library put it: in an error of JSON-RPC, of ethers or of viem. `0x` is a revert without
 * data, undefined no revert that anybody can tell.
 */
export function revertData(given: unknown, depth = DEEPEST): string | undefined {
  if (typeof given === "string") return BYTES.test(given) ? given : undefined;
  if (typeof given !== "object" || given === null || depth === 0) return undefined;
  for (const place of PLACES) {
    const found = place in given ? revertData((given as Record<string, unknown>)[place], depth - 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
