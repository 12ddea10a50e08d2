// SPDX-License-Identifier: MIT
import { bookId } from "../../../model/clearing/ids.ts";
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import { fundingOf } from "../../../model/trading/fundingOf.ts";
import type { SignedQuote } from "../../../model/trading/quotes.ts";
import type { Buyer } from "../buying/Buyer.ts";
import type { Hand } from "../Hand.ts";
import { leaveExpired } from "../leaveExpired.ts";
import type { OwnBook } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Offer, SalePlan, SaleSight } from "./planSale.ts";
import { seeShorts } from "./seeShorts.ts";
import type { ShortsSight } from "./seeShorts.ts";

/** What buyers would pay him, beside what he sees anyway. */
export type SellingSight = ShortsSight & SaleSight;

const NOTHING = { cash: 0n, tips: 0n, state: 0n, legs: [] };
/** Prices move until he is in. */
const BUFFER_BPS = 300n;

/** Somebody who sells an option once, to whoever bids for it, and takes home what is left of it after its expiry. */
export class Seller {
  readonly hand: Hand;
  readonly #buyers: readonly Buyer[];
  #book: OwnBook | undefined;
  #isOver = false;

  constructor(hand: Hand, buyers: readonly Buyer[]) {
    this.hand = hand;
    this.#buyers = buyers;
  }

  /** What he sold into; undefined before. */
  get book(): OwnBook | undefined {
    return this.#book;
  }

  /** What he could sell in a market, and to what bids; undefined without a price. @throws BallastError */
  async see(market: MarketFacts, expiry: bigint): Promise<SellingSight | undefined> {
    const sight = await seeShorts(this.hand, market, expiry);
    if (sight === undefined) return undefined;
    const offers: Offer[] = [];
    for (const candidate of sight.candidates) {
      const bid = await this.#bidFor({ ...candidate, size: -SIZE_ONE }, market, expiry);
      if (bid !== undefined) offers.push({ ...candidate, premium: -bid.quote.premium });
    }
    return { ...sight, offers };
  }

  /** Sells what was planned, funded with no more than it takes. @throws BallastError */
  async sell(market: MarketFacts, expiry: bigint, plan: SalePlan, { offers }: SaleSight): Promise<void> {
    const { hand } = this;
    const leg = { strike: plan.strike, isCall: plan.isCall, size: -plan.size };
    const { margin } = offers.find(({ strike, isCall }) => strike === leg.strike && isCall === leg.isCall)!;
    const signed = await this.#bidFor(leg, market, expiry);
    if (signed === undefined) return;
    const required = (margin * plan.size) / SIZE_ONE;
    const { needed } = fundingOf(NOTHING, [leg], signed.quote.premium, required, market.quoted, BUFFER_BPS);
    const id = bookId(hand.address, market.number, expiry);
    const fill = { ...signed, takerOwner: hand.address, takerSubId: 0n, amount: plan.size };
    const calls = [
      ...(needed > 0n ? [{ name: "fund", args: [id, needed] }] : []),
      { name: "fillQuotes", args: [[fill]] },
    ];
    if ((await hand.act(hand.deed("open", "sell", calls))) === "done") this.#book = { id, market, expiry };
  }

  /** Once what he sold is over. @throws BallastError */
  async leave(book: OwnBook): Promise<void> {
    if (!this.#isOver) this.#isOver = await leaveExpired(this.hand, book);
  }

  #bidFor({ strike, isCall, size }: Leg, market: MarketFacts, expiry: bigint): Promise<SignedQuote | undefined> {
    const parts = { ratios: [{ strike, isCall, ratio: -1n }], size: -size, kept: [] };
    return this.#buyers[0]!.bid({ market, expiry, taker: this.hand.address, parts });
  }
}
