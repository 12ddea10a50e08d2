// SPDX-License-Identifier: MIT
import type { Fault } from "../scenario/faultTypes.ts";
import { changePrice, FirstPrices } from "./changePrice.ts";

/** What a fault makes of the prices it is shown, while it lasts. Each name has a first price of its own. */
export class WrongPrices {
  readonly #fault: Fault<"venue.value" | "witness.value" | "oracle.value">;
  readonly #elapsedSeconds: () => number;
  readonly #first = new FirstPrices();

  /** @param elapsedSeconds Since the scenario's start. */
  constructor(fault: Fault<"venue.value" | "witness.value" | "oracle.value">, elapsedSeconds: () => number) {
    this.#fault = fault;
    this.#elapsedSeconds = elapsedSeconds;
  }

  /** USD, 8 decimals. */
  of(name: string, price: bigint): bigint {
    const seconds = this.#elapsedSeconds() - this.#fault.atSeconds;
    return changePrice(price, this.#fault.with, { seconds, first: this.#first.of(name, price) });
  }
}
