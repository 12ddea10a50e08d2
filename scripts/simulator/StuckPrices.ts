// SPDX-License-Identifier: MIT
import { BPS } from "../model/constants.ts";
import type { Prices } from "../model/types.ts";
import type { PriceSource } from "../validator/PriceSource.ts";

/** A liar's prices: what it saw first, multiplied by bps / 10,000, whatever the market does since. */
export class StuckPrices implements PriceSource {
  readonly #honest: PriceSource;
  readonly #scaleBps: bigint;
  #first: Prices | undefined;

  constructor(honest: PriceSource, scaleBps: bigint) {
    this.#honest = honest;
    this.#scaleBps = scaleBps;
  }

  async observe(nowMs: bigint): Promise<Prices> {
    this.#first ??= (await this.#honest.observe(nowMs)).map((price) => (price * this.#scaleBps) / BPS);
    return this.#first;
  }
}
