// SPDX-License-Identifier: MIT
import type { BlockSight, BookCopy } from "../record/sights.ts";
import { hasMoved } from "./Invariant.ts";
import type { Invariant } from "./Invariant.ts";
import { owedIn } from "./owedIn.ts";

/** No reorg is deeper. */
const KEPT_BLOCKS = 200;

/**
 * S12: nothing is applied twice, across reorgs, retries and restarts: a transaction is in one block, and what events add up to
 * is what the chain has, in total after every block and book by book in turn.
 */
export function appliedOnce(): Invariant {
  const memory = { blocks: new Map<string, number>() };
  return {
    id: "S12",
    memory,
    check(sight) {
      const again = repeated(sight, memory.blocks);
      if (again !== undefined) return again;
      if (hasMoved(sight)) {
        for (const { token, owed } of sight.tokens) {
          const sum = owedIn(sight.ledger, token);
          if (sum !== owed) return `events add up to ${sum} of ${token}, the chain owes ${owed}`;
        }
      }
      return differing(sight);
    },
  };
}

function repeated({ hashes, number }: BlockSight, blocks: Map<string, number>): string | undefined {
  for (const hash of hashes) {
    const before = blocks.get(hash);
    if (before !== undefined) return `transaction ${hash} is in blocks ${before} and ${number}`;
    blocks.set(hash, number);
  }
  for (const [hash, block] of blocks) {
    if (block >= number - KEPT_BLOCKS) break;
    blocks.delete(hash);
  }
  return undefined;
}

function differing({ sample, ledger }: BlockSight): string | undefined {
  if (sample === undefined) return undefined;
  const { id, book } = sample;
  const mirrored = ledger.books.get(id);
  if (mirrored !== undefined && textOf(mirrored) === textOf(book)) return undefined;
  return `book ${id} is ${textOf(book)} and by its events ${mirrored === undefined ? "nothing" : textOf(mirrored)}`;
}

function textOf({ cash, tips, status, legs }: BookCopy): string {
  return `${cash} ${tips} ${status} ${legs.map(({ strike, isCall, size }) => `${strike}${isCall ? "C" : "P"}${size}`).join(" ")}`;
}
