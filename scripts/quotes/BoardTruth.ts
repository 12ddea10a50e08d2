// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { Clock } from "../chain/Clock.ts";
import type { QuoteBoard } from "./QuoteBoard.ts";

/**
 * Whether a board may be shown. Deadlines pass by the program's clock, chain or no chain; everything else is known up to the
 * newest block at which the board was confirmed, and nothing is shown once that block is old: what was filled or cancelled
 * since nobody here can know.
 */
export class BoardTruth {
  readonly #clock: Clock;
  readonly #board: QuoteBoard;
  readonly #maximumAgeMs: bigint;
  #confirmedMs: bigint;

  /**
   * @param startedMs When an empty board began, of which nothing could be wrong.
   * @param maximumAgeMs Age of the newest confirmed block above which nothing is shown.
   */
  constructor(clock: Clock, board: QuoteBoard, startedMs: bigint, maximumAgeMs: number) {
    this.#clock = clock;
    this.#board = board;
    this.#confirmedMs = startedMs;
    this.#maximumAgeMs = BigInt(maximumAgeMs);
  }

  /** Notes a block at which what is on the board was true. */
  confirm({ timestamp }: Pick<BlockFacts, "timestamp">): void {
    this.#confirmedMs = timestamp * 1000n;
  }

  /** Takes down what is over by now, and tells whether the rest may be shown. @throws BallastError when the clock does not answer. */
  async refresh(): Promise<boolean> {
    const nowMs = await this.#clock.now();
    this.#board.dropExpired(nowMs / 1000n);
    return nowMs - this.#confirmedMs <= this.#maximumAgeMs;
  }
}
