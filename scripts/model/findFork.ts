// SPDX-License-Identifier: MIT
/** A block as it is remembered. */
export interface KnownBlock {
  readonly number: bigint;
  readonly hash: string;
}

/** How remembered blocks relate to the chain as it is now. */
export type Fork =
  /** The newest remembered block that can be compared is still there. */
  | { readonly kind: "same" }
  /** Everything above `number` has gone; undefined when all that is remembered has. */
  | { readonly kind: "forked"; readonly number: bigint | undefined };

/**
 * Finds where the chain left what is remembered. `known` are consecutive blocks, oldest first; `hashAt` tells the chain's
 * hash at a height. A chain shares all blocks below one it shares, so the last shared one is found by halving.
 */
export async function findFork(
  known: readonly KnownBlock[],
  headNumber: bigint,
  hashAt: (number: bigint) => Promise<string | undefined>,
): Promise<Fork> {
  const comparable = known.filter(({ number }) => number <= headNumber);
  const newest = comparable.at(-1);
  if (newest === undefined || (await hashAt(newest.number)) === newest.hash) return { kind: "same" };

  let shared = -1;
  let gone = comparable.length - 1;
  while (gone - shared > 1) {
    const middle = Math.floor((shared + gone) / 2);
    const block = comparable[middle]!;
    if ((await hashAt(block.number)) === block.hash) shared = middle;
    else gone = middle;
  }
  return { kind: "forked", number: comparable[shared]?.number };
}
