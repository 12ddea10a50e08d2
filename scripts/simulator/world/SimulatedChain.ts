// SPDX-License-Identifier: MIT
import { network } from "hardhat";
import { z } from "zod";

import { CallLine } from "./CallLine.ts";
import { never } from "./Incarnation.ts";
import { RequestLine } from "./RequestLine.ts";
import { SteadyBlocks } from "./SteadyBlocks.ts";

/** What the chain is to be. */
export interface ChainSettings {
  readonly kind: "l1" | "op";
  /** Time of the first block, seconds. */
  readonly startSeconds: bigint;
}

/** A chain's answer as JSON text: what stands behind "result" or "error". */
export type AnswerText = { readonly result: string } | { readonly error: string };

const quantity = z.string().transform(BigInt);
const blockShape = z.object({ number: quantity, timestamp: quantity, hash: z.string(), baseFeePerGas: quantity });

/** Newest block. */
export type NewestBlock = z.output<typeof blockShape>;

/** Questions whose answers hold until the next block, or the next transaction in the pool where they name what is pending. */
const REPEATABLE = new Set([
  "eth_blockNumber",
  "eth_call",
  "eth_chainId",
  "eth_estimateGas",
  "eth_getBalance",
  "eth_getBlockByHash",
  "eth_getBlockByNumber",
  "eth_getCode",
  "eth_getLogs",
  "eth_getStorageAt",
  "eth_getTransactionByHash",
  "eth_getTransactionCount",
  "eth_getTransactionReceipt",
  "eth_maxPriorityFeePerGas",
]);

/** What the driver says of the block that comes next: nothing of the newest one changes. */
const OF_NEXT_BLOCK = new Set(["evm_setNextBlockTimestamp", "hardhat_setNextBlockBaseFeePerGas"]);

/** The same rules on a rollup as the main chain has: those the contracts are compiled for. */
const ROLLUP_RULES = "isthmus";
const BLOCK_METHODS = new Set(["eth_getBlockByNumber", "eth_getBlockByHash"]);
const KEPT_BLOCKS = 2_048;

/**
 * A real chain, in this process or behind HTTP. It mines only when told. Equal questions at the same block are put to it once, however
 * many actors ask: the answers are the chain's all the same.
 */
export class SimulatedChain {
  readonly connection: Awaited<ReturnType<typeof network.create>>;
  readonly line: RequestLine;
  readonly chainId = 31_337n;
  readonly #calls: CallLine;
  readonly #known = new Map<string, Promise<AnswerText>>();
  readonly #knownPending = new Map<string, Promise<AnswerText>>();
  #alone: Promise<unknown> | undefined;
  /** Blocks by height or hash, which only a reorg changes. */
  readonly #knownBlocks = new Map<string, Promise<AnswerText>>();

  readonly #steady: SteadyBlocks;

  private constructor(connection: SimulatedChain["connection"], startSeconds: number, onLost?: () => void) {
    this.connection = connection;
    this.#steady = new SteadyBlocks(connection, startSeconds);
    this.line = new RequestLine(async (method, params) => {
      try {
        return await connection.provider.request({ method, params: [...params] });
      } catch (error) {
        if (onLost === undefined || refusalShape.safeParse(error).success) throw error;
        onLost();
        return never(); // nobody who asked could do anything about it
      }
    });
    this.#calls = new CallLine(this.line);
  }

  static async start({ kind, startSeconds }: ChainSettings): Promise<SimulatedChain> {
    const connection = await network.create({
      network: "default",
      chainType: kind,
      override: {
        initialDate: new Date(Number(startSeconds) * 1000),
        loggingEnabled: false,
        ...(kind === "op" && { hardfork: ROLLUP_RULES }),
      },
    });
    return new SimulatedChain(connection, Number(startSeconds));
  }

  /**
   * A chain in a process of its own, whose newest block is at `startSeconds`.
   * @param onLost Called when it cannot be reached; what was asked of it then is never answered.
   */
  static async over(url: string, startSeconds: bigint, onLost: () => void): Promise<SimulatedChain> {
    const connection = await network.create({ network: "local", override: { url } });
    return new SimulatedChain(connection, Number(startSeconds), onLost);
  }

