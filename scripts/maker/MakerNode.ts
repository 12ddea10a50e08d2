// SPDX-License-Identifier: MIT
import type { AgreedChain } from "../chain/AgreedChain.ts";
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { ClearingViews, NumberedMarket } from "../chain/ClearingViews.ts";
import { quotedMarket } from "../chain/ClearingViews.ts";
import type { Clock } from "../chain/Clock.ts";
import type { ChainBook } from "../chain/clearingShapes.ts";
import type { HeadAge } from "../chain/HeadAge.ts";
import type { IntentBook } from "../chain/IntentBook.ts";
import type { IntentDesk } from "../chain/IntentDesk.ts";
import type { IntentMetrics } from "../chain/IntentMetrics.ts";
import type { Log } from "../chain/Log.ts";
import { BPS } from "../model/constants.ts";
import { bookId } from "../model/clearing/ids.ts";
import { ceilDiv } from "../model/clearing/payoff.ts";
import { decideQuotes } from "../model/trading/decideQuotes.ts";
import type { QuotingDecision, QuotingPolicy, WantedQuote } from "../model/trading/decideQuotes.ts";
import { needsCancelling, needsRenewal } from "../model/trading/decideRenewal.ts";
import type { RenewalPolicy, Standing } from "../model/trading/decideRenewal.ts";
import type { Quote } from "../model/trading/quotes.ts";
import type { MakerMarket } from "./MakerConfig.ts";
import type { MakerMetrics } from "./MakerMetrics.ts";
import type { QuotePoster } from "./QuotePoster.ts";

/** What a maker works with. */
export interface MakerParts {
  readonly agreed: Pick<AgreedChain, "head">;
  readonly views: Pick<
    ClearingViews,
    "book" | "encode" | "freeBalance" | "house" | "market" | "reading" | "requirement"
  >;
  readonly clock: Clock;
  readonly desk: Pick<IntentDesk, "advance" | "propose">;
  readonly book: IntentBook;
  readonly poster: Pick<QuotePoster, "post">;
  readonly headAge: HeadAge;
  readonly metrics: MakerMetrics;
  readonly intentMetrics: Pick<IntentMetrics, "record">;
  readonly log: Log;
  /** Lower case. */
  readonly account: string;
  readonly markets: readonly MakerMarket[];
  readonly quoting: Omit<QuotingPolicy, "size" | "mostInventory" | "strikes" | "stepsApart" | "reserve">;
  readonly renewal: RenewalPolicy;
  readonly rangeBps: bigint;
  readonly className: string;
  readonly pollMs: bigint;
  readonly dryRun: boolean;
}

/** One expiry of one market as a turn sees it. */
interface Place {
  readonly market: NumberedMarket;
  readonly settings: MakerMarket;
  readonly expiry: bigint;
  readonly id: bigint;
  readonly book: ChainBook;
  readonly price: bigint;
  readonly volatilityBps: bigint;
  readonly decision: QuotingDecision;
}

const DAY = 86_400n;
const EXPIRY_SECOND = 28_800n;
const OPTION = 1_000_000n;
const NONCES_A_MILLISECOND = 1_000n;
const WORK_MS = 120_000n;

/**
 * A reference maker: prices, signs and posts quotes of short life, and makes them anew when price or book move. Two versions
 * of one side of a series share a nonce, so that together they are never filled beyond their size. It keeps nothing that
 * matters: a restart quotes afresh with nonces from the clock, and what stood before dies within its short life.
 */
