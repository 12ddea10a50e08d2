// SPDX-License-Identifier: MIT
import type { Interface } from "ethers";
import { keccak256 } from "ethers";

import { decodeAnswer, encodeCall } from "../../chain/abiText.ts";
import type { AgreedChain } from "../../chain/AgreedChain.ts";
import { broadcastTransaction } from "../../chain/broadcastTransaction.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";
import type { ChainClient } from "../../chain/ChainClient.ts";
import { clearingInterface } from "../../chain/clearingInterface.ts";
import { explainRefusal } from "../../chain/explainRefusal.ts";
import { openChain } from "../../chain/openChain.ts";
import { plainValues } from "../../chain/plainValues.ts";
import type { Signer } from "../../chain/Signer.ts";
import { BallastError } from "../../model/BallastError.ts";
import type { World } from "../world/World.ts";
import { hostUrl } from "../world/SimulatedNetwork.ts";
import type { Attempt, RunNotes } from "../record/RunNotes.ts";

/** A function of a contract and what it is given. */
export interface Call {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A transaction that somebody wants. */
export interface Deed {
  /** What it counts as; undefined where nobody counts it. */
  readonly kind: Attempt["kind"] | undefined;
  /** What it is called where it succeeds. */
  readonly what: string;
  readonly to: string;
  readonly code: Interface;
  /** One after the other, all or nothing. */
  readonly calls: readonly Call[];
  /** From this second on, as the chain counts, he does not want it any more; seconds of unix time. */
  readonly until?: bigint;
}

/** `refused`: the contract says no. `lost`: it is in no block yet, or too late. */
export type DeedOutcome = "done" | "refused" | "lost";

/** What somebody without a program needs of the world. */
export type HandGround = Pick<World, "scenario" | "network" | "time" | "population" | "chain" | "room" | "keyOf">;

const GAS_LIMIT = 3_000_000n;
/** Agents care more to be in the next block than what it costs. */
const FEE_FACTOR = 8n;
/** A block's time is waited for so often. */
const PATIENCE_BLOCKS = 6;
const MILLISECONDS = 1_000;

/** An account of somebody who acts by himself: he sees the chain through his endpoints and signs with his own key. */
export class Hand {
  readonly name: string;
  readonly signer: Signer;
  readonly #ground: HandGround;
  readonly #tell: RunNotes["attempt"];
  readonly #chain: ChainClient;
  readonly #agreed: AgreedChain;
  readonly #house: string;
  /** Nonce of the last transaction, and how often one was sent with it. */
  #last = { nonce: -1, times: 0 };

  constructor(name: string, ground: HandGround, tell: RunNotes["attempt"]) {
    this.name = name;
    this.signer = ground.keyOf(name);
    this.#ground = ground;
    this.#tell = tell;
    this.#house = ground.room.house.target as string;
    const parts = { transport: ground.network.transport(name), timer: ground.time.timer() };
    const { chain, agreed } = openChain(ground.population.endpoints.map(hostUrl), ground.chain.chainId, parts);
    this.#chain = chain;
    this.#agreed = agreed;
  }

  get address(): string {
    return this.signer.address;
  }

  /** Newest block that enough endpoints agree on. */
  head(): Promise<BlockFacts> {
    return this.#agreed.head();
  }

  /** What views of the Clearinghouse say after `block`, the first value of each, in one question. @throws BallastError */
  async look(calls: readonly Call[], block: BlockFacts): Promise<unknown[]> {
    const data = encodeAll(clearingInterface, calls);
    const answer = await this.#agreed.call({ to: this.#house, data }, block);
    const parts = (
      calls.length === 1 ? [answer] : decodeAnswer(clearingInterface, "multicall", answer)[0]
    ) as readonly string[];
    return calls.map(({ name }, index) => firstValue(clearingInterface, name, parts[index]!));
  }

