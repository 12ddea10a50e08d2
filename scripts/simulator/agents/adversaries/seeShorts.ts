// SPDX-License-Identifier: MIT
import { z } from "zod";

import { requirementViewShape } from "../../../chain/clearingShapes.ts";
import type { Reading } from "../../../chain/clearingShapes.ts";
import { bookId } from "../../../model/clearing/ids.ts";
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import type { Hand } from "../Hand.ts";
import type { MarketFacts } from "../marketFacts.ts";
import { onGrid } from "../writing/planOpening.ts";
import type { Candidate, WalkAwaySight } from "./planInterestCap.ts";

/** What somebody sees who thinks of writing to himself. */
export interface ShortsSight extends Omit<WalkAwaySight, "expected"> {
  readonly reading: Reading;
  /** Until the expiry. */
  readonly secondsLeft: bigint;
}

/** Strikes he thinks about, percent of the price. */
const PERCENTS = [80n, 90n, 100n, 110n, 120n];
const PERCENT = 100n;
const PRICE_TO_STRIKE = 10_000n;
/** Of unreserved insurance, an expiry is paid at most so much. */
const INSURANCE_PARTS = 2n;
const amountShape = z.bigint();
const previewShape = z.object({ fee: amountShape, required: amountShape, room: amountShape });
const marketShape = z.object({ insurance: amountShape, reserved: amountShape });

/** What an account could write around the price, and what may pay for it; undefined without a price. @throws BallastError */
export async function seeShorts(hand: Hand, market: MarketFacts, expiry: bigint): Promise<ShortsSight | undefined> {
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
  const { hasPrice, reading, secondsLeft } = requirementViewShape.parse(found);
  if (!hasPrice) return undefined;
  const shorts = shortsAround(reading.price, market.quoted.strikeStep);
  const asked = shorts.map((leg) => ({ name: "previewMint", args: [id, [{ ...leg, size: SIZE_ONE }]] }));
  const previews = (await hand.look(asked, block)).map((one) => previewShape.parse(one));
  const { insurance, reserved } = marketShape.parse(state);
  return {
    reading,
    secondsLeft,
    terms: market.quoted.terms,
    price: reading.price,
    room: previews[0]!.room,
    capital: amountShape.parse(free),
    insurance: (insurance - reserved) / INSURANCE_PARTS,
    candidates: shorts.map((leg, index): Candidate => {
      const { required, fee } = previews[index]!;
      return { ...leg, margin: required, fee };
    }),
  };
}

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
