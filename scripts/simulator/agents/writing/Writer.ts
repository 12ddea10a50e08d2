// SPDX-License-Identifier: MIT
import { z } from "zod";

import { bookShape, requirementViewShape } from "../../../chain/clearingShapes.ts";
import type { SeededRandom } from "../../../chain/SeededRandom.ts";
import { bookId, seriesId } from "../../../model/clearing/ids.ts";
import { smaller } from "../../../model/clearing/payoff.ts";
import type { Leg } from "../../../model/clearing/types.ts";
import { BPS } from "../../../model/constants.ts";
import { fundingOf } from "../../../model/trading/fundingOf.ts";
import type { Buyer } from "../buying/Buyer.ts";
import type { Call, Hand } from "../Hand.ts";
import { leaveExpired, seePriced } from "../leaveExpired.ts";
import type { MarketFacts } from "../marketFacts.ts";
import { decideWriter, isLeaving } from "./decideWriter.ts";
import type { WriterAct, WriterSight, WriterTemper } from "./decideWriter.ts";
import { onGrid, splitOpening } from "./planOpening.ts";

/** What a writer would like to open. */
export interface Wish {
  readonly market: MarketFacts;
  readonly expiry: bigint;
  readonly legs: readonly Leg[];
  /** Equity over initial margin afterwards. */
  readonly health: number;
}

/** What a writer wants, and from whom. */
export interface WriterParts {
  readonly hand: Hand;
  readonly random: SeededRandom;
  readonly buyers: readonly Buyer[];
  readonly temper: WriterTemper;
  /** The next thing he would open; undefined when he has enough. */
  readonly wish: () => Wish | undefined;
  /** Share of a position's notional that he would still put behind it, percent. */
  readonly reservePercent: bigint;
}

/** A book he opened, and what he would still put into it. */
interface Position {
  readonly id: bigint;
  readonly market: MarketFacts;
  readonly expiry: bigint;
  /** Longs he wanted to hold beside it: the chain says what he has of them. */
  readonly kept: readonly Leg[];
  reserve: bigint;
  isOver: boolean;
}

const OPTIONS_ONE = 1_000_000n;
const STRIKE_TO_PRICE = 10_000n;
const PRICE_ONE = 10n ** 8n;
const PERCENT = 100n;
const amountShape = z.bigint();

/** Somebody who sells options that he cannot always pay, and then does more or less about it. */
export class Writer {
  readonly hand: Hand;
  readonly #parts: WriterParts;
  readonly #positions: Position[] = [];

  constructor(parts: WriterParts) {
    this.hand = parts.hand;
    this.#parts = parts;
  }