  /** What a view of another contract says after `block`, its first value. @throws BallastError */
  async read({ to, code }: Pick<Deed, "to" | "code">, { name, args }: Call, block: BlockFacts): Promise<unknown> {
    const data = encodeCall(code, name, args);
    return firstValue(code, name, await this.#agreed.call({ to, data }, block));
  }

  /** A transaction to the Clearinghouse. */
  deed(kind: Deed["kind"], what: string, calls: readonly Call[]): Deed {
    return { kind, what, to: this.#house, code: clearingInterface, calls };
  }

  /**
   * Does it as far as it can be done: what the contract would refuse is not sent. The outcome is told.
   * @throws BallastError when the chain cannot be reached.
   */
  async act(deed: Deed): Promise<DeedOutcome> {
    const { to, what } = deed;
    const data = encodeAll(deed.code, deed.calls);
    const block = await this.#agreed.head();
    if (deed.until !== undefined && block.timestamp >= deed.until) return "lost";
    try {
      await this.#agreed.call({ from: this.address, to, data }, block);
    } catch (error) {
      const reason = refusalOf(error);
      if (reason === undefined) throw error;
      this.#note(deed, true, reason);
      return "refused";
    }
    const receipt = await this.#follow(await this.#send(to, data, block));
    if (receipt === undefined) return "lost";
    // What the chain would have done a block before and did not do any more was outrun, as by a price: no refusal.
    this.#note(deed, false, receipt.succeeded ? what : "outrun");
    return receipt.succeeded ? "done" : "lost";
  }

  async #send(to: string, data: string, block: BlockFacts): Promise<string> {
    const nonce = await this.#agreed.nonce(this.address, block);
    const { baseFeePerGas, market } = await this.#agreed.marketFees(block);
    this.#last = { nonce, times: nonce === this.#last.nonce ? this.#last.times + 1 : 0 };
    // One that is still waiting under the same number has to be outbid.
    const tip = market.maxPriorityFeePerGas << BigInt(this.#last.times);
    const maxFeePerGas = (baseFeePerGas * FEE_FACTOR + tip) << BigInt(this.#last.times);
    const raw = await this.signer.signTransaction({
      chainId: this.#ground.chain.chainId,
      nonce,
      to,
      data,
      gasLimit: GAS_LIMIT,
      maxFeePerGas,
      maxPriorityFeePerGas: tip,
    });
    await broadcastTransaction(this.#chain, raw);
    return keccak256(raw);
  }

  async #follow(hash: string): Promise<{ readonly succeeded: boolean } | undefined> {
    const { time, scenario } = this.#ground;
    for (let blocks = 0; blocks < PATIENCE_BLOCKS; blocks++) {
      await time.waitUntil(time.nowMs + scenario.chain.blockSeconds * MILLISECONDS);
      const receipt = await this.#agreed.receipt(hash);
      if (receipt !== undefined) return receipt;
    }
    return undefined;
  }

  #note({ kind }: Deed, refused: boolean, reason: string): void {
    if (kind === undefined) return;
    const seconds = this.#ground.time.elapsedSeconds;
    this.#tell({ actor: this.name, kind, refused, reason, seconds });
  }
}

function encodeAll(code: Interface, calls: readonly Call[]): string {
  const encoded = calls.map(({ name, args }) => encodeCall(code, name, args));
  return encoded.length === 1 ? encoded[0]! : encodeCall(code, "multicall", [encoded]);
}

/** What a view answers first, by the names it has there. */
function firstValue(code: Interface, name: string, answer: string): unknown {
  const { outputs } = code.getFunction(name)!;
  const values = decodeAnswer(code, name, answer).toArray();
  return Object.values(plainValues([outputs[0]!], values))[0];
}

/** Name of the contract's error; undefined where it was no contract that refused. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof BallastError) || error.code !== "callReverted") return undefined;
  const explained = explainRefusal(error) as BallastError;
  return typeof explained.context["error"] === "string" ? explained.context["error"] : "unknown";
}
