// SPDX-License-Identifier: MIT
import { z } from "zod";

import type { Random } from "../../chain/Random.ts";
import { BallastError } from "../../model/BallastError.ts";
import { minedTransactions, takeOut, waitingTransactions } from "./poolTransactions.ts";
import type { SentTransaction } from "./poolTransactions.ts";
import type { SimulatedChain } from "./SimulatedChain.ts";

/** A place the chain can go back to: before a block was made. */
interface Place {
  readonly snapshot: string;
  /** Of the block that came then. */
  readonly timestamp: number;
  /** Of the one before. */
  readonly parentTimestamp: number;
}

/** What comes in place of the blocks that went. */
export interface OtherBranch {
  /** Time of the block both branches have. */
  readonly parentTimestamp: number;
  /** One for each block that went, oldest first: its time, and the transactions it may take. */
  readonly blocks: readonly { readonly timestamp: number; readonly transactions: readonly SentTransaction[] }[];
  /** What waits after them. */
  readonly waiting: readonly SentTransaction[];
}

const done = z.unknown();

/**
 * Places of the newest blocks, and the way to another branch. A transaction comes back in the place of the block it was in or
 * one block later, by lot of its sender, and within a block senders come in another order: nobody's is there before it was
 * sent. What was changed by hand, such as balances, goes with the blocks.
 */
export class Branches {
  readonly #chain: SimulatedChain;
  #depth = 0;
  #places: Place[] = [];
  #count = 0;

  constructor(chain: SimulatedChain) {
    this.#chain = chain;
  }

  get depth(): number {
    return this.#depth;
  }

  /** So many blocks are to be taken back at most, or more when that was said before. */
  keep(depth: number): void {
    this.#depth = Math.max(this.#depth, depth);
  }

  /** To be called before each block. */
  async remember(timestamp: number, parentTimestamp: number): Promise<void> {
    const snapshot = await this.#chain.drive(z.string(), "evm_snapshot");
    this.#places.push({ snapshot, timestamp, parentTimestamp });
    if (this.#places.length > this.#depth) this.#places.shift();
  }

  /** Takes the newest blocks back. The pool is empty afterwards. @throws BallastError `reorgTooDeep`. */
  async goBack(height: number, depth: number, random: Random): Promise<OtherBranch> {
    const places = this.#places.slice(-depth);
    if (places.length < depth)
      throw new BallastError("reorgTooDeep", "No block that old can be taken back", {
        context: { depth, known: places.length },
      });
    const mined: SentTransaction[][] = [];
    for (let number = height - depth + 1; number <= height; number++)
      mined.push(await minedTransactions(this.#chain, number));
    const waiting = await waitingTransactions(this.#chain);

    await this.#chain.drive(done, "evm_revert", places[0]!.snapshot);
    this.#chain.forgetAll();
    this.#places = this.#places.slice(0, -depth);
    this.#count += 1;
    // Else the same content would make the same blocks.
    const randao = `0x${this.#count.toString(16).padStart(64, "0")}`;
    await this.#chain.drive(done, "hardhat_setPrevRandao", randao);
    await takeOut(this.#chain, await waitingTransactions(this.#chain)); // it is as it was then
    const { blocks, late } = orderAnew(mined, random);
    return {
      parentTimestamp: places[0]!.parentTimestamp,
      blocks: places.map(({ timestamp }, index) => ({ timestamp, transactions: blocks[index]! })),
      waiting: [...late, ...waiting],
    };
  }
}

/** Other places for transactions of consecutive blocks; each sender's stay in their order. `late` come after the last. */
export function orderAnew(
  mined: readonly (readonly SentTransaction[])[],
  random: Random,
): { readonly blocks: SentTransaction[][]; readonly late: SentTransaction[] } {
  const senders = [...new Set(mined.flat().map(({ from }) => from))].sort();
  const lots = new Map(
    senders.map((from) => [from, { delay: Number(random.below(2n)), rank: random.below(2n ** 32n) }]),
  );
  const blocks: SentTransaction[][] = Array.from({ length: mined.length + 1 }, () => []);
  for (const [index, transactions] of mined.entries())
    for (const transaction of transactions) blocks[index + lots.get(transaction.from)!.delay]!.push(transaction);
  const ranked = blocks.map((transactions) =>
    transactions.toSorted((a, b) => Number(lots.get(a.from)!.rank - lots.get(b.from)!.rank) || a.nonce - b.nonce),
  );
  return { blocks: ranked.slice(0, -1), late: ranked.at(-1)! };
}
