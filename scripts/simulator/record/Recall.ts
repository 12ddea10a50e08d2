// SPDX-License-Identifier: MIT
import { BallastError } from "../../model/BallastError.ts";

/** Somebody who remembers something of the blocks that he saw. */
export interface Remembering {
  /** All of it as plain data, always in the same objects: each is set back when blocks are taken back. */
  readonly memories: readonly object[];
}

/** What was remembered after a block. */
interface Remembered {
  readonly number: number;
  readonly copies: readonly object[];
}

/**
 * Takes back what recorders and judges remember of blocks that are no more: what is counted and held against promises is the
 * chain that stays. Copies are only made while blocks can be taken back.
 */
export class Recall {
  readonly #memories: object[] = [];
  #kept: Remembered[] = [];

  add({ memories }: Remembering): void {
    this.#memories.push(...memories);
  }

  /** Keeps what is remembered after the block of that height. @param depth Most blocks that are taken back at once. */
  keep(number: number, depth: number): void {
    this.#kept.push({ number, copies: this.#memories.map((memory) => structuredClone(memory)) });
    if (this.#kept.length > depth) this.#kept.shift();
  }

  /** Everything is as it was after the block of that height. @throws BallastError `reorgTooDeep` where that was not kept. */
  goBack(number: number): void {
    const kept = this.#kept.find((one) => one.number === number);
    if (kept === undefined)
      throw new BallastError("reorgTooDeep", "What was known at that block was not kept", { context: { number } });
    for (const [index, memory] of this.#memories.entries()) Object.assign(memory, kept.copies[index]);
    this.#kept = this.#kept.filter((one) => one.number < number);
  }
}
