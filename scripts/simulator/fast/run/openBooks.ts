// SPDX-License-Identifier: MIT
import { calculateRequirement } from "../../../model/clearing/margin.ts";
import { mintFeeUp } from "../../../model/trading/mintFee.ts";
import type { FastBook } from "../protocol/fastTypes.ts";
import { changeLegs, emptyBook, meetsInitial, notionalCap, notionalUp } from "../protocol/openBook.ts";
import type { MarketReading } from "../protocol/readMarket.ts";
import { drawWriters } from "./drawWriters.ts";
import type { WriterPlan } from "./drawWriters.ts";
import type { FastWorld } from "./FastWorld.ts";
import type { Shelf } from "./Shelf.ts";

const TIPS = 2n;
const SHARE = 1_000_000;

/** What became of the writers' openings. */
export interface Openings {
  readonly attempted: number;
  readonly refused: number;
}

/** The writers open at the start, one after the other, as far as margin rules and caps let them. */
export function openBooks(world: FastWorld): Openings {
  const { scenario, shelves, feeds, parameters } = world;
  const now = scenario.chain.startAt;
  const prices = scenario.markets.map(({ feed }) => feeds.find(({ id }) => id === feed)!.sources.truthAt(0) / 1e8);
  const interest = new Map<object, bigint>();
  const add = (key: object, cents: bigint): bigint => (interest.get(key) ?? 0n) + cents;
  const readings = new Map<Shelf, MarketReading | undefined>();
  let refused = 0;
  const plans = drawWriters(scenario, prices);
  for (const [index, plan] of plans.entries()) {
    const shelf = shelfOf(world, plan);
    if (shelf !== undefined && !readings.has(shelf)) readings.set(shelf, shelf.read(now));
    const reading = shelf && readings.get(shelf);
    if (shelf === undefined || reading === undefined || !reading.opens) {
      refused += 1;
      continue;
    }
    const cents = notionalUp(plan.legs, reading.band.price);
    const cap = notionalCap(shelf.market, reading, parameters.margin);
    const book = write(shelf, plan, reading, BigInt(index + 1));
    const isOver = add(shelf, cents) > cap.expiry || add(shelf.market, cents) > cap.market;
    if (isOver || !meetsInitial(book, reading)) {
      refused += 1;
      continue;
    }
    interest.set(shelf, add(shelf, cents));
    interest.set(shelf.market, add(shelf.market, cents));
    shelf.books.push(book);
  }
  for (const shelf of shelves) shelf.touch();
  return { attempted: plans.length, refused };
}

function shelfOf({ scenario, shelves }: FastWorld, plan: WriterPlan): Shelf | undefined {
  const before = scenario.markets
    .slice(0, plan.market)
    .reduce((sum, { expiriesSeconds }) => sum + expiriesSeconds.length, 0);
  return shelves[before + plan.expiry];
}

/** A book with its health times initial margin after fee and tips. */
function write(shelf: Shelf, plan: WriterPlan, reading: MarketReading, id: bigint): FastBook {
  const { terms, parameters } = shelf.market;
  const book = emptyBook(id, shelf.market, shelf.expiry);
  const written = plan.legs.filter(({ size }) => size < 0n).map((leg) => ({ ...leg, size: -leg.size }));
  const { amount } = calculateRequirement(plan.legs, terms, reading.initial);
  const equity = (amount * BigInt(Math.round(plan.health * SHARE))) / BigInt(SHARE);
  book.cash = equity + mintFeeUp(written, terms, parameters.mintFee) + TIPS * parameters.tip;
  changeLegs(book, plan.legs);
  return book;
}
