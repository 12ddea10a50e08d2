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
  const block = await hand.head();
  const looked = await hand.look(
    [
      { name: "book", args: [id] },
      { name: "expiryState", args: [market.number, expiry] },
    ],
    block,
  );
  const [book, { phase }] = [bookShape.parse(looked[0]), expiryShape.parse(looked[1])];
  if (book.cash === 0n && book.tips === 0n && book.legs.length === 0) return true;
  if (phase !== PRICED) {
    // Before the ladder has a rung for it this is refused, as it must be.
    await hand.act(hand.deed(undefined, "settleExpiry", [{ name: "settleExpiry", args: [market.number, expiry, 0n] }]));
    return false;
  }
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
