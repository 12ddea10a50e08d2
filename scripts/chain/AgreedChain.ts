// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { Fees } from "../model/decideBump.ts";
import type { BlockFacts, ChainCall, ChainLog, LogFilter, ReceiptFacts } from "./chainFacts.ts";
import { isView, JoinedViews } from "./JoinedViews.ts";
import type { QuorumRpc } from "./QuorumRpc.ts";
import type { RpcRequest } from "./RpcEndpoint.ts";
import {
  blockShape,
  feeBlockShape,
  fullBlockShape,
  hexText,
  logsShape,
  quantity,
  quantityShape,
  receiptShape,
} from "./rpcShapes.ts";

/** Which block an action may rest on. */
export type Finality =
  | { readonly kind: "latest" }
  | { readonly kind: "depth"; readonly blocks: bigint }
  | { readonly kind: "tag"; readonly tag: "safe" | "finalized" };

/** A transaction in a block. */
export interface MinedTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string | null;
  readonly nonce: bigint;
  readonly input: string;
}

/** A block's base fee, and fees that get into one of the next. */
export interface MarketFees {
  readonly baseFeePerGas: bigint;
  readonly market: Fees;
}

/** Heights below the highest one that enough endpoints have, at which agreement is looked for. */
const HEIGHTS_TRIED = 3n;

/**
 * Reads that may trigger an action: each is the equal answer of enough endpoints, pinned at a block by its hash
 * wherever nodes allow it. Heights are exact and may fall; nothing is remembered.
 */
export class AgreedChain {
  readonly chainId: bigint;
  readonly #rpc: QuorumRpc;
  readonly #views = new JoinedViews((call, block: BlockFacts) => this.#call(call, block));

  constructor(rpc: QuorumRpc, chainId: bigint) {
    this.chainId = chainId;
    this.#rpc = rpc;
  }