  /** The chain's own answer to its driver; changes what is known when it changes the chain. */
  async drive<Shape extends z.ZodType>(
    shape: Shape,
    method: string,
    ...params: readonly unknown[]
  ): Promise<z.output<Shape>> {
    try {
      return shape.parse(await this.line.request(method, params));
    } finally {
      if (OF_NEXT_BLOCK.has(method)) this.#knownPending.clear();
      else this.#forget();
    }
  }

  /**
   * Lets nobody who asks through {@link answer} be answered before that is done: many steps of the driver that are one for all
   * others. Who is part of it asks the chain itself.
   */
  async alone<Value>(work: () => Promise<Value>): Promise<Value> {
    const done = work();
    this.#alone = done;
    try {
      return await done;
    } finally {
      this.#alone = undefined;
    }
  }

  /** From now on blocks come only when they are driven. */
  async takeOver(): Promise<void> {
    this.#steady.end();
    await this.drive(z.unknown(), "evm_setAutomine", false);
  }

  /** Newest block. */
  async newest(): Promise<NewestBlock> {
    return blockShape.parse(await this.line.request("eth_getBlockByNumber", ["latest", false]));
  }

  /**
   * Answers as a node does.
   * @param parameters JSON text of the list of parameters, by which equal questions are known.
   */
  answer(method: string, parameters: string): Promise<AnswerText> {
    return this.#alone === undefined
      ? this.#answer(method, parameters)
      : this.#alone.then(() => this.#answer(method, parameters));
  }

  #answer(method: string, parameters: string): Promise<AnswerText> {
    if (!REPEATABLE.has(method)) return this.#ask(method, parameters);
    const known = this.#knownFor(method, parameters);
    const key = `${method} ${parameters}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const answer = this.#ask(method, parameters);
    known.set(key, answer);
    if (known === this.#knownBlocks) this.#boundBlocks(key, answer);
    return answer;
  }

  /** Everything that was known is asked again: the chain has been set back. */
  forgetAll(): void {
    this.#forget();
    this.#knownBlocks.clear();
  }

  #knownFor(method: string, parameters: string): Map<string, Promise<AnswerText>> {
    if (BLOCK_METHODS.has(method) && parameters.startsWith('["0x')) return this.#knownBlocks;
    return parameters.includes('"pending"') || method === "eth_getTransactionByHash" ? this.#knownPending : this.#known;
  }

  /** A block that is not there yet may come. */
  #boundBlocks(key: string, answer: Promise<AnswerText>): void {
    void answer.then((given) => {
      if (!("result" in given) || given.result === "null") this.#knownBlocks.delete(key);
    });
    if (this.#knownBlocks.size > KEPT_BLOCKS) this.#knownBlocks.delete(this.#knownBlocks.keys().next().value!);
  }

  async #ask(method: string, parameters: string): Promise<AnswerText> {
    try {
      const given = JSON.parse(parameters) as unknown[];
      const view = method === "eth_call" ? viewShape.safeParse(given).data : undefined;
      const result = await (view === undefined
        ? this.line.request(method, given)
        : this.#calls.ask(view[0], JSON.stringify(view[1])));
      return { result: JSON.stringify(result) };
    } catch (error) {
      return { error: JSON.stringify(rpcErrorOf(error)) };
    } finally {
      if (method === "eth_sendRawTransaction") this.#knownPending.clear();
    }
  }

  async close(): Promise<void> {
    this.#steady.end();
    await this.connection.close();
  }

  #forget(): void {
    this.#known.clear();
    this.#knownPending.clear();
  }
}

/** A call that nobody in particular makes. */
const viewShape = z.tuple([z.strictObject({ to: z.string(), data: z.string() }), z.unknown()]);
/** What the node itself says no with. */
const refusalShape = z.object({ code: z.number() });
const errorShape = z.object({ code: z.number().default(-32_000), message: z.string(), data: z.unknown().optional() });

const revertShape = z.object({ data: z.string() });

/** The error as it would stand in an answer over HTTP. */
function rpcErrorOf(error: unknown): object {
  const parsed = errorShape.safeParse(error);
  if (!parsed.success) throw error;
  const { code, message, data } = parsed.data;
  const given = revertShape.safeParse(data);
  return { code, message, ...(data !== undefined && { data: given.success ? given.data.data : data }) };
}
