// SPDX-License-Identifier: MIT
import { z } from "zod";

import { requirementViewShape } from "../../../chain/clearingShapes.ts";
import { bookId, seriesId } from "../../../model/clearing/ids.ts";
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import { fundingOf } from "../../../model/trading/fundingOf.ts";
import type { Hand } from "../Hand.ts";
import { leaveExpired } from "../leaveExpired.ts";
import type { OwnBook } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import { onGrid } from "../writing/planOpening.ts";
import { planInterestCap } from "./planInterestCap.ts";
import type { Candidate } from "./planInterestCap.ts";

/** Strikes he thinks about, percent of the price. */
const PERCENTS = [80n, 90n, 100n, 110n, 120n];
const PERCENT = 100n;
const PRICE_TO_STRIKE = 10_000n;
/** Of unreserved insurance, an expiry is paid at most so much. */
const INSURANCE_PARTS = 2n;
const NOTHING = { cash: 0n, tips: 0n, state: 0n, legs: [] };
const amountShape = z.bigint();
const previewShape = z.object({ opens: z.boolean(), fee: amountShape, required: amountShape, room: amountShape });
const marketShape = z.object({ insurance: amountShape, reserved: amountShape });

/**
 * Opens all that the caps of open interest let him, against himself, at a price that he expects to go back to where it was on
 * average, and walks away from the side that loses.
 */
export class InterestCap {
  readonly hand: Hand;
  readonly #markets: readonly MarketFacts[];
  #position: (OwnBook & { readonly leg: Leg }) | undefined;
  #isOver = false;

  constructor(hand: Hand, markets: readonly MarketFacts[]) {
    this.hand = hand;
    this.#markets = markets;
  }

  /** Waits for a price that pays, opens once, and comes back for the longs. @throws BallastError */
  async look(): Promise<void> {
    if (this.#isOver) return;
    if (this.#position !== undefined) return this.#collect(this.#position);
    const { timestamp } = await this.hand.head();
    for (const market of this.#markets) {
      const expiry = market.expiries.find((one) => one > timestamp);
      if (expiry !== undefined && (await this.#tryOpen(market, expiry))) return;
    }
  }

  async #tryOpen(market: MarketFacts, expiry: bigint): Promise<boolean> {
    const { hand } = this;
    const block = await hand.head();
    const id = bookId(hand.address, market.number, expiry);
    const [found, free, state] = await hand.look(
      [
        { name: "requirementOf", args: [market.number, expiry, []] },
        { name: "freeBalance", args: [hand.address, market.token] },
        { name: "marketState", args: [market.number] },
      ],
      block,
    );
    const { hasPrice, reading } = requirementViewShape.parse(found);
    if (!hasPrice) return false;
    const shorts = shortsAround(reading.price, market.quoted.strikeStep);
    const asked = shorts.map((leg) => ({ name: "previewMint", args: [id, [{ ...leg, size: SIZE_ONE }]] }));
    const previews = (await hand.look(asked, block)).map((one) => previewShape.parse(one));
    const { insurance, reserved } = marketShape.parse(state);
    const plan = planInterestCap({
      terms: market.quoted.terms,
      price: reading.price,
      expected: reading.average12h,
      room: previews[0]!.room,
      capital: amountShape.parse(free),
      insurance: (insurance - reserved) / INSURANCE_PARTS,
      candidates: shorts.map((leg, index): Candidate => {
        const { required, fee } = previews[index]!;
        return { ...leg, margin: required, fee };
      }),
    });
    if (plan === undefined) return false;
    const one = previews[shorts.findIndex((leg) => leg.strike === plan.leg.strike && leg.isCall === plan.leg.isCall)]!;
    const required = (one.required * -plan.leg.size) / SIZE_ONE;
    // Not more than it takes: what he puts in he leaves behind.
    const { needed } = fundingOf(NOTHING, [plan.leg], 0n, required, market.quoted, BUFFER_BPS);
    const calls = [
      { name: "fund", args: [id, needed] },
      { name: "mint", args: [id, [{ ...plan.leg, size: -plan.leg.size }], hand.address] },
    ];
    if ((await hand.act(hand.deed("open", "open at the cap", calls))) !== "done") return false;
    this.#position = { id, market, expiry, leg: plan.leg };
    return true;
  }

  async #collect(position: OwnBook & { readonly leg: Leg }): Promise<void> {
    const { id, market, expiry, leg } = position;
    const { timestamp } = await this.hand.head();
    if (expiry > timestamp || !(await leaveExpired(this.hand, { id, market, expiry }))) return;
    const series = seriesId(market.number, expiry, leg.strike, leg.isCall);
    const redeeming = this.hand.deed("exit", "redeem", [{ name: "redeem", args: [series, -leg.size] }]);
    this.#isOver = (await this.hand.act(redeeming)) === "done";
  }
}

/** Prices move until he is in. */
const BUFFER_BPS = 100n;

function shortsAround(price: bigint, strikeStep: bigint): Pick<Leg, "strike" | "isCall">[] {
  const wanted = PERCENTS.flatMap((percent) =>
    [true, false].map((isCall) => ({
      strike: (price * percent) / (PERCENT * PRICE_TO_STRIKE),
      isCall,
      size: -SIZE_ONE,
    })),
  );
  return onGrid(wanted, strikeStep).map(({ strike, isCall }) => ({ strike, isCall }));
}
