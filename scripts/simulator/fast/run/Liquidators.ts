// SPDX-License-Identifier: MIT
import { flagReward, USUAL_AUCTION_SHARE_BPS } from "../../../model/clearing/flagReward.ts";
import type { AuctionRules } from "../../../model/clearing/liquidation.ts";
import { unitsPerWhole } from "../../../model/clearing/payoff.ts";
import { PRICE_ONE } from "../../../model/constants.ts";
import { decideLiquidation } from "../../../keepers/liquidator/decideLiquidation.ts";
import { bidGas, flagGas } from "../../../keepers/liquidator/expectedGas.ts";
import { sizeBid } from "../../../keepers/liquidator/sizeBid.ts";
import type { GasPrice } from "../../record/paysForGas.ts";
import type { FastBook } from "../protocol/fastTypes.ts";
import { appraise, bid, flag, largestShareOf, unflag } from "../protocol/liquidateBook.ts";
import { emptyBook } from "../protocol/openBook.ts";
import type { MarketReading } from "../protocol/readMarket.ts";
import type { Shelf } from "./Shelf.ts";

/** Funded beyond what a bid needs now, as liquidators are configured by default. */
const HEADROOM_BPS = 500n;
const AUCTION_SHARE_BPS = BigInt(USUAL_AUCTION_SHARE_BPS);
/** Most gas that keepers pay for. */
const MOST_GWEI = 5_000;
const ETHER_GWEI = 1e9;
/** What ending an auction uses, at most. */
const UNFLAG_GAS = 70_000;

/** An act for the next block. */
export interface PlannedAct {
  readonly act: "flag" | "bid" | "unflag";
  readonly shelf: Shelf;
  readonly book: FastBook;
  readonly liquidator: Liquidator;
  /** Of a bid. */
  readonly share: bigint;
  readonly funding: bigint;
  /** What it brings in, USD. */
  readonly gain: number;
}

/** One liquidator: free balances by market, and a book of his own in each shelf. */
export interface Liquidator {
  readonly name: string;
  /** By market, ledger units. */
  readonly free: Map<bigint, bigint>;
  readonly books: Map<Shelf, FastBook>;
}

/** What acts cost and how they ended. */
export interface ActLog {
  attempts: number;
  reverts: number;
  gasUsed: number;
  profit: number;
}

/**
 * Liquidators as the keepers' own decisions have them: they flag who is short, bid once a payment is worth it, and end what has
 * ended; each act lands in the block after the one it was decided on.
 */
export class Liquidators {
  readonly log: ActLog = { attempts: 0, reverts: 0, gasUsed: 0, profit: 0 };
  readonly #members: readonly Liquidator[];
  readonly #rules: AuctionRules;
  #nextId = 1n << 64n;

