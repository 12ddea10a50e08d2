// SPDX-License-Identifier: MIT
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import type { BookRecord, MarketRecord } from "../../model/clearing/clearingLedger.ts";
import { isFlaggable } from "../../model/clearing/isShort.ts";
import { costUp, maintenanceScenario, maximumLossUp, shortsOf, timeValueUp } from "../../model/clearing/margin.ts";
import type { Band } from "../../model/clearing/types.ts";
import { PRICE_ONE } from "../../model/constants.ts";
import type { BlockView } from "../world/BlockWatch.ts";
import { bookForSale } from "./bookForSale.ts";
import { dollarsOf, priceOf } from "./dollars.ts";
import type { FlaggableReader, FlaggingTerms } from "./FlaggableReader.ts";
import { paysForGas } from "./paysForGas.ts";
import type { BookForSale, GasPrice } from "./paysForGas.ts";
import type { Seen } from "./Seen.ts";
import type { BookCopy, FeedSight, FlagSight, UnhealthySight } from "./sights.ts";

/** Maintenance looks at this volatility. */
const MARK_VOLATILITY_BPS = 10_000n;
/** Before an expiry a book's price is an average, which no true price stands beside. */
const AVERAGING_SECONDS = 1_800n;
/** A book is looked at again when its price moved by this share, whatever its cash. */
const LOOK_AGAIN = 0.005;
/** Requirements move at most so much as the notional: the ends of the shock, and coins are worth less when prices fall. */
const STEEPEST = { quote: 1.5, coin: 3 } as const;
const SIZE_DIGITS = 1e6;
/** Heartbeats after which nobody is liquidated on a price. */
const OLD_HEARTBEATS = 2;
const WIDE_PPM = 15_000;

/** What only the chain can say of a book. */
export type BookReader = Pick<FlaggableReader, "read" | "isForSale">;

/** A block, as far as it is looked at here. */
interface Look {
  readonly view: BlockView;
  readonly before: ReadonlyMap<bigint, BookCopy | undefined>;
  readonly feeds: readonly FeedSight[];
  readonly isReplaced: boolean;
}

/** Cash over maintenance at the true price of books with shorts, by book; known to a move of half a percent. */
export interface Healths {
  /** With its first shorts. */
  readonly before: ReadonlyMap<bigint, number>;
  readonly worst: ReadonlyMap<bigint, number>;
  /** Now, or when its options ended; a book that was emptied has none. */
  readonly after: ReadonlyMap<bigint, number>;
}

/** What was found at a price, and how far that price may go before it is looked at again. */
interface Finding {
  readonly price: bigint;
  readonly radius: number;
  readonly isShort: boolean;
}

interface Rule {
  readonly shockBps: bigint;
  readonly floorBps: bigint;
}