export class MakerNode {
  readonly #parts: MakerParts;
  readonly #standing = new Map<string, Standing>();
  readonly #nonces = new Map<string, bigint>();
  #places: ReadonlySet<string> = new Set();
  #lastNonce = 0n;

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  /**
   * One bounded turn. A market that cannot be read is not quoted, and holds up neither the others nor what was sent.
   * @returns When it wants the next. @throws BallastError when the chain, or something on it, cannot be read.
   */
  async turn(): Promise<bigint> {
    const { agreed, clock, headAge, book, desk, intentMetrics, pollMs } = this.#parts;
    const head = await agreed.head().catch((error: unknown) => {
      for (const key of this.#places) this.#unread(key);
      throw error;
    });
    headAge.see(head);
    const failures = await this.#placeAll(head);
    if (book.open().length > 0) intentMetrics.record(await desk.advance(), book);
    if (failures.length > 0) throw failures[0];
    return (await clock.now()) + pollMs;
  }

  /** @returns What could not be done. */
  async #placeAll(head: BlockFacts): Promise<unknown[]> {
    const failures: unknown[] = [];
    const places = this.#parts.markets.flatMap((settings) =>
      settings.expiries.map((days) => ({ settings, expiry: expiryAhead(head, days) })),
    );
    this.#keepOnly(places.map(keyOf));
    const markets = new Map<bigint, Promise<NumberedMarket>>();
    for (const { settings, expiry } of places) {
      const { market: number } = settings;
      const market = markets.get(number) ?? this.#parts.views.market(number, head);
      markets.set(number, market);
      try {
        await this.#place(settings, await market, expiry, head);
      } catch (error) {
        failures.push(error);
        this.#unread(keyOf({ settings, expiry }));
      }
    }
    return failures;
  }

  /** Nothing is posted for it: what stands lives out its short life. */
  #unread(key: string): void {
    this.#parts.metrics.decided(key, { kind: "silent", reason: "unreadable" });
  }

  /** Expiries that are over are remembered no more. */
  #keepOnly(keys: readonly string[]): void {
    for (const key of this.#places)
      if (!keys.includes(key)) {
        this.#standing.delete(key);
        this.#forgetNonces(key);
        this.#parts.metrics.forget(key);
      }
    this.#places = new Set(keys);
  }

  async #place(settings: MakerMarket, market: NumberedMarket, expiry: bigint, head: BlockFacts): Promise<void> {
    const place = await this.#look(settings, market, expiry, head);
    const key = keyOf({ settings, expiry });
    this.#parts.metrics.decided(key, place.decision);
    const isFunding = await this.#fund(place, head);
    const standing = this.#standing.get(key);
    const isSilent = place.decision.kind === "silent";
    const volatility = isSilent ? undefined : place.volatilityBps;
    if (needsCancelling(standing, volatility, head.timestamp, this.#parts.renewal)) await this.#cancel(key);
    if (isSilent || isFunding) return;
    const bookText = textOf(place.book);
    const now = { price: place.price, volatilityBps: place.volatilityBps, bookText, at: head.timestamp };
    if (!needsRenewal(this.#standing.get(key), now, this.#parts.renewal)) return;
    if (standing !== undefined && standing.bookText !== bookText) this.#forgetNonces(key);
    await this.#renew(key, place, now, head);
  }

  async #look(settings: MakerMarket, market: NumberedMarket, expiry: bigint, head: BlockFacts): Promise<Place> {
    const { views, account, quoting, clock } = this.#parts;
    const id = bookId(account, market.market, expiry);
    const headAge = (await clock.now()) / 1000n - head.timestamp;
    const [reading, book, { initial }] = await Promise.all([
      views.reading(market.market, expiry, head),
      views.book(id, head),
      views.requirement(id, head),
    ]);
    const { terms, strikeStep, isSunset } = quotedMarket(market);
    const { minimumSize } = market.parameters;
    const facts = { now: head.timestamp, headAge, expiry, terms, strikeStep, minimumSize, isSunset, reading, book };
    const { size, mostInventory, strikes, stepsApart, reserve } = settings;
    const policy = { ...quoting, size, mostInventory, strikes, stepsApart, reserve };
    return {
      market,
      settings,
      expiry,
      id,
      book,
      price: reading?.price ?? 0n,
      volatilityBps: reading?.volatilityBps ?? 0n,
      decision: decideQuotes({ ...facts, required: initial.amount }, policy),
    };
  }

  /** Fills a book up from the free balance where it fell below half; true when something is on its way. */
  async #fund({ settings, market, id, book, decision }: Place, head: BlockFacts): Promise<boolean> {
    const { views, account, dryRun } = this.#parts;
    const isClosed = decision.kind === "silent" && decision.reason !== "noCash";
    if (dryRun || isClosed || book.cash * 2n >= settings.bookCash) return false;
    const free = await views.freeBalance(account, market.params.collateral, head);
    const missing = settings.bookCash - book.cash;
    const amount = free < missing ? free : missing;
    if (amount === 0n) return false;
    const key = `fund ${id} at ${book.cash} of ${head.number}`;
    return (await this.#send(key, "fund", [id, amount], `fund ${id} `)) !== "refused";
  }

  async #renew(
    key: string,
    place: Place,
    now: Omit<Standing, "postedAt" | "deadline">,
    head: BlockFacts,
  ): Promise<void> {
    const { poster, renewal, dryRun, log, metrics } = this.#parts;
    if (place.decision.kind !== "quote") return;
    const deadline = head.timestamp + renewal.lifeSeconds;
    const quotes: Omit<Quote, "maker" | "taker">[] = [];
    for (const wanted of place.decision.quotes) quotes.push(await this.#quoteOf(key, place, wanted, deadline));
    const taken = dryRun || quotes.length === 0 ? 0 : await poster.post(quotes);
    log.info({ place: key, quotes: quotes.length, taken }, dryRun ? "would quote" : "quoted");
    metrics.posted(key, taken);
    // Nothing stands on any board: the next turn tries again.
    if (taken === 0 && quotes.length > 0 && !dryRun) return;
    this.#standing.set(key, { ...now, postedAt: head.timestamp, deadline });
  }

  async #quoteOf(
    key: string,
    { market, expiry, price }: Place,
    { strike, isCall, side, size, unit }: WantedQuote,
    deadline: bigint,
  ): Promise<Omit<Quote, "maker" | "taker">> {
    const { rangeBps } = this.#parts;
    const total = size * unit;
    return {
      marketHash: market.marketHash,
      expiry,
      makerSubId: 0n,
      legs: [{ strike, isCall, ratio: side === "sell" ? -1n : 1n }],
      // For the maker: what he gets rounds up, what he pays down.
      premium: side === "sell" ? ceilDiv(total, OPTION) : -(total / OPTION),
      size,
      minimumFill: market.parameters.minimumSize < size ? market.parameters.minimumSize : size,
      nonce: await this.#nonce(`${key} ${strike} ${isCall} ${side}`),
      deadline,
      spotLow: price - (price * rangeBps) / BPS,
      spotHigh: price + (price * rangeBps) / BPS,
    };
  }

  /** All versions of a side share one until the book changes. */
  async #nonce(slot: string): Promise<bigint> {
    const known = this.#nonces.get(slot);
    if (known !== undefined) return known;
    const next = await this.#freshNonce();
    this.#nonces.set(slot, next);
    return next;
  }

  /** From the clock, so that a restart uses none a second time. */
  async #freshNonce(): Promise<bigint> {
    const first = (await this.#parts.clock.now()) * NONCES_A_MILLISECOND;
    this.#lastNonce = first > this.#lastNonce ? first : this.#lastNonce + 1n;
    return this.#lastNonce;
  }

  /**
   * Takes back everything that stands, of all expiries: one transaction, whatever their number. What stands is remembered
   * until that is on its way: one that cannot be sent, or an earlier one that takes back less, is tried again.
   */
  async #cancel(reason: string): Promise<void> {
    const { log, dryRun } = this.#parts;
    const before = await this.#freshNonce();
    const outcome = dryRun
      ? "planned"
      : await this.#send(`cancel before ${before}`, "cancelBefore", [before], "cancel ");
    log.warn({ reason, before: `${before}`, outcome }, "quotes are taken back");
    if (outcome !== "planned") return;
    this.#standing.clear();
    this.#nonces.clear();
  }

  #forgetNonces(key: string): void {
    for (const slot of this.#nonces.keys()) if (slot.startsWith(`${key} `)) this.#nonces.delete(slot);
  }

  /** Unless the same kind is under way. */
  async #send(
    key: string,
    name: string,
    given: readonly unknown[],
    kind: string,
  ): Promise<"planned" | "underWay" | "refused"> {
    const { desk, book, views, className, clock, log } = this.#parts;
    if (book.open().some((intent) => intent.key.startsWith(kind))) return "underWay";
    const deadlineMs = (await clock.now()) + WORK_MS;
    const work = { key, className, to: views.house, data: views.encode(name, given), rewardWei: 0n, deadlineMs };
    const { kind: outcome } = await desk.propose(work);
    if (outcome === "planned") return "planned";
    log.warn({ key, outcome }, "not sent");
    return "refused";
  }
}

function keyOf({ settings, expiry }: { readonly settings: MakerMarket; readonly expiry: bigint }): string {
  return `${settings.market} ${expiry}`;
}

function textOf({ cash, legs }: ChainBook): string {
  return `${cash} ${legs.map(({ strike, isCall, size }) => `${strike}${isCall}${size}`).join(" ")}`;
}

function expiryAhead({ timestamp }: BlockFacts, days: number): bigint {
  return ((timestamp - EXPIRY_SECOND) / DAY + BigInt(days)) * DAY + EXPIRY_SECOND;
}
