// SPDX-License-Identifier: MIT
import { BPS } from "../model/constants.ts";
import type { Prices } from "../model/types.ts";
import type { PriceSource } from "../validator/PriceSource.ts";

/** A liar's prices: those of an honest source, multiplied by bps / 10,000. */
export class ScaledPrices implements PriceSource {
  readonly #honest: PriceSource;
  readonly #scaleBps: bigint;

  constructor(honest: PriceSource, scaleBps: bigint) {
    this.#honest = honest;
    this.#scaleBps = scaleBps;
  }

  async observe(nowMs: bigint): Promise<Prices> {
    return (await this.#honest.observe(nowMs)).map((price) => (price * this.#scaleBps) / BPS);
  }
}
