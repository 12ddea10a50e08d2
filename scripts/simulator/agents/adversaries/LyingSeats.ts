// SPDX-License-Identifier: MIT
import { BPS } from "../../../model/constants.ts";
import type { Manners } from "../../world/Manners.ts";
import type { SeatShare } from "./planCollusion.ts";

/** Validators of a scenario, and those of them whose keys somebody holds. */
export interface SeatNames {
  readonly held: readonly string[];
  readonly all: readonly string[];
  /** In the order of their slots. */
  readonly feeds: readonly string[];
}

/** Validators that take for the prices what somebody tells them: the programs are as they are, he has their keys. */
export class LyingSeats implements SeatShare {
  readonly held: number;
  readonly all: number;
  /** Off the observed price, bps, by feed. */
  readonly #pushes = new Map<string, bigint>();

  constructor(manners: Pick<Manners, "prices">, { held, all, feeds }: SeatNames) {
    this.held = held.length;
    this.all = all.length;
    const below = manners.prices;
    manners.prices = (validator, observed) => {
      const prices = below(validator, observed);
      if (!held.includes(validator)) return prices;
      return prices.map((price, slot) => (price * (BPS + (this.#pushes.get(feeds[slot] ?? "") ?? 0n))) / BPS);
    };
  }

  /** From now on they sign a feed's price so far off, bps; 0 is the truth again. */
  push(feed: string, bps: bigint): void {
    this.#pushes.set(feed, bps);
  }
}
