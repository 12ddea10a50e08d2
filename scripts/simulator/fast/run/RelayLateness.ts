// SPDX-License-Identifier: MIT
import type { SeededRandom } from "../../../chain/SeededRandom.ts";
import type { FaultDetails } from "../../scenario/faultTypes.ts";

/** How late the rounds of a slow network arrive: drawn once for each, in their order, whoever asks for them. */
export class RelayLateness {
  readonly #details: FaultDetails["net.delay"];
  readonly #random: SeededRandom;
  readonly #drawn: (number | undefined)[] = [];
  #first: number | undefined;

  constructor(details: FaultDetails["net.delay"], random: SeededRandom) {
    this.#details = details;
    this.#random = random;
  }

  /** Seconds, evenly around the median; undefined: it is lost. The first round that is asked for is where drawing begins. */
  of(round: number): number | undefined {
    this.#first ??= round;
    const place = Math.max(round - this.#first, 0);
    while (this.#drawn.length <= place) this.#drawn.push(this.#draw());
    return this.#drawn[place];
  }

  #draw(): number | undefined {
    const { medianSeconds, jitterSeconds, loss } = this.#details;
    const isLost = this.#random.unit() < loss;
    const delay = Math.max(medianSeconds + jitterSeconds * (2 * this.#random.unit() - 1), 0);
    return isLost ? undefined : delay;
  }
}
