// SPDX-License-Identifier: MIT
import { Distribution } from "./Distribution.ts";
import type { RunSummary } from "./RunSummary.ts";
import type { BlockSight } from "./sights.ts";

const BPS = 10_000;
const DIGITS = 3;

/** How far shown prices are from the truth, block by block and feed by feed. */
export class PriceRecord {
  readonly #errors = new Distribution();
  readonly #ages = new Distribution();
  readonly #counts = { rounds: 0, quarantined: 0, divergent: 0 };

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#counts, ...this.#errors.memories, ...this.#ages.memories];
  }

  see({ feeds, relays }: BlockSight): void {
    for (const { price, truth, age } of feeds) {
      this.#errors.add((Math.abs(Number(price - truth)) * BPS) / Number(truth));
      this.#ages.add(age);
    }
    for (const { isUpgrade, quarantined, divergent } of relays) {
      if (!isUpgrade) this.#counts.rounds += 1;
      this.#counts.quarantined += quarantined.size;
      if (divergent.size > 0) this.#counts.divergent += 1;
    }
  }

  get summary(): RunSummary["price"] {
    const short = (value: number): number => Number(value.toFixed(DIGITS));
    return {
      errorBps: {
        mean: short(this.#errors.mean),
        p99: short(this.#errors.quantile(0.99)),
        max: short(this.#errors.max),
      },
      stalenessSeconds: { p99: this.#ages.quantile(0.99), max: this.#ages.max },
      ...this.#counts,
    };
  }
}
