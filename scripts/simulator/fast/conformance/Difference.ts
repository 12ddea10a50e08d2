// SPDX-License-Identifier: MIT
/** Where the fast tier and the chain do not say the same. */
export interface Difference {
  readonly block: number;
  /** Newest round then. */
  readonly round: number;
  /** Such as `book 0x… maintenance`. */
  readonly what: string;
  readonly chain: string;
  readonly fast: string;
}

/** One line for each, for a test or a terminal. */
export function listDifferences(differences: readonly Difference[], most = 20): string {
  const lines = differences
    .slice(0, most)
    .map(({ block, round, what, chain, fast }) => `block ${block}, round ${round}: ${what}: ${chain}, fast ${fast}`);
  const left = differences.length - lines.length;
  return [...lines, ...(left > 0 ? [`and ${left} more`] : [])].join("\n");
}
