// SPDX-License-Identifier: MIT
import { bookShape, requirementViewShape } from "../../../chain/clearingShapes.ts";
import type { Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Adversary } from "./Adversary.ts";
import type { LyingSeats } from "./LyingSeats.ts";
import type { GapBelief } from "./planSelfLiquidation.ts";
import { lies, planTrip } from "./planTrip.ts";
import { seeShorts } from "./seeShorts.ts";
import { SelfShort } from "./SelfShort.ts";

/** A third of the price within an expiry's life, one time in twenty. */
const BELIEF: GapBelief = { percent: 35n, chancePercent: 5n };
/** Less than what a deviation is slashed for. */
const PUSH_BPS = 450n;

/** Writes to himself, and trips the breaker with the keys of some validators when his book is about to be liquidated. */
export class BreakerTripper implements Adversary {
  readonly hand: Hand;
  readonly #markets: readonly MarketFacts[];
  readonly #seats: LyingSeats;
  #short: SelfShort | undefined;
  #isLying = false;
  #isOver = false;

  constructor(hand: Hand, markets: readonly MarketFacts[], seats: LyingSeats) {
    this.hand = hand;
    this.#markets = markets;
    this.#seats = seats;
  }

  /** Opens once where it pays, lies while it must, and comes back for the longs. @throws BallastError */
  async look(): Promise<void> {
    if (this.#isOver) return;
    const { timestamp } = await this.hand.head();
    if (this.#short === undefined) await this.#tryOpen(timestamp);
    else if (this.#short.expiry > timestamp) await this.#guard(this.#short, timestamp);
    else this.#isOver = await this.#short.collect();
  }

  async #tryOpen(timestamp: bigint): Promise<void> {
    for (const market of this.#markets) {
      const expiry = market.expiries.find((one) => one > timestamp);
      const sight = expiry === undefined ? undefined : await seeShorts(this.hand, market, expiry);
      if (sight === undefined || !sight.reading.opens) continue;
      const plan = planTrip({ ...sight, seats: this.#seats, pushBps: PUSH_BPS, crash: BELIEF });
      if (plan === undefined) continue;
      this.#short = await SelfShort.open(this.hand, { market, expiry: expiry! }, plan.leg, sight);
      if (this.#short !== undefined) return;
    }
  }

  /** Signs the price that is better for his book: where it is believed, that helps as well. */
  async #guard({ id, market, expiry, leg }: SelfShort, timestamp: bigint): Promise<void> {
    const asked = ["book", "requirement"].map((name) => ({ name, args: [id] }));
    const looked = await this.hand.look(asked, await this.hand.head());
    const [{ cash }, { maintenance }] = [bookShape.parse(looked[0]), requirementViewShape.parse(looked[1])];
    const book = { cash, maintenance: maintenance.amount, secondsLeft: expiry - timestamp };
    this.#isLying = lies(book, this.#isLying);
    const better = leg.isCall ? -PUSH_BPS : PUSH_BPS;
    this.#seats.push(market.scenario.feed, this.#isLying ? better : 0n);
  }
}
