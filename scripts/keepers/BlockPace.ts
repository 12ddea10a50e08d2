// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";

/** Before two blocks were seen, and at most: after a halt the next block is no halt later. Seconds. */
const USUAL = 12n;
const MOST = 60n;

/** Tells from the blocks a keeper looks at when the next one is to be expected. */
export class BlockPace {
  #seconds = USUAL;
  #last: Pick<BlockFacts, "number" | "timestamp"> | undefined;

  /** @returns Seconds from this block to the next, rounded up. */
  look({ number, timestamp }: Pick<BlockFacts, "number" | "timestamp">): bigint {
    const last = this.#last;
    if (last !== undefined && number > last.number && timestamp >= last.timestamp) {
      const blocks = number - last.number;
      const each = (timestamp - last.timestamp + blocks - 1n) / blocks;
      this.#seconds = each < MOST ? each : MOST;
    }
    this.#last = { number, timestamp };
    return this.#seconds;
  }
}
