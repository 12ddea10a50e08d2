// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import type { AgreedChain } from "./AgreedChain.ts";
import type { BlockFacts, ChainCall, ChainLog } from "./chainFacts.ts";

/**
 * The chain up to one block that enough endpoints agree on, until the next look at it. Everything a turn reads is of that
 * block and nothing is one endpoint's word.
 */
export class ConfirmedChain {
  readonly #agreed: AgreedChain;
  #head: BlockFacts | undefined;

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
      this.#head = await this.#agreed.head();
      return this.#head;
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

  block(number: bigint): Promise<BlockFacts | undefined> {
    return this.#agreed.block(number);
  }

  /** Answer of a call on the state after the head. @throws BallastError `callReverted` with the revert data. */
  async call(call: ChainCall): Promise<string> {
    return this.#agreed.call(call, await this.head());
  }

  /** Events from `fromBlock` to the head. */
  async logs(
    address: string,
    topics: readonly (string | readonly string[] | null)[],
    fromBlock: bigint,
  ): Promise<ChainLog[]> {
    return this.#agreed.logs({ address, topics }, fromBlock, (await this.head()).number);
  }
}
