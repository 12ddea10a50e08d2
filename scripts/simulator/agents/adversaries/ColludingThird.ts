// SPDX-License-Identifier: MIT
import type { Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Adversary } from "./Adversary.ts";
import type { LyingSeats } from "./LyingSeats.ts";
import { planCollusion } from "./planCollusion.ts";
import type { Seller } from "./Seller.ts";

/** Prices are averaged over half an hour before an expiry; he looks only now and then. */
const LIE_SECONDS = 2_400n;
/** What expires sooner leaves no time for all of it. */
const LEAST_SECONDS = 3_000n;

/** How far honest prices of a feed lie apart, bps, rounded up. */
export type SeeSpread = (feed: string) => Promise<bigint>;

/** Sells options to those who buy them, and signs with the keys of some validators what they are settled at. */
export class ColludingThird implements Adversary {
  readonly #seller: Seller;
  readonly #markets: readonly MarketFacts[];
  readonly #seats: LyingSeats;
  readonly #seeSpread: SeeSpread;
  /** How far off he signs when it is time. */
  #pushBps = 0n;

  constructor(seller: Seller, markets: readonly MarketFacts[], seats: LyingSeats, seeSpread: SeeSpread) {
    this.#seller = seller;
    this.#markets = markets;
    this.#seats = seats;
    this.#seeSpread = seeSpread;
  }

  get hand(): Hand {
    return this.#seller.hand;
  }

  /** Sells once where it pays; lies before the expiry; takes home what is left after it. @throws BallastError */
  async look(): Promise<void> {
    const seller = this.#seller;
    const { timestamp } = await this.hand.head();
    const { book } = seller;
    if (book !== undefined) {
      const isLying = timestamp >= book.expiry - LIE_SECONDS && timestamp < book.expiry;
      this.#seats.push(book.market.scenario.feed, isLying ? this.#pushBps : 0n);
      if (timestamp >= book.expiry) await seller.leave(book);
      return;
    }
    for (const market of this.#markets) {
      const expiry = market.expiries.find((one) => one > timestamp + LEAST_SECONDS);
      const sight = expiry === undefined ? undefined : await seller.see(market, expiry);
      if (sight === undefined || !sight.reading.opens) continue;
      const spreadBps = await this.#seeSpread(market.scenario.feed);
      const plan = planCollusion({ ...sight, seats: this.#seats, spreadBps });
      if (plan === undefined) continue;
      this.#pushBps = plan.pushBps;
      return seller.sell(market, expiry!, plan, sight);
    }
  }
}