  /**
   * The block an action of this finality may rest on: the highest that enough endpoints have, so that neither one that
   * is ahead nor one that lags decides. Where they are split over the newest block, the one below it counts.
   * @throws BallastError `rpcDisagreement` when they share none of the last three, `chainEmpty` on a chain too short.
   */
  async head(finality: Finality = { kind: "latest" }): Promise<BlockFacts> {
    const tag = finality.kind === "tag" ? finality.tag : "latest";
    const request = { method: "eth_getBlockByNumber", parameters: [tag, false], shape: blockShape };
    const first = finality.kind === "latest" ? await this.#firstShown(request) : undefined;
    if (first !== undefined) return first;
    const shown = await this.#rpc.survey(request, tag === "latest" ? (block) => block?.number : undefined);
    const highest = highestFirst(shown.flatMap((block) => block?.number ?? []))[this.#rpc.agreement - 1];
    if (highest === undefined)
      throw new BallastError("chainEmpty", `Too few endpoints know a ${tag} block`, {
        context: { tag },
        retriable: true,
      });
    if (finality.kind !== "depth") return this.#shared(shown, highest) ?? this.#newestShared(highest);
    if (highest < finality.blocks)
      throw new BallastError("chainEmpty", "The chain is shorter than the depth asked for", {
        context: { height: highest, depth: finality.blocks },
        retriable: true,
      });
    return this.#newestShared(highest - finality.blocks);
  }

  async block(number: bigint): Promise<BlockFacts | undefined> {
    return (await this.#agreed("eth_getBlockByNumber", [quantity(number), false], blockShape)) ?? undefined;
  }

  /** Transactions of a block by its hash; undefined when the block is not known (any more). */
  async transactions(hash: string): Promise<readonly MinedTransaction[] | undefined> {
    return (await this.#agreed("eth_getBlockByHash", [hash, true], fullBlockShape))?.transactions;
  }

  /** Answer of a call on the state after `block`. @throws BallastError `callReverted` with the revert data. */
  call(call: ChainCall, block: BlockFacts): Promise<string> {
    return isView(call) ? this.#views.ask(call, block, block.hash) : this.#call(call, block);
  }

  /** A word of storage after `block`: for what a contract keeps to itself. */
  async storage(address: string, slot: bigint, block: BlockFacts): Promise<bigint> {
    return BigInt(
      await this.#agreed("eth_getStorageAt", [address, quantity(slot), { blockHash: block.hash }], hexText),
    );
  }

  /** Transactions of `address` up to `block`. */
  async nonce(address: string, block: BlockFacts): Promise<number> {
    return Number(await this.#agreed("eth_getTransactionCount", [address, { blockHash: block.hash }], quantityShape));
  }

  /** Events in blocks `from` to `to`, both included. */
  logs(filter: LogFilter, from: bigint, to: bigint): Promise<ChainLog[]> {
    const range = { ...filter, fromBlock: quantity(from), toBlock: quantity(to) };
    return this.#agreed("eth_getLogs", [range], logsShape);
  }

  async receipt(hash: string): Promise<ReceiptFacts | undefined> {
    const found = await this.#agreed("eth_getTransactionReceipt", [hash], receiptShape);
    if (found === null) return undefined;
    const { status, gasUsed, blockNumber, blockHash } = found;
    return { hash, succeeded: status === 1n, gasUsed, blockNumber, blockHash };
  }

  /** Transactions of `address` with those that wait in pools: the most that enough endpoints know of. */
  async pendingNonce(address: string): Promise<number> {
    return Number(await this.#enoughShow("eth_getTransactionCount", [address, "pending"]));
  }

  /** Gas of a call after `block`: the most that enough endpoints ask for. @throws BallastError `callReverted`. */
  gas(call: ChainCall, block: BlockFacts): Promise<bigint> {
    return this.#enoughShow("eth_estimateGas", [call, quantity(block.number)]);
  }

  /** Base fee of `block`, and fees that get into one of the next: twice that plus the tip enough endpoints suggest. */
  async marketFees(block: BlockFacts): Promise<MarketFees> {
    const found = await this.#agreed("eth_getBlockByHash", [block.hash, false], feeBlockShape.nullable());
    if (found === null)
      throw new BallastError("chainMoved", "The block has gone", { context: { hash: block.hash }, retriable: true });
    const { baseFeePerGas } = found;
    const maxPriorityFeePerGas = await this.#enoughShow("eth_maxPriorityFeePerGas", []);
    const maxFeePerGas = 2n * baseFeePerGas + maxPriorityFeePerGas;
    return { baseFeePerGas, market: { maxFeePerGas, maxPriorityFeePerGas } };
  }

  #call(call: ChainCall, { hash }: BlockFacts): Promise<string> {
    return this.#agreed("eth_call", [call, { blockHash: hash }], hexText);
  }

  /**
   * The newest block where those who are asked first show the same: nobody else need be asked, since more than half of the
   * endpoints cannot be outvoted. Undefined where they differ, or where it is time to compare everybody's height.
   */
  async #firstShown(request: RpcRequest<typeof blockShape>): Promise<BlockFacts | undefined> {
    if (!this.#rpc.isMajority || this.#rpc.isComparisonDue()) return undefined;
    return (await this.#rpc.unanimous(request)) ?? undefined;
  }

  /** Where endpoints may honestly differ: the highest value that as many as must agree show or exceed. */
  async #enoughShow(method: string, parameters: unknown[]): Promise<bigint> {
    const shown = await this.#rpc.survey({ method, parameters, shape: quantityShape });
    return highestFirst(shown)[this.#rpc.agreement - 1]!;
  }

  /** The block at that height, where enough of those who were shown it were shown the same. */
  #shared(shown: readonly (BlockFacts | null)[], highest: bigint): BlockFacts | undefined {
    const there = shown.filter((block) => block !== null && block.number === highest) as readonly BlockFacts[];
    // A hash alone binds nothing here: a liar shows the right one with another time.
    return there.find((block) => there.filter((other) => isSame(block, other)).length >= this.#rpc.agreement);
  }

  async #newestShared(highest: bigint): Promise<BlockFacts> {
    for (let height = highest; height >= 0n && highest - height < HEIGHTS_TRIED; height--) {
      const block = await this.block(height).catch((error: unknown) => {
        if (error instanceof BallastError && error.code === "rpcDisagreement") return undefined;
        throw error;
      });
      if (block !== undefined) return block;
    }
    throw new BallastError("rpcDisagreement", "Endpoints share none of the newest blocks", {
      context: { highest },
      retriable: true,
    });
  }

  #agreed<Shape extends z.ZodType>(method: string, parameters: unknown[], shape: Shape): Promise<z.output<Shape>> {
    return this.#rpc.agreed({ method, parameters, shape });
  }
}

function isSame(a: BlockFacts, b: BlockFacts): boolean {
  return a.hash === b.hash && a.parentHash === b.parentHash && a.timestamp === b.timestamp;
}

function highestFirst(values: readonly bigint[]): bigint[] {
  return [...values].sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
}
