// SPDX-License-Identifier: MIT
import { isFlaggable } from "../../../model/clearing/isShort.ts";
import { laterReading } from "../../../model/clearing/laterReading.ts";
import { clockElapsed } from "../../../model/clearing/auctionClock.ts";
import { maximumLossUp } from "../../../model/clearing/margin.ts";
import type { AuctionRules } from "../../../model/clearing/liquidation.ts";
import { unitsPerWhole } from "../../../model/clearing/payoff.ts";
import type { Band } from "../../../model/clearing/types.ts";
import { bandOf } from "../../../model/risk/feedReading.ts";
import type { MarginRules } from "../FastParameters.ts";
import { sheetOf } from "../kernel/BookSheet.ts";
import type { BookSheet } from "../kernel/BookSheet.ts";
import { payoffs, revalue } from "../kernel/revalue.ts";
import { inDollars, maintenanceNumbers, markNumbers } from "../kernel/scenarios.ts";
import type { FastBook, FastMarket } from "../protocol/fastTypes.ts";
import { readMarket } from "../protocol/readMarket.ts";
import type { MarketReading } from "../protocol/readMarket.ts";

const NOBODY: readonly FastBook[] = [];
/** Penalty and payment are compared in floating point before they are computed exactly; this is wide of both. */
const PAYMENT_ROOM = 1e-6;

/** The books of one market and expiry: all of them revalued in floating point, those near a threshold exactly. */
export class Shelf {
  readonly market: FastMarket;
  /** Unix seconds. */
  readonly expiry: number;
  readonly books: FastBook[] = [];
  readonly #margin: MarginRules;
  readonly #maximumLosses = new Map<FastBook, bigint>();
  #sheet: BookSheet | undefined;
  #costs = new Float64Array(0);
  #truth = new Float64Array(0);
  #marks = new Float64Array(0);
  #halves = new Float64Array(0);
  #shorts = 0;
  #exactChecks = 0;

  constructor(market: FastMarket, expiry: number, margin: MarginRules) {
    this.market = market;
    this.expiry = expiry;
    this.#margin = margin;
  }

  /** How often floating point could not decide. */
  get exactChecks(): number {
    return this.#exactChecks;
  }

  /** Legs or cash of these books changed. */
  touch(books: readonly FastBook[] = this.books): void {
    this.#sheet = undefined;
    for (const book of books) this.#maximumLosses.delete(book);
  }

