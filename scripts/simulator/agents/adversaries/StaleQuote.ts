// SPDX-License-Identifier: MIT
import type { Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Adversary } from "./Adversary.ts";
import { planStaleQuote } from "./planStaleQuote.ts";
import type { Seller } from "./Seller.ts";
import type { SeeVenues } from "./watchVenues.ts";

/** Reads venues as validators do, and sells to buyers who still bid by the chain's price. */
export class StaleQuote implements Adversary {
  readonly #seller: Seller;
  readonly #markets: readonly MarketFacts[];
  readonly #seeVenues: SeeVenues;

  constructor(seller: Seller, markets: readonly MarketFacts[], seeVenues: SeeVenues) {
    this.#seller = seller;
    this.#markets = markets;
    this.#seeVenues = seeVenues;
  }

  get hand(): Hand {
    return this.#seller.hand;
  }

  /** Compares, sells once where it pays, and takes home what is left. @throws BallastError */
  async look(): Promise<void> {
    const seller = this.#seller;
    const { timestamp } = await this.hand.head();
    if (seller.book !== undefined) {
      if (seller.book.expiry <= timestamp) await seller.leave(seller.book);
      return;
    }
    const venues = await this.#seeVenues();
    for (const market of this.#markets) {
      const expiry = market.expiries.find((one) => one > timestamp);
      const sight = expiry === undefined ? undefined : await seller.see(market, expiry);
      if (sight === undefined) continue;
      const known = { opens: sight.reading.opens, venues: venues.get(market.scenario.feed) ?? 0n };
      const plan = planStaleQuote({ ...sight, ...known });
      if (plan !== undefined) return seller.sell(market, expiry!, plan, sight);
    }
  }
}
