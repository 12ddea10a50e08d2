// SPDX-License-Identifier: MIT

/** Rows of the trigger table, in the order of their bits. */
const ROWS = [
  "average5m",
  "average30m",
  "average12h",
  "jump",
  "weight",
  "rung",
  "dispersion",
  "witness",
  "noWitness",
  "resume",
  "divergent",
  "impaired",
  "conflict",
  "new",
] as const;

/** Rows by name, joined by plus signs; empty when no bit is set. */
export function rowsOf(bits: bigint): string {
  return ROWS.filter((_, bit) => ((bits >> BigInt(bit)) & 1n) === 1n).join("+");
}