  /** The exact reading at a time; costs what a hundred books cost the kernel. */
  read(time: number): MarketReading | undefined {
    return readMarket(this.market, this.expiry, time, this.#margin);
  }

  /**
   * Books that can be flagged in a block so much later, if no price comes meanwhile. The kernel says who cannot be short of maintenance at
   * the latest and at the earlier price; of the others the exact model decides. @param read Called when the first book needs it.
   * @param ahead Seconds.
   */
  findFlaggable(time: number, read: () => MarketReading | undefined, ahead = 0): FastBook[] {
    const places = this.#shortAt(this.market.feed.bandAt(time, this.expiry), time);
    if (places.length === 0) return [];
    const earlier = this.market.feed.earlierBandAt(time, this.expiry);
    if (earlier === undefined) return [];
    const then = new Set(this.#shortAt(earlier, time));
    const reading = read();
    if (reading === undefined || reading.allowed === "none") return [];
    const near = places.filter((place) => then.has(place)).map((place) => this.books[place]!);
    this.#exactChecks += near.length;
    const later = laterReading(reading, BigInt(ahead));
    return near.filter((book) => isFlaggable(book, this.market.terms, later));
  }

  /** Some book is in liquidation. */
  get isSelling(): boolean {
    return this.books.some(({ auction }) => auction !== undefined);
  }

  /** Flagged books whose payment may have reached what their legs are worth, or that may be restored: worth an exact look. */
  findRipe(time: number, bidTime: bigint, rules: AuctionRules): FastBook[] {
    if (!this.isSelling) return [];
    const sheet = this.#laidOut();
    const left = this.expiry - time;
    const band = this.market.feed.bandAt(time, this.expiry);
    revalue(sheet, maintenanceNumbers(band, this.market.parameters, this.#margin, left), this.#costs);
    revalue(sheet, markNumbers(band.price, this.#margin, left), this.#marks);
    revalue(sheet, markNumbers(band.price, this.#margin, left, 0.5), this.#halves);
    return this.books.filter((book, index) => {
      if (book.auction === undefined) return false;
      const elapsed = Number(clockElapsed(book.auction.start, bidTime));
      const worth = Math.min(this.#marks[index]!, sheet.maximumLoss[index]!);
      const half = Math.min(this.#halves[index]!, worth);
      const payment = paymentOf({ cash: sheet.cash[index]!, worth, half, elapsed }, rules);
      const isPaid = payment + sheet.tolerance[index]! + PAYMENT_ROOM * worth >= worth;
      // The cash that ends a liquidation is never less than maintenance.
      return (
        isPaid ||
        sheet.cash[index]! + sheet.tolerance[index]! >= Math.min(this.#costs[index]!, sheet.maximumLoss[index]!)
      );
    });
  }

  /**
   * Marks every book at the true price, legs and maintenance: the full revaluation of every step.
   * @returns Books below maintenance there, at the best edge of the oracle's band around it, by the kernel.
   */
  markAtTruth(truth: bigint, time: number): readonly FastBook[] {
    const sheet = this.#laidOut();
    const band = this.bandAround(truth, time);
    revalue(sheet, maintenanceNumbers(band, this.market.parameters, this.#margin, this.expiry - time), this.#costs);
    payoffs(sheet, inDollars(truth), this.#truth);
    let short: FastBook[] | undefined;
    this.#shorts = 0;
    for (let place = 0; place < sheet.books; place += 1) {
      const cash = sheet.cash[place]!;
      this.#shorts += sheet.shorts[place]!;
      if (cash >= this.#costs[place]! || cash >= sheet.maximumLoss[place]!) continue;
      (short ??= []).push(this.books[place]!);
    }
    return short ?? NOBODY;
  }

  /** Options that were written and not closed, at the last mark. */
  get shorts(): number {
    return this.#shorts;
  }

  /** The oracle's band, as wide around another price in proportion. */
  bandAround(price: bigint, time: number): Band {
    const { latest } = this.market.feed.feed;
    const { low, high } = bandOf(this.market.feed.feed, time);
    const own = BigInt(latest.price);
    return { price, low: (price * low) / own, high: (price * high) / own };
  }

  /** USD in a ledger unit at a price with 8 decimals. */
  dollarsPerUnit(price: number): number {
    const coin = this.market.terms.kind === "coin" ? price / 1e8 : 1;
    return coin / Number(unitsPerWhole(this.market.terms));
  }

  /** Places of healthy books that may be short of maintenance at a band: all that are, and those near it. */
  #shortAt(band: Band, time: number): number[] {
    const sheet = this.#laidOut();
    revalue(sheet, maintenanceNumbers(band, this.market.parameters, this.#margin, this.expiry - time), this.#costs);
    const places: number[] = [];
    for (let place = 0; place < sheet.books; place += 1) {
      const held = sheet.cash[place]! - sheet.tolerance[place]!;
      if (held >= this.#costs[place]! || held >= sheet.maximumLoss[place]!) continue;
      if (this.books[place]!.auction === undefined) places.push(place);
    }
    return places;
  }

  #maximumLossOf(book: FastBook): bigint {
    let known = this.#maximumLosses.get(book);
    if (known === undefined) {
      known = maximumLossUp(book.legs, this.market.terms);
      this.#maximumLosses.set(book, known);
    }
    return known;
  }

  #laidOut(): BookSheet {
    if (this.#sheet !== undefined) return this.#sheet;
    this.#sheet = sheetOf(this.books, this.market.terms, (place) => this.#maximumLossOf(this.books[place]!));
    this.#costs = new Float64Array(this.books.length);
    this.#truth = new Float64Array(this.books.length);
    this.#marks = new Float64Array(this.books.length);
    this.#halves = new Float64Array(this.books.length);
    return this.#sheet;
  }
}

/** P of a whole book; whole dollars or coins. */
function paymentOf(
  { cash, worth, half, elapsed }: { cash: number; worth: number; half: number; elapsed: number },
  rules: AuctionRules,
): number {
  const last = cash - (Math.max(cash - worth, 0) * Number(rules.penaltyPercent)) / 100;
  const first = Math.min(half, last);
  const solvent = Number(rules.solventSeconds);
  if (elapsed < solvent) return first + ((last - first) * elapsed) / solvent;
  if (cash >= worth) return last;
  const highest = (worth * Number(rules.highestPercent)) / 100;
  const insolvent = Number(rules.insolventSeconds);
  return last + ((highest - last) * Math.min(elapsed - solvent, insolvent)) / insolvent;
}
