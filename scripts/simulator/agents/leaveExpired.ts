// SPDX-License-Identifier: MIT
import { z } from "zod";

import { bookShape } from "../../chain/clearingShapes.ts";
import type { Hand } from "./Hand.ts";
import type { MarketFacts } from "./marketFacts.ts";

/** A book of somebody. */
export interface OwnBook {
  readonly id: bigint;
  readonly market: MarketFacts;
  readonly expiry: bigint;
}

const PRICED = 3n;
const SETTLED = 2n;
const expiryShape = z.object({ phase: z.bigint() });

/**
 * What the owner of an expired book does at a look: prices the expiry and settles the book where nobody else has, and takes the
 * cash home. @returns Whether nothing is left in it. @throws BallastError
 */
export async function leaveExpired(hand: Hand, { id, market, expiry }: OwnBook): Promise<boolean> {
  const [looked] = await hand.look([{ name: "book", args: [id] }], await hand.head());
  const book = bookShape.parse(looked);
  if (book.cash === 0n && book.tips === 0n && book.legs.length === 0) return true;
  if (!(await seePriced(hand, { market, expiry }))) return false;
  if (book.state !== SETTLED) {
    await hand.act(hand.deed("exit", "settleBooks", [{ name: "settleBooks", args: [[id]] }]));
    return false;
  }
  if (book.cash === 0n) return true;
  const home = [
    { name: "defund", args: [id, book.cash, hand.address] },
    { name: "withdraw", args: [market.token, book.cash, hand.address] },
  ];
  return (await hand.act(hand.deed("exit", "defund and withdraw", home))) === "done";
}

/** Whether an expiry that is over has its price; where nobody gave it one he tries to. @throws BallastError */
export async function seePriced(hand: Hand, { market, expiry }: Omit<OwnBook, "id">): Promise<boolean> {
  const asked = { name: "expiryState", args: [market.number, expiry] };
  const [looked] = await hand.look([asked], await hand.head());
  if (expiryShape.parse(looked).phase === PRICED) return true;
  // Before the ladder has a rung for it this is refused, as it must be.
  await hand.act(hand.deed(undefined, "settleExpiry", [{ name: "settleExpiry", args: [market.number, expiry, 0n] }]));
  return false;
}
