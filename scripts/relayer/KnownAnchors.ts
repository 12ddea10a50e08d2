// SPDX-License-Identifier: MIT
import type { ChainClient } from "../chain/ChainClient.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import { ANCHOR_BLOCKS } from "../model/constants.ts";
import type { SignedReport } from "../model/types.ts";

/**
 * Heights of anchors on the chain as the relayer's endpoint shows it. What was found once is not asked for again while the
 * chain only grows: a block stays where it is below those that follow it.
 */
export class KnownAnchors {
  readonly #chain: Pick<ChainClient, "block" | "blockByHash">;
  readonly #heights = new Map<string, bigint>();
  /** Not on the chain as it was at the last head. */
  readonly #absent = new Set<string>();
  #head: BlockFacts | undefined;

  constructor(chain: Pick<ChainClient, "block" | "blockByHash">) {
    this.#chain = chain;
  }

  /** Heights by hash of those anchors that the chain below `head` has. */
  async heightsOf(reports: readonly SignedReport[], head: BlockFacts): Promise<ReadonlyMap<string, bigint>> {
    this.#follow(head);
    for (const { anchorHash } of reports)
      if (!this.#heights.has(anchorHash) && !this.#absent.has(anchorHash)) await this.#find(anchorHash);
    return this.#heights;
  }

  /** The chain refused what rested on this: everything is looked for again. */
  forget(): void {
    this.#heights.clear();
    this.#absent.clear();
  }

  #follow(head: BlockFacts): void {
    if (head.hash === this.#head?.hash) return;
    if (head.parentHash !== this.#head?.hash) this.#heights.clear();
    this.#absent.clear(); // it may have come since
    this.#head = head;
    for (const [hash, height] of this.#heights) if (head.number - height >= ANCHOR_BLOCKS) this.#heights.delete(hash);
  }

  async #find(hash: string): Promise<void> {
    const block = await this.#chain.blockByHash(hash);
    // A node may know a block that is on no branch of its chain any more.
    const isThere = block !== undefined && (await this.#chain.block(block.number))?.hash === hash;
    if (isThere) this.#heights.set(hash, block.number);
    else this.#absent.add(hash);
  }
}