/** Holds every book against the true price, and asks the chain only about those that are short. */
export class HealthWatch {
  readonly #world: Seen;
  readonly #heartbeat: number;
  readonly #reader: BookReader;
  readonly #findings = new Map<bigint, Finding>();
  readonly #seen: Healths & { readonly [moment in keyof Healths]: Map<bigint, number> } = {
    before: new Map(),
    worst: new Map(),
    after: new Map(),
  };

  constructor(world: Seen, heartbeat: number, reader: BookReader) {
    this.#world = world;
    this.#heartbeat = heartbeat;
    this.#reader = reader;
  }

  /** See `Recall`; findings are made anew. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** By book. */
  get healths(): Healths {
    return this.#seen;
  }

  async see(look: Look): Promise<{ readonly unhealthy: UnhealthySight[]; readonly flags: FlagSight[] }> {
    const { view, before, isReplaced } = look;
    if (isReplaced) this.#findings.clear();
    for (const id of before.keys()) this.#findings.delete(id);
    const flags = view.events
      .filter(({ contract, name }) => contract === "house" && name === "BookFlagged")
      .map(({ args }) => this.#judgeFlag(args.id as bigint, look));
    return { unhealthy: await this.#unhealthy(look), flags };
  }

  async #unhealthy({ view, feeds }: Look): Promise<UnhealthySight[]> {
    const readings = new Map<string, FlaggingTerms | undefined>();
    const found: UnhealthySight[] = [];
    for (const [id, book] of view.ledger.books) {
      if (book.status === "settled") continue;
      if (book.legs.length === 0) {
        this.#seen.after.delete(id);
        continue;
      }
      const { market: number, expiry } = bookParts(id);
      const market = view.ledger.markets.get(number)!;
      const feed = feeds[Number(market.feed)];
      if (feed === undefined || expiry <= BigInt(view.timestamp)) continue;
      const isShort = this.#finding(id, book, { market, feed, view }).isShort;
      const isFlagged = book.status === "flagged";
      let canBeFlagged = false;
      if (!isFlagged && this.#isSuspect(id, book, { market, feed, view })) {
        const key = `${number}:${expiry}`;
        if (!readings.has(key)) readings.set(key, await this.#reader.read(number, expiry, market.feed));
        const reading = readings.get(key);
        const maintenance = this.#maintenance(number, expiry, view);
        canBeFlagged = reading !== undefined && isFlaggable(book, market.terms, { ...reading, ...maintenance });
      }
      if (!isShort && !isFlagged && !canBeFlagged) continue;
      const isUncertain = feed.age > OLD_HEARTBEATS * this.#heartbeat || isTooWide(feed);
      const isHeld = isUncertain || (isFlagged && !(await this.#reader.isForSale(id)));
      const { mode, phase } = feed;
      const sale = this.#saleOf(id, book, { market, feed, view }, feeds);
      const isInsolvent = sale.cash < sale.full;
      const bidding = { paysForGas: paysForGas(sale, this.#gasAt(view.seconds)), isInsolvent };
      found.push({ id, isFlagged, isShort, isFlaggable: canBeFlagged, mode, phase, isHeld, ...bidding });
    }
    return found;
  }

  #saleOf(id: bigint, book: BookRecord, { market, feed, view }: Place, feeds: readonly FeedSight[]): BookForSale {
    const { maintenance } = this.#maintenance(bookParts(id).market, bookParts(id).expiry, view);
    const inDollars = (amount: bigint): number => dollarsOf(amount, market, feeds);
    const { blockSeconds } = this.#world.scenario.chain;
    return bookForSale(book, {
      terms: market.terms,
      price: feed.price,
      maintenance,
      stance: feed,
      blockSeconds,
      inDollars,
    });
  }

  #gasAt(seconds: number): GasPrice {
    const dollarsPerEther = priceOf(this.#world.truth.nativePriceAt(seconds));
    return { gwei: this.#world.manners.gasGwei(seconds), dollarsPerEther };
  }

  /** At the true price; what was found before still holds while the price is near. */
  #finding(id: bigint, book: BookRecord, place: Place): Finding {
    const { truth } = place.feed;
    const known = this.#findings.get(id);
    if (known !== undefined && !known.isShort && Math.abs(Number(truth - known.price)) <= known.radius) return known;
    const rule = this.#maintenance(bookParts(id).market, bookParts(id).expiry, place.view).maintenance;
    const { terms } = place.market;
    const maximum = maximumLossUp(book.legs, terms);
    const costIn = (band: Band): bigint => smaller(costUp(book.legs, terms, maintenanceScenario(band, rule)), maximum);
    const full = costIn(pointAt(truth));
    const isShort = book.cash < full && book.cash < costIn(bandAround(truth, place.feed));
    this.#keepHealth(id, book.cash, full);
    const finding = { price: truth, radius: radiusOf(book, place.market, full, truth), isShort };
    this.#findings.set(id, finding);
    return finding;
  }

  #keepHealth(id: bigint, cash: bigint, full: bigint): void {
    const { before, worst, after } = this.#seen;
    if (full === 0n) {
      after.delete(id);
      return;
    }
    const health = Number(cash) / Number(full);
    if (!before.has(id)) before.set(id, health);
    worst.set(id, Math.min(worst.get(id) ?? Infinity, health));
    after.set(id, health);
  }

  /** Whether the oracle's price is so far from where the book was found healthy that it may be short there. */
  #isSuspect(id: bigint, book: BookRecord, place: Place): boolean {
    const finding = this.#findings.get(id)!;
    if (finding.isShort) return true;
    if (Math.abs(Number(place.feed.price - finding.price)) <= finding.radius) return false;
    const { maintenance } = this.#maintenance(bookParts(id).market, bookParts(id).expiry, place.view);
    const { terms } = place.market;
    return book.cash < costUp(book.legs, terms, maintenanceScenario(pointAt(place.feed.price), maintenance));
  }

  /** A book as it was when the block began, against all that was true since the price was seen. */
  #judgeFlag(id: bigint, { view, before, feeds }: Look): FlagSight {
    const book = before.get(id) ?? view.ledger.books.get(id)!;
    const { market: number, expiry } = bookParts(id);
    const { terms, feed: slot } = view.ledger.markets.get(number)!;
    const feed = feeds[Number(slot)]!;
    const { maintenance } = this.#maintenance(number, expiry, view);
    const maximum = maximumLossUp(book.legs, terms);
    const cost = (price: bigint): bigint =>
      smaller(costUp(book.legs, terms, maintenanceScenario(pointAt(price), maintenance)), maximum);
    // The round before the one it was flagged on counts as well: both must have found it short.
    const moments = [0, 0.5, 1, 1.5, 2].map((part) => view.seconds - part * (feed.age + this.#heartbeat));
    const required = moments
      .map((seconds) => this.#world.truth.priceAt(feed.id, seconds))
      .map((truth) => bandAround(truth, feed))
      .map(({ price, low, high }) => [price, low, high].map(cost).reduce(larger))
      .reduce(larger);
    const isAveraged = expiry - BigInt(view.timestamp) <= AVERAGING_SECONDS;
    return {
      id,
      isWrongful: !isAveraged && book.cash >= required,
      isFunded: book.cash >= maximum,
      cash: book.cash,
      required,
    };
  }

  #maintenance(
    market: bigint,
    expiry: bigint,
    { timestamp }: BlockView,
  ): { readonly maintenance: Rule & { readonly timeValue: bigint } } {
    const { markets, parameterSets } = this.#world.room.parameters.clearing;
    const set = parameterSets[markets[Number(market) - 1]!.parameterSet]!;
    const left = expiry - BigInt(timestamp);
    return {
      maintenance: {
        shockBps: BigInt(set.maintenanceShockBps),
        floorBps: BigInt(set.maintenanceFloorBps),
        timeValue: timeValueUp(MARK_VOLATILITY_BPS, left > 0n ? left : 0n),
      },
    };
  }
}

/** Where a book belongs. */
interface Place {
  readonly market: MarketRecord;
  readonly feed: FeedSight;
  readonly view: BlockView;
}

function pointAt(price: bigint): Band {
  return { price, low: price, high: price };
}

/** A closed mode lets nobody be liquidated on such a price, unless far below. */
function isTooWide({ mode, dispersionPpm }: FeedSight): boolean {
  return mode !== "normal" && mode !== "cautious" && dispersionPpm >= WIDE_PPM;
}

/** The oracle's band, as wide around another price in proportion. */
function bandAround(truth: bigint, { price, low, high }: FeedSight): Band {
  if (price === 0n) return pointAt(truth);
  return { price: truth, low: (truth * low) / price, high: (truth * high) / price };
}

/** How far the price may go before cash can be short: no requirement moves faster than the notional. */
function radiusOf({ legs, cash }: BookRecord, { terms }: MarketRecord, full: bigint, price: bigint): number {
  const units = 10 ** terms.unitDecimals;
  const whole = (Number(shortsOf(legs)) / SIZE_DIGITS) * units;
  const notional = terms.kind === "coin" ? whole : (whole * Number(price)) / Number(PRICE_ONE);
  const most = LOOK_AGAIN * Number(price);
  if (notional === 0) return most;
  return Math.min(most, (Number(cash - full) / (notional * STEEPEST[terms.kind])) * Number(price));
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
