// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts, ChainCall, ChainLog } from "./chainFacts.ts";

/** Ancestors remembered: more than an anchor is ever looked for behind. */
const KEPT_BLOCKS = 512;

/**
 * The chain up to one block that enough endpoints agree on, until the next look at it. Everything a turn reads is of that
 * block and nothing is one endpoint's word. What was agreed on about the same block is not asked again, and neither are
 * ancestors that its parent hashes lead to: they are part of what was agreed on.
 */
export class ConfirmedChain {
  readonly #agreed: AgreedChain;
  #head: BlockFacts | undefined;
  /** The head and its ancestors by height, each the parent of the next. */
  readonly #ancestors = new Map<bigint, BlockFacts>();
  /** Answers on the state after the block of that hash. */
  #answers: { readonly hash: string; readonly of: Map<string, Promise<unknown>> } | undefined;

  constructor(agreed: AgreedChain) {
    this.#agreed = agreed;
  }

  /**
   * Looks for the newest block again, at the beginning of a turn.
   * @throws BallastError `headUnconfirmed` (retriable): too few endpoints show the same one.
   */
  async refresh(): Promise<BlockFacts> {
    this.#head = undefined;
    try {
      const head = await this.#agreed.head();
      this.#link(head);
      this.#head = head;
      return head;
    } catch (cause) {
      throw new BallastError("headUnconfirmed", "No second endpoint confirms the newest block", {
        cause,
        retriable: true,
      });
    }
  }

  /** The block of the last {@link refresh}. */
  async head(): Promise<BlockFacts> {
    return this.#head ?? this.refresh();
  }

  async block(number: bigint): Promise<BlockFacts | undefined> {
    const known = this.#head === undefined ? undefined : this.#ancestors.get(number);
    if (known !== undefined) return known;
    const block = await this.#agreed.block(number);
    if (block !== undefined && this.#ancestors.get(number + 1n)?.parentHash === block.hash)
      this.#ancestors.set(number, block);
    return block;
  }

  /** Answer of a call on the state after the head. @throws BallastError `callReverted` with the revert data. */
  async call(call: ChainCall): Promise<string> {
    const head = await this.head();
    return this.#once(head, `call ${call.from} ${call.to} ${call.data}`, () => this.#agreed.call(call, head));
  }

  /** Events from `fromBlock` to the head. */
  async logs(
    address: string,
    topics: readonly (string | readonly string[] | null)[],
    fromBlock: bigint,
  ): Promise<ChainLog[]> {
    const head = await this.head();
    const ask = (): Promise<ChainLog[]> => this.#agreed.logs({ address, topics }, fromBlock, head.number);
    return this.#once(head, `logs ${address} ${JSON.stringify(topics)} ${fromBlock}`, ask);
  }

  /** Forgets what is not on the head's branch, or what nobody has shown to be. */
  #link(head: BlockFacts): void {
    const isSame = this.#ancestors.get(head.number)?.hash === head.hash;
    if (!isSame && this.#ancestors.get(head.number - 1n)?.hash !== head.parentHash) this.#ancestors.clear();
    this.#ancestors.set(head.number, head);
    if (this.#ancestors.size <= KEPT_BLOCKS && !this.#ancestors.has(head.number + 1n)) return;
    for (const number of this.#ancestors.keys())
      if (number > head.number || number + BigInt(KEPT_BLOCKS) <= head.number) this.#ancestors.delete(number);
  }

  /** Answers that failed are asked for again. */
  #once<Value>({ hash }: BlockFacts, key: string, ask: () => Promise<Value>): Promise<Value> {
    if (this.#answers?.hash !== hash) this.#answers = { hash, of: new Map() };
    const { of } = this.#answers;
    const known = of.get(key) as Promise<Value> | undefined;
    if (known !== undefined) return known;
    const answer = ask();
    of.set(key, answer);
    answer.catch(() => of.delete(key));
    return answer;
  }
}
