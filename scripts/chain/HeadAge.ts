// SPDX-License-Identifier: MIT
import { Gauge } from "prom-client";
import type { Registry } from "prom-client";

import type { BlockFacts } from "./chainFacts.ts";

/**
 * How old the newest block is that a program acts on. A program whose endpoints lag, or whose chain stands, goes on as
 * well as it can, but is not ready: somebody should look. Programs show it each newest block they read.
 */
export class HeadAge {
  readonly #maximumMs: bigint;
  readonly #timestamp: Gauge;
  #headMs: bigint | undefined;

  /** @param maximumMs Age above which a head is old. */
  constructor(registry: Registry, maximumMs: number) {
    this.#maximumMs = BigInt(maximumMs);
    this.#timestamp = new Gauge({
      name: "ballast_head_timestamp",
      help: "Time of the newest block the program acts on, seconds",
      registers: [registry],
    });
  }

  /** Notes the newest block; a later one may be older, after a reorg or at another endpoint. */
  see({ timestamp }: Pick<BlockFacts, "timestamp">): void {
    this.#headMs = timestamp * 1000n;
    this.#timestamp.set(Number(timestamp));
  }

  /** Whether a block was seen and is not too old at `nowMs`. */
  isFresh(nowMs: bigint): boolean {
    return this.#headMs !== undefined && nowMs - this.#headMs <= this.#maximumMs;
  }
}
