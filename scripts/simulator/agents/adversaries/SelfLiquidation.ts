// SPDX-License-Identifier: MIT
import { z } from "zod";

import { bookShape } from "../../../chain/clearingShapes.ts";
import { bookId } from "../../../model/clearing/ids.ts";
import { SHARE_ONE } from "../../../model/clearing/liquidation.ts";
import type { Call, Hand } from "../Hand.ts";
import { leaveExpired } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { Adversary } from "./Adversary.ts";
import { decideOwnAuction, planSelfLiquidation } from "./planSelfLiquidation.ts";
import type { GapBelief } from "./planSelfLiquidation.ts";
import { seeShorts } from "./seeShorts.ts";
import { SelfShort } from "./SelfShort.ts";

/** A fifth at once, one time in ten: more than any day of the library brings within an auction. */
const BELIEF: GapBelief = { percent: 20n, chancePercent: 10n };
/** The book that takes over what is bid for. */
const OTHER_BOOK = 1n;
const auctionShape = z.object({
  isFlagged: z.boolean(),
  isLiquidatable: z.boolean(),
  full: z.bigint(),
  payment: z.bigint(),
});

/** Writes to himself with as little as he may, and after a gap bids for his own book, so that insurance pays him for it. */
export class SelfLiquidation implements Adversary {
  readonly hand: Hand;
  readonly #markets: readonly MarketFacts[];
  #short: SelfShort | undefined;
  #isOver = false;

  constructor(hand: Hand, markets: readonly MarketFacts[]) {
    this.hand = hand;
    this.#markets = markets;
  }

  /** Opens once where it pays; then flags, waits and bids; and takes all home. @throws BallastError */
  async look(): Promise<void> {
    if (this.#isOver) return;
    const { timestamp } = await this.hand.head();
    if (this.#short === undefined) await this.#tryOpen(timestamp);
    else if (this.#short.expiry > timestamp) await this.#tend(this.#short, timestamp);
    else this.#isOver = await this.#collect(this.#short);
  }

  /** The longest expiry: what the marks say of it is furthest from what it pays. */
  async #tryOpen(timestamp: bigint): Promise<void> {
    for (const market of this.#markets) {
      const expiry = market.expiries.at(-1)!;
      const sight = expiry > timestamp ? await seeShorts(this.hand, market, expiry) : undefined;
      const plan = sight && planSelfLiquidation({ ...sight, gap: BELIEF });
      if (plan === undefined) continue;
      this.#short = await SelfShort.open(this.hand, { market, expiry }, plan.leg, sight!);
      if (this.#short !== undefined) return;
    }
  }

  async #tend(short: SelfShort, timestamp: bigint): Promise<void> {
    const { hand } = this;
    const { id, leg, expiry } = short;
    const asked = ["book", "auction"].map((name) => ({ name, args: [id] }));
    const looked = await hand.look(asked, await hand.head());
    const [{ cash, legs }, auction] = [bookShape.parse(looked[0]), auctionShape.parse(looked[1])];
    if (legs.length === 0) {
      // Whoever took it over, the longs that are left wait for the expiry.
      if (short.longs === 0n) this.#isOver = (await this.#empty(id)) && (await this.#empty(this.#otherBook(short)));
      return;
    }
    const decision = decideOwnAuction({ ...auction, cash, secondsLeft: expiry - timestamp });
    if (decision === "flag") await hand.act(hand.deed(undefined, "flag himself", [{ name: "flag", args: [id] }]));
    if (decision === "take") await this.#take(short);
    if (decision !== "close" || short.longs < -leg.size) return;
    const closing = hand.deed("exit", "burn", [{ name: "burn", args: [id, [{ ...leg, size: -leg.size }]] }]);
    if ((await hand.act({ ...closing, until: expiry })) === "done") short.handOver();
  }

  /** His longs wait in the other book for what the bid brings there, so that it needs no margin. */
  async #take(short: SelfShort): Promise<void> {
    const { hand } = this;
    const into = this.#otherBook(short);
    const calls: Call[] = [
      ...(short.longs > 0n ? [{ name: "depositLong", args: [into, short.series, short.longs] }] : []),
      { name: "bid", args: [short.id, into, SHARE_ONE, 0n] },
    ];
    if ((await hand.act(hand.deed(undefined, "bid for himself", calls))) === "done") short.handOver();
  }

  /** Takes the cash of a book without options home. @returns Whether nothing is left in it. */
  async #empty(id: bigint): Promise<boolean> {
    const { hand } = this;
    const [found] = await hand.look([{ name: "book", args: [id] }], await hand.head());
    const { cash, legs } = bookShape.parse(found);
    if (cash === 0n || legs.length > 0) return legs.length === 0;
    const home = [{ name: "defund", args: [id, cash, hand.address] }];
    return (await hand.act(hand.deed("exit", "defund", home))) === "done";
  }

  async #collect(short: SelfShort): Promise<boolean> {
    const { market, expiry } = short;
    const other = { id: this.#otherBook(short), market, expiry };
    return (await leaveExpired(this.hand, other)) && (await short.collect());
  }

  #otherBook({ market, expiry }: SelfShort): bigint {
    return bookId(this.hand.address, market.number, expiry, OTHER_BOOK);
  }
}
