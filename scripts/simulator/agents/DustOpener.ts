// SPDX-License-Identifier: MIT
import { requirementViewShape } from "../../chain/clearingShapes.ts";
import { bookId } from "../../model/clearing/ids.ts";
import { ceilDiv, SIZE_ONE } from "../../model/clearing/payoff.ts";
import type { Leg } from "../../model/clearing/types.ts";
import { fundingOf } from "../../model/trading/fundingOf.ts";
import type { Call, Hand } from "./Hand.ts";
import type { MarketFacts } from "./marketFacts.ts";
import { onGrid } from "./writing/planOpening.ts";

const BOOKS_AT_ONCE = 6;
/** Prices move until the books are open. */
const BUFFER_BPS = 500n;
const BUFFER_PERCENT = 105n;
const PERCENT = 100n;
const STRIKE_OF_PRICE = 10_000n;

/** Size of a short whose margin is just worth a book, from the cost of one whole option; 6 decimals, rounded up. Pure. */
export function dustSize(costOfOne: bigint, dust: bigint): bigint {
  return ceilDiv(dust * SIZE_ONE * BUFFER_PERCENT, costOfOne * PERCENT);
}

/** Somebody who opens the smallest books there can be, one after the other, to keep liquidators and settlers busy. */
export class DustOpener {
  readonly hand: Hand;
  #books = 0n;

  constructor(hand: Hand) {
    this.hand = hand;
  }

  /** Cash that so many books take, with plenty to spare; ledger units. */
  static fundsFor({ quoted }: MarketFacts, count: number): bigint {
    return BigInt(count) * quoted.dust * 2n;
  }

  /** Opens so many books in a market's last expiry. @throws BallastError */
  async open(market: MarketFacts, count: number): Promise<void> {
    const expiry = market.expiries.at(-1)!;
    const strike = (market.firstPrice / STRIKE_OF_PRICE / market.quoted.strikeStep) * market.quoted.strikeStep;
    for (let opened = 0; opened < count; opened += BOOKS_AT_ONCE) {
      const [whole] = onGrid([{ strike, isCall: false, size: -SIZE_ONE }], market.quoted.strikeStep) as [Leg];
      const block = await this.hand.head();
      const [found] = await this.hand.look([{ name: "requirementOf", args: [market.number, expiry, [whole]] }], block);
      const { initial } = requirementViewShape.parse(found);
      const short = { ...whole, size: -dustSize(initial.amount, market.quoted.dust) };
      const required = ceilDiv(initial.amount * -short.size, SIZE_ONE);
      const empty = { cash: 0n, tips: 0n, state: 0n, legs: [] };
      const { needed } = fundingOf(empty, [short], 0n, required, market.quoted, BUFFER_BPS);
      const calls: Call[] = [];
      for (let book = opened; book < Math.min(count, opened + BOOKS_AT_ONCE); book++) {
        const id = bookId(this.hand.address, market.number, expiry, this.#books++);
        calls.push({ name: "fund", args: [id, needed] });
        calls.push({ name: "mint", args: [id, [{ ...short, size: -short.size }], this.hand.address] });
      }
      await this.hand.act(this.hand.deed("open", "open dust", calls));
    }
  }
}
