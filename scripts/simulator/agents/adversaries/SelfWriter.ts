// SPDX-License-Identifier: MIT
import type { Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Adversary } from "./Adversary.ts";
import type { WalkAwayPlan } from "./planInterestCap.ts";
import { seeShorts } from "./seeShorts.ts";
import type { ShortsSight } from "./seeShorts.ts";
import { SelfShort } from "./SelfShort.ts";

/** What he would write against himself now; undefined while nothing pays. */
export type ChooseShort = (sight: ShortsSight, market: MarketFacts) => Promise<WalkAwayPlan | undefined>;

/** Writes to himself when it pays, once, and walks away from the side that loses: others pay what its book cannot. */
export class SelfWriter implements Adversary {
  readonly hand: Hand;
  readonly #markets: readonly MarketFacts[];
  readonly #choose: ChooseShort;
  #short: SelfShort | undefined;
  #isOver = false;

  constructor(hand: Hand, markets: readonly MarketFacts[], choose: ChooseShort) {
    this.hand = hand;
    this.#markets = markets;
    this.#choose = choose;
  }

  /** Waits for a price that pays, opens once, and comes back for the longs. @throws BallastError */
  async look(): Promise<void> {
    if (this.#isOver) return;
    const { timestamp } = await this.hand.head();
    if (this.#short !== undefined) {
      if (this.#short.expiry <= timestamp) this.#isOver = await this.#short.collect();
      return;
    }
    for (const market of this.#markets) {
      const expiry = market.expiries.find((one) => one > timestamp);
      if (expiry === undefined) continue;
      this.#short = await this.#tryOpen(market, expiry);
      if (this.#short !== undefined) return;
    }
  }

  async #tryOpen(market: MarketFacts, expiry: bigint): Promise<SelfShort | undefined> {
    const sight = await seeShorts(this.hand, market, expiry);
    const plan = sight && (await this.#choose(sight, market));
    return plan && SelfShort.open(this.hand, { market, expiry }, plan.leg, sight);
  }
}
