// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../../chain/AgreedChain.ts";
import type { BlockFacts } from "../../chain/chainFacts.ts";

/** More than reports are young enough to be credited for. */
const MOST_ROUNDS = 256;

/**
 * Rounds that nobody relayed before later ones came: on a branch they never will be, so they are not asked for again. On
 * another branch they may be there; what is remembered goes with the branch it was seen on.
 */
export class SkippedRounds {
  readonly #chain: Pick<AgreedChain, "block">;
  readonly #rounds = new Set<bigint>();
  /** Block of the last look. */
  #seenAt: BlockFacts | undefined;

  constructor(chain: Pick<AgreedChain, "block">) {
    this.#chain = chain;
  }

  /** To be called at the beginning of a look at `head`. @throws BallastError when the chain cannot be read. */
  async look(head: BlockFacts): Promise<void> {
    if (this.#rounds.size > 0 && !(await this.#isBehind(head))) this.#rounds.clear();
    this.#seenAt = head;
  }

  has(round: bigint): boolean {
    return this.#rounds.has(round);
  }

  /** Remembers a round below the latest that was not there in the last look; of too many, the oldest goes. */
  add(round: bigint): void {
    this.#rounds.add(round);
    if (this.#rounds.size > MOST_ROUNDS) this.#rounds.delete(this.#rounds.values().next().value!);
  }

  /** Whether the block of the last look is `head` or an ancestor of it. */
  async #isBehind({ number, hash, parentHash }: BlockFacts): Promise<boolean> {
    const before = this.#seenAt;
    if (before === undefined || before.number > number) return false;
    if (before.number === number) return before.hash === hash;
    if (before.number + 1n === number) return before.hash === parentHash;
    return (await this.#chain.block(before.number))?.hash === before.hash;
  }
}
