// SPDX-License-Identifier: MIT
import { FetchRequest, isError, JsonRpcProvider, Network } from "ethers";
import { z } from "zod";

import { BallastError } from "../model/BallastError.ts";
import type { Fees } from "../model/decideBump.ts";

/** What programs need of a block; times in seconds. */
export interface BlockFacts {
  readonly number: bigint;
  readonly hash: string;
  readonly timestamp: bigint;
}

/** A call that changes nothing. */
export interface ChainCall {
  readonly to: string;
  readonly data: string;
  readonly from?: string;
}

/** An event as the chain keeps it. */
export interface ChainLog {
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: bigint;
}

/** Where a transaction ended. */
export interface ReceiptFacts {
  readonly hash: string;
  readonly succeeded: boolean;
  readonly gasUsed: bigint;
}

const quantityShape = z
  .string()
  .regex(/^0x[0-9a-f]{1,64}$/i)
  .transform(BigInt);
const blockShape = z.object({ number: quantityShape, hash: z.string(), timestamp: quantityShape }).nullable();
const feeBlockShape = z.object({ baseFeePerGas: quantityShape.default(0n) });
const logShape = z.object({ topics: z.array(z.string()), data: z.string(), blockNumber: quantityShape });
const receiptShape = z.object({ status: quantityShape, gasUsed: quantityShape }).nullable();

/** Thin client of one JSON-RPC endpoint: no batching, no cache, no guessing of the network, a deadline on every call. */
export class ChainClient {
  readonly chainId: bigint;
  readonly #provider: JsonRpcProvider;

  constructor(rpcUrl: string, chainId: bigint, timeoutMs: number = 5_000) {
    const request = new FetchRequest(rpcUrl);
    request.timeout = timeoutMs;
    const network = Network.from(chainId);
    this.chainId = chainId;
    this.#provider = new JsonRpcProvider(request, network, {
      batchMaxCount: 1,
      cacheTimeout: -1,
      staticNetwork: network,
    });
  }

  /** @throws BallastError `chainMismatch` when the endpoint serves another chain. */
  async verify(): Promise<void> {
    const found = await this.#send("eth_chainId", [], quantityShape);
    if (found !== this.chainId) {
      throw new BallastError("chainMismatch", `Endpoint serves chain ${found}`, {
        context: { found, expected: this.chainId },
      });
    }
  }

  async head(): Promise<BlockFacts> {
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
    return this.#send("eth_call", [call, "pending"], z.string());
  }

  estimateGas(call: ChainCall): Promise<bigint> {
    return this.#send("eth_estimateGas", [call, "pending"], quantityShape);
  }

  logs(
    address: string,
    topics: readonly (string | readonly string[] | null)[],
    fromBlock: bigint,
  ): Promise<ChainLog[]> {
    const filter = { address, topics, fromBlock: quantity(fromBlock), toBlock: "latest" };
    return this.#send("eth_getLogs", [filter], z.array(logShape));
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

  broadcast(raw: string): Promise<string> {
    return this.#send("eth_sendRawTransaction", [raw], z.string());
  }

  async receipt(hash: string): Promise<ReceiptFacts | undefined> {
    const found = await this.#send("eth_getTransactionReceipt", [hash], receiptShape);
    return found === null ? undefined : { hash, succeeded: found.status === 1n, gasUsed: found.gasUsed };
  }

  close(): void {
    this.#provider.destroy();
  }

  async #block(method: string, selector: string): Promise<BlockFacts | undefined> {
    return (await this.#send(method, [selector, false], blockShape)) ?? undefined;
  }

  async #send<Shape extends z.ZodType>(method: string, parameters: unknown[], shape: Shape): Promise<z.output<Shape>> {
    let answer: unknown;
    try {
      answer = await this.#provider.send(method, parameters);
    } catch (cause) {
      throw classify(method, cause);
    }
    const parsed = shape.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new BallastError("rpcMalformed", `${method} answered something else`, {
      context: { method },
      cause: parsed.error,
      retriable: true,
    });
  }
}

/** Tells an answer of the node from a failure to reach it. */
function classify(method: string, cause: unknown): BallastError {
  const data = revertData(cause);
  if (data !== undefined)
    return new BallastError("callReverted", "The chain refused the call", { context: { method, data }, cause });
  if (isError(cause, "CALL_EXCEPTION"))
    return new BallastError("callReverted", "The chain refused the call", { context: { method, data: "0x" }, cause });
  // The node's own answer is beside the error, or below it where the library knows what the answer means.
  const answered = (field(cause, "error") ?? field(field(cause, "info"), "error")) !== undefined;
  const code = answered ? "rpcRefused" : "rpcUnreachable";
  return new BallastError(code, `${method} failed`, {
    context: { method, reason: reasonOf(cause) },
    cause,
    retriable: true,
  });
}

function reasonOf(cause: unknown): string {
  const inner = field(cause, "error") ?? field(field(cause, "info"), "error");
  const message = field(inner, "message") ?? field(cause, "message");
  return (typeof message === "string" ? message : String(cause)).slice(0, 300);
}

/** Revert data wherever the node or the library put it. */
function revertData(cause: unknown): string | undefined {
  let level: unknown = cause;
  for (let depth = 0; depth < 5 && level !== undefined; depth++) {
    const data = field(level, "data");
    if (typeof data === "string" && /^0x([0-9a-f]{2})*$/i.test(data)) return data;
    level = field(level, "error") ?? field(level, "info") ?? data;
  }
  return undefined;
}

/** A property of something of unknown shape. */
function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && name in value
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
}

function quantity(value: bigint): string {
  return `0x${value.toString(16)}`;
}