  /** Opens what he wants next, in a new book: one transaction. @throws BallastError */
  async open(): Promise<void> {
    const wish = this.#parts.wish();
    if (wish === undefined) return;
    const { hand, buyers, random } = this.#parts;
    const { market, expiry } = wish;
    const legs = onGrid(wish.legs, market.quoted.strikeStep);
    const buyer = buyers[Number(random.below(BigInt(buyers.length)))]!;
    const parts = splitOpening(legs);
    const signed = await buyer.bid({ market, expiry, taker: hand.address, parts });
    if (signed === undefined) return;

    const block = await hand.head();
    const [found] = await hand.look([{ name: "requirementOf", args: [market.number, expiry, legs] }], block);
    const { initial } = requirementViewShape.parse(found);
    const subId = BigInt(this.#positions.length);
    const id = bookId(hand.address, market.number, expiry, subId);
    const empty = { cash: 0n, tips: 0n, state: 0n, legs: [] };
    const buffer = BigInt(Math.round((wish.health - 1) * Number(BPS)));
    const { needed } = fundingOf(empty, legs, signed.quote.premium, initial.amount, market.quoted, buffer);
    const fill = { ...signed, takerOwner: hand.address, takerSubId: subId, amount: parts.size };
    const calls: Call[] = [
      ...(needed > 0n ? [{ name: "fund", args: [id, needed] }] : []),
      { name: "fillQuotes", args: [[fill]] },
      ...(parts.kept.length > 0 ? [{ name: "mint", args: [id, parts.kept, hand.address] }] : []),
    ];
    const reserve = (notionalOf(legs, market) * this.#parts.reservePercent) / PERCENT;
    // A book that may exist later than it was waited for is watched as well.
    if ((await hand.act(hand.deed("open", "open", calls))) === "refused") return;
    this.#positions.push({ id, market, expiry, kept: parts.kept, reserve, isOver: false });
  }

  /** Looks at each of his books and does at most one thing about it. @throws BallastError */
  async turn(): Promise<void> {
    const { timestamp } = await this.hand.head();
    for (const position of this.#positions) {
      if (position.isOver) continue;
      if (position.expiry <= timestamp) await this.#leave(position);
      else await this.#watch(position);
    }
  }

  async #watch(position: Position): Promise<void> {
    const { random, temper } = this.#parts;
    const dice = { exit: Number(random.below(100n)), way: Number(random.below(100n)) };
    const act = decideWriter(await this.#see(position, isLeaving(temper, dice)), temper, dice);
    if (act === undefined) return;
    // What took long before may have brought him past the expiry, where there is another way out.
    const deed = { ...this.hand.deed("exit", act.kind, [this.#callOf(position, act)]), until: position.expiry };
    const outcome = await this.hand.act(deed);
    if (outcome === "done" && act.kind === "fund") position.reserve -= act.amount;
  }

  /** @param leaves Whether he asks as well what may be taken out: the chain searches for that. */
  async #see(position: Position, leaves: boolean): Promise<WriterSight> {
    const { id, market, reserve } = position;
    const block = await this.hand.head();
    const [book, needed, free, maximum = 0n] = await this.hand.look(
      [
        { name: "book", args: [id] },
        { name: "requirement", args: [id] },
        { name: "freeBalance", args: [this.hand.address, market.token] },
        ...(leaves ? [{ name: "maxDefund", args: [id] }] : []),
      ],
      block,
    );
    const { cash, legs } = bookShape.parse(book);
    const { initial, maintenance } = requirementViewShape.parse(needed);
    const longs = await this.#longsOf(position);
    return {
      cash,
      maintenance: maintenance.amount,
      maximumLoss: initial.maximumLoss,
      maximumDefund: amountShape.parse(maximum),
      free: amountShape.parse(free),
      reserve,
      // What a liquidator took over can no longer be closed.
      longs: longs.reduce((sum, long) => sum + smaller(long.size, shortOf(legs, long)), 0n),
    };
  }

  /** Of what he meant to keep, what is his. */
  async #longsOf({ market, expiry, kept }: Position): Promise<Leg[]> {
    if (kept.length === 0) return [];
    const series = kept.map(({ strike, isCall }) => seriesId(market.number, expiry, strike, isCall));
    const asked = series.map((one) => ({ name: "balanceOf", args: [this.hand.address, one] }));
    const held = await this.hand.look(asked, await this.hand.head());
    const longs = kept.map((leg, index) => ({ ...leg, size: amountShape.parse(held[index]) }));
    return longs.filter(({ size }) => size > 0n);
  }

  #callOf({ id, market, kept }: Position, act: WriterAct): Call {
    const { address } = this.hand;
    switch (act.kind) {
      case "fund":
        return { name: "fund", args: [id, act.amount] };
      case "defund":
        return { name: "defund", args: [id, act.amount, address] };
      case "withdraw":
        return { name: "withdraw", args: [market.token, act.amount, address] };
      case "burn":
        return { name: "burn", args: [id, kept.map((leg) => ({ ...leg, size: act.size }))] };
    }
  }

  async #leave(position: Position): Promise<void> {
    const { hand } = this;
    if (!(await leaveExpired(hand, position))) return;
    const longs = await this.#longsOf(position);
    // A book that somebody else took over says nothing of the price.
    if (longs.length > 0 && !(await seePriced(hand, position))) return;
    for (const { strike, isCall, size } of longs) {
      const series = seriesId(position.market.number, position.expiry, strike, isCall);
      await hand.act(hand.deed("exit", "redeem", [{ name: "redeem", args: [series, size] }]));
    }
    position.isOver = true;
  }
}

/** Size of a book's short in the series of a long. */
function shortOf(legs: readonly Leg[], { strike, isCall }: Leg): bigint {
  const short = legs.find((leg) => leg.strike === strike && leg.isCall === isCall && leg.size < 0n);
  return short === undefined ? 0n : -short.size;
}

/** Of the shorts; ledger units. */
function notionalOf(legs: readonly Leg[], { quoted, firstPrice }: MarketFacts): bigint {
  const { kind, unitDecimals } = quoted.terms;
  const unit = 10n ** BigInt(unitDecimals);
  const shorts = legs.filter(({ size }) => size < 0n);
  const dollars = shorts.reduce(
    (sum, { strike, size }) => sum - (strike * size * unit) / (STRIKE_TO_PRICE * OPTIONS_ONE),
    0n,
  );
  return kind === "quote" ? dollars : (dollars * PRICE_ONE) / firstPrice;
}
