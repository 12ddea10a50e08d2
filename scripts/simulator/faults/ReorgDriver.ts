// SPDX-License-Identifier: MIT
import { Transaction } from "ethers";
import type { JsonRpcProvider, TransactionResponse } from "ethers";
import { z } from "zod";

import { BallastError } from "../../model/BallastError.ts";

/** The other branch of a reorg. */
export interface Branch {
  /** Blocks of the old branch that go. */
  readonly depth: number;
  /** Blocks of the new one; one more than went unless said, as a longer branch wins. */
  readonly blocks?: number;
  /** Which transactions of the old branch and the pool come back; all unless said. The first block takes them. */
  readonly keep?: (hash: string) => boolean;
}

const snapshotShape = z.string();
/** Reorgs may go back this far. */
const RING = 128;

/**
 * Mines a local chain and takes blocks back. Before each block it takes a snapshot; going back to one loses what reached
 * the node's pool since, so transactions are sent again from their signatures. Each branch draws its own randomness,
 * else the same content would give the same block. All blocks must come from here: automatic mining is turned off.
 */
export class ReorgDriver {
  readonly #provider: JsonRpcProvider;
  #snapshots: string[] = [];
  #branches = 0;

  constructor(provider: JsonRpcProvider) {
    this.#provider = provider;
  }

  /** Takes over mining. */
  async begin(): Promise<void> {
    await this.#provider.send("evm_setAutomine", [false]);
  }

  /** Mines so many blocks with what is in the pool. */
  async mine(blocks = 1): Promise<void> {
    for (let block = 0; block < blocks; block++) {
      this.#snapshots.push(snapshotShape.parse(await this.#provider.send("evm_snapshot", [])));
      await this.#provider.send("evm_mine", []);
    }
    this.#snapshots = this.#snapshots.slice(-RING);
  }

  /** Takes `depth` blocks back and mines another branch. @throws BallastError `reorgTooDeep` beyond the blocks mined here. */
  async reorganize({ depth, blocks = depth + 1, keep = () => true }: Branch): Promise<void> {
    const snapshot = this.#snapshots.at(-depth);
    if (snapshot === undefined)
      throw new BallastError("reorgTooDeep", "No snapshot that old", {
        context: { depth, known: this.#snapshots.length },
      });
    const transactions = [...(await this.#mined(depth)), ...(await this.#waiting())];

    await this.#provider.send("evm_revert", [snapshot]);
    this.#snapshots = this.#snapshots.slice(0, -depth);
    this.#branches += 1;
    await this.#provider.send("hardhat_setPrevRandao", [`0x${this.#branches.toString(16).padStart(64, "0")}`]);
    // The pool is as it was at the snapshot: it may hold some of them again, also those that are not to come back.
    for (const { hash } of [...transactions, ...(await this.#waiting())])
      await this.#provider.send("hardhat_dropTransaction", [hash]).catch(() => undefined);
    for (const { hash, serialized } of transactions)
      if (keep(hash!)) await this.#provider.send("eth_sendRawTransaction", [serialized]);
    await this.mine(blocks);
  }

  async #mined(depth: number): Promise<Transaction[]> {
    const head = await this.#provider.getBlockNumber();
    const found: Transaction[] = [];
    for (let number = head - depth + 1; number <= head; number++) {
      const block = await this.#provider.getBlock(number, true);
      for (const transaction of block?.prefetchedTransactions ?? []) found.push(signed(transaction));
    }
    return found;
  }

  async #waiting(): Promise<Transaction[]> {
    const hashes = z
      .array(z.object({ hash: z.string() }))
      .parse(await this.#provider.send("eth_pendingTransactions", []));
    const found = await Promise.all(hashes.map(({ hash }) => this.#provider.getTransaction(hash)));
    return found.flatMap((transaction) => (transaction === null ? [] : signed(transaction)));
  }
}

/** A transaction with its signature, ready to send. */
function signed(transaction: TransactionResponse): Transaction {
  const { type, to, data, nonce, gasLimit, gasPrice, maxFeePerGas, maxPriorityFeePerGas, value, chainId, signature } =
    transaction;
  const fees = type === 2 ? { maxFeePerGas, maxPriorityFeePerGas } : { gasPrice };
  return Transaction.from({ type, to, data, nonce, gasLimit, value, chainId, signature, ...fees });
}
