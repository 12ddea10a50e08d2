// SPDX-License-Identifier: MIT
import { bookId, seriesId } from "../../../model/clearing/ids.ts";
import { SIZE_ONE } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import { fundingOf } from "../../../model/trading/fundingOf.ts";
import type { Hand } from "../Hand.ts";
import { leaveExpired, seePriced } from "../leaveExpired.ts";
import type { OwnBook } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import type { ShortsSight } from "./seeShorts.ts";

const NOTHING = { cash: 0n, tips: 0n, state: 0n, legs: [] };
/** Prices move until he is in. */
const BUFFER_BPS = 100n;

/** A short that somebody wrote to himself: a book that owes, and the longs in his own hands. */
export class SelfShort implements OwnBook {
  readonly id: bigint;
  readonly market: MarketFacts;
  readonly expiry: bigint;
  /** Size below 0. */
  readonly leg: Leg;
  readonly #hand: Hand;
  /** Longs he still holds. */
  #longs: bigint;

  private constructor(hand: Hand, { id, market, expiry }: OwnBook, leg: Leg) {
    this.#hand = hand;
    this.id = id;
    this.market = market;
    this.expiry = expiry;
    this.leg = leg;
    this.#longs = -leg.size;
  }

  /**
   * Opens it with no more cash than it takes: what he puts in he may leave behind. Undefined where the contract refuses.
   * @param sight What he saw when he chose the leg. @throws BallastError
   */
  static async open(
    hand: Hand,
    { market, expiry }: Pick<OwnBook, "market" | "expiry">,
    leg: Leg,
    { candidates }: Pick<ShortsSight, "candidates">,
  ): Promise<SelfShort | undefined> {
    const id = bookId(hand.address, market.number, expiry);
    const one = candidates.find(({ strike, isCall }) => strike === leg.strike && isCall === leg.isCall)!;
    const required = (one.margin * -leg.size) / SIZE_ONE;
    const { needed } = fundingOf(NOTHING, [leg], 0n, required, market.quoted, BUFFER_BPS);
    const calls = [
      { name: "fund", args: [id, needed] },
      { name: "mint", args: [id, [{ ...leg, size: -leg.size }], hand.address] },
    ];
    if ((await hand.act(hand.deed("open", "open against himself", calls))) !== "done") return undefined;
    return new SelfShort(hand, { id, market, expiry }, leg);
  }

  get longs(): bigint {
    return this.#longs;
  }

  get series(): bigint {
    return seriesId(this.market.number, this.expiry, this.leg.strike, this.leg.isCall);
  }

  /** The longs are in a book from now on. */
  handOver(): void {
    this.#longs = 0n;
  }

  /** After the expiry: what the book still holds, and what the longs are paid. @returns Whether all is home. @throws BallastError */
  async collect(): Promise<boolean> {
    const hand = this.#hand;
    if (!(await leaveExpired(hand, this))) return false;
    if (this.#longs === 0n) return true;
    if (!(await seePriced(hand, this))) return false;
    const redeeming = hand.deed("exit", "redeem", [{ name: "redeem", args: [this.series, this.#longs] }]);
    if ((await hand.act(redeeming)) === "done") this.#longs = 0n;
    return this.#longs === 0n;
  }
}
