// SPDX-License-Identifier: MIT
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { Fees } from "../model/decideBump.ts";
import type { BlockFacts, ChainCall, ChainLog, ReceiptFacts } from "./chainFacts.ts";
import { isView, JoinedViews } from "./JoinedViews.ts";
import type { QuorumRpc } from "./QuorumRpc.ts";
import { blockShape, feeBlockShape, hexText, logsShape, quantity, quantityShape, receiptShape } from "./rpcShapes.ts";

/** The block that would come next. */
const PENDING = "pending";

/**
 * Reads of a chain by the first endpoint that answers, and broadcasts to all. No batching, no cache, no guessing of the
 * network. What decides about money or a key is read through AgreedChain.
 */
export class ChainClient {
  readonly chainId: bigint;
  readonly #rpc: QuorumRpc;
  readonly #views = new JoinedViews((call, selector: string) => this.#send("eth_call", [call, selector], hexText));

  constructor(rpc: QuorumRpc, chainId: bigint) {
    this.chainId = chainId;
    this.#rpc = rpc;
  }

  /** @throws BallastError `chainMismatch` when no endpoint serves this chain and one serves another. */
  async verify(): Promise<void> {
    await this.#send("eth_chainId", [], quantityShape);
  }

  /** Newest block of the first endpoint that does not lag; whether it does is looked at now and then. */
  async head(): Promise<BlockFacts> {
    if (this.#rpc.isComparisonDue()) await this.#compareHeads();
    const block = await this.#block("eth_getBlockByNumber", "latest");
    if (block === undefined) throw new BallastError("chainEmpty", "Endpoint knows no block", { retriable: true });
    return block;
  }

  block(number: bigint): Promise<BlockFacts | undefined> {
    return this.#block("eth_getBlockByNumber", quantity(number));
  }

  blockByHash(hash: string): Promise<BlockFacts | undefined> {
    return this.#block("eth_getBlockByHash", hash);
  }

  /** Answer of a call at the block that would come next. @throws BallastError `callReverted` with the revert data. */
  call(call: ChainCall): Promise<string> {
    return isView(call) ? this.#views.ask(call, PENDING, PENDING) : this.#send("eth_call", [call, PENDING], hexText);
  }

  estimateGas(call: ChainCall): Promise<bigint> {
    return this.#send("eth_estimateGas", [call, PENDING], quantityShape);
  }

  logs(
    address: string,
    topics: readonly (string | readonly string[] | null)[],
    fromBlock: bigint,
  ): Promise<ChainLog[]> {
    const filter = { address, topics, fromBlock: quantity(fromBlock), toBlock: "latest" };
    return this.#send("eth_getLogs", [filter], logsShape);
  }

  /** Transactions of `address` that are in blocks. */
  async nonce(address: string): Promise<number> {
    return Number(await this.#send("eth_getTransactionCount", [address, "latest"], quantityShape));
  }

  balance(address: string): Promise<bigint> {
    return this.#send("eth_getBalance", [address, "latest"], quantityShape);
  }

  /** Fees that get into one of the next blocks: twice the base fee plus the suggested tip. */
  async marketFees(): Promise<Fees> {
    const { baseFeePerGas } = await this.#send("eth_getBlockByNumber", ["latest", false], feeBlockShape);
    const maxPriorityFeePerGas = await this.#send("eth_maxPriorityFeePerGas", [], quantityShape);
    return { maxFeePerGas: 2n * baseFeePerGas + maxPriorityFeePerGas, maxPriorityFeePerGas };
  }

  /** @returns The hash, as soon as one endpoint has taken the transaction; all hear of it. */
  broadcast(raw: string): Promise<string> {
    return this.#rpc.tellAll({ method: "eth_sendRawTransaction", parameters: [raw], shape: hexText });
  }

  async receipt(hash: string): Promise<ReceiptFacts | undefined> {
    const found = await this.#send("eth_getTransactionReceipt", [hash], receiptShape);
    if (found === null) return undefined;
    const { status, gasUsed, blockNumber, blockHash } = found;
    return { hash, succeeded: status === 1n, gasUsed, blockNumber, blockHash };
  }

  close(): void {
    this.#rpc.close();
  }

  async #compareHeads(): Promise<void> {
    const request = { method: "eth_getBlockByNumber", parameters: ["latest", false], shape: blockShape };
    try {
      await this.#rpc.survey(request, (block) => block?.number);
    } catch (error) {
      // Fewer answer than can be compared: whoever does is good enough for a read.
      if (!(error instanceof BallastError)) throw error;
    }
  }

  async #block(method: string, selector: string): Promise<BlockFacts | undefined> {
    return (await this.#send(method, [selector, false], blockShape)) ?? undefined;
  }

  #send<Shape extends z.ZodType>(method: string, parameters: unknown[], shape: Shape): Promise<z.output<Shape>> {
    return this.#rpc.first({ method, parameters, shape });
  }
}