  /** @param capital Of each, USD; shared evenly by the markets. */
  constructor(names: readonly string[], capital: number, shelves: readonly Shelf[], rules: AuctionRules) {
    this.#rules = rules;
    const markets = new Map(shelves.map(({ market }) => [market.id, market] as const));
    this.#members = names.map((name) => ({
      name,
      free: new Map(
        [...markets].map(([id, { terms, feed }]) => {
          const dollars = BigInt(Math.floor(capital / markets.size));
          const units = dollars * unitsPerWhole(terms);
          return [id, terms.kind === "quote" ? units : (units * PRICE_ONE) / BigInt(feed.feed.latest.price)] as const;
        }),
      ),
      books: new Map(),
    }));
  }

  /** What is to be done about a shelf's books, given an exact reading. Pure but for the kernel's arrays. */
  plan(
    shelf: Shelf,
    reading: MarketReading,
    flaggable: readonly FastBook[],
    gas: GasPrice,
    isUp: (name: string) => boolean,
  ): PlannedAct[] {
    const members = this.#members.filter(({ name }) => isUp(name));
    const [first] = members;
    if (first === undefined || gas.gwei > MOST_GWEI) return [];
    const acts: PlannedAct[] = [];
    const spent = new Map<Liquidator, bigint>();
    const perUnit = shelf.dollarsPerUnit(Number(reading.band.price));
    for (const book of flaggable) {
      const { full } = appraise(book, reading, this.#rules);
      const tip = book.tips === 2n ? shelf.market.parameters.tip : 0n;
      const gain = Number(flagReward({ cash: book.cash, full, tip }, AUCTION_SHARE_BPS, this.#rules)) * perUnit;
      if (gain < costOf(gasOf({ act: "flag", book }), gas)) continue;
      acts.push({ act: "flag", shelf, book, liquidator: first, share: 0n, funding: 0n, gain });
    }
    for (const book of shelf.findRipe(reading.time, reading.bidTime, this.#rules)) {
      const act = this.#planAuction(shelf, book, reading, gas, perUnit, spent, members);
      if (act !== undefined) acts.push(act);
    }
    return acts;
  }

  #planAuction(
    shelf: Shelf,
    book: FastBook,
    reading: MarketReading,
    gas: GasPrice,
    perUnit: number,
    spent: Map<Liquidator, bigint>,
    members: readonly Liquidator[],
  ): PlannedAct | undefined {
    const terms = appraise(book, reading, this.#rules);
    const { full, target, payment } = terms;
    const isLiquidatable = reading.allowed !== "none";
    const act = decideLiquidation({ isFlagged: true, isLiquidatable, cash: book.cash, full, target, payment });
    if (act === "unflag") {
      return { act, shelf, book, liquidator: members[0]!, share: 0n, funding: 0n, gain: 0 };
    }
    if (act !== "bid") return undefined;
    const largestShare = largestShareOf(book, reading, terms);
    for (const liquidator of members) {
      const into = this.#bookOf(liquidator, shelf);
      if (into === book || into.auction !== undefined) continue;
      const market = shelf.market;
      const available = liquidator.free.get(market.id)! - (spent.get(liquidator) ?? 0n);
      const plan = sizeBid({
        legs: book.legs,
        full,
        payment,
        largestShare,
        into,
        available,
        terms: market.terms,
        tip: market.parameters.tip,
        initial: reading.initial,
        marginBps: 0n,
        headroomBps: HEADROOM_BPS,
      });
      if (plan === undefined) continue;
      const gain = Number(plan.gain) * perUnit;
      if (gain < costOf(gasOf({ act: "bid", book }), gas)) continue;
      spent.set(liquidator, (spent.get(liquidator) ?? 0n) + plan.funding);
      return { act, shelf, book, liquidator, share: plan.share, funding: plan.funding, gain };
    }
    return undefined;
  }

  /** Carries an act out in a block. Returns what a bid took of the book, or undefined where nothing was taken. */
  carryOut(planned: PlannedAct, reading: MarketReading, gas: GasPrice): ReturnType<typeof bid> | undefined {
    const { act, shelf, book } = planned;
    this.log.attempts += 1;
    const used = gasOf(planned);
    this.log.gasUsed += used;
    this.log.profit -= costOf(used, gas);
    const done = act === "bid" ? this.#bid(planned, reading) : undefined;
    const isDone = done?.ok ?? (act === "flag" ? flag(book, reading) : unflag(book, reading, this.#rules)).ok;
    if (isDone) this.log.profit += planned.gain;
    else this.log.reverts += 1;
    if (act !== "flag") shelf.touch([book, this.#bookOf(planned.liquidator, shelf)]);
    return done;
  }

  #bid({ shelf, book, liquidator, share, funding }: PlannedAct, reading: MarketReading): ReturnType<typeof bid> {
    const into = this.#bookOf(liquidator, shelf);
    const { id } = shelf.market;
    into.cash += funding;
    const done = bid(book, into, share, reading, this.#rules);
    if (!done.ok) into.cash -= funding;
    else {
      liquidator.free.set(id, liquidator.free.get(id)! - funding);
      if (!shelf.books.includes(into)) shelf.books.push(into);
    }
    return done;
  }

  #bookOf(liquidator: Liquidator, shelf: Shelf): FastBook {
    let book = liquidator.books.get(shelf);
    if (book === undefined) {
      book = emptyBook(this.#nextId++, shelf.market, shelf.expiry);
      liquidator.books.set(shelf, book);
    }
    return book;
  }
}

/** Gas that an act on a book uses, as liquidators reckon with it. Pure. */
export function gasOf({ act, book }: Pick<PlannedAct, "act" | "book">): number {
  if (act === "unflag") return UNFLAG_GAS;
  const { length } = book.legs;
  return Number(act === "flag" ? flagGas(length) : bidGas(length));
}

/** USD. */
function costOf(used: number, { gwei, dollarsPerEther }: GasPrice): number {
  return (used * gwei * dollarsPerEther) / ETHER_GWEI;
}
