// SPDX-License-Identifier: MIT
import { BallastError } from "../../../model/BallastError.ts";
import type { ClearingEvent, ClearingEventArgs } from "../../../model/clearing/clearingEvents.ts";
import { bookParts, changeLeg, potKey, seriesLeg } from "../../../model/clearing/clearingLedger.ts";
import { RUNGS } from "../../../model/clearing/settlementLadder.ts";
import type { FastParameters } from "../FastParameters.ts";
import type { FastBook, FastMarket, FastPot } from "../protocol/fastTypes.ts";
import { InsurancePot } from "../protocol/InsurancePot.ts";
import { bid, flag, remark, unflag } from "../protocol/liquidateBook.ts";
import { changeLegs, emptyBook, meetsInitial } from "../protocol/openBook.ts";
import { readMarket } from "../protocol/readMarket.ts";
import type { MarketReading } from "../protocol/readMarket.ts";
import { openPot, priceExpiry, settleBook } from "../protocol/settleBooks.ts";
import type { Check } from "./Check.ts";
import type { Recording } from "./recording.ts";
import type { ReplayedOracle } from "./ReplayedOracle.ts";

/** Events after which no book, pot or insurance is other than before. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  "TokenListed",
  "ParametersEnabled",
  "MarketCreated",
  "Deposited",
  "Withdrawn",
  "FeesMoved",
  "ManagerSet",
  "Transfer",
  "QuotesCancelled",
  "QuotesCancelledBefore",
  "InsuranceSetAside",
  "ExpiryFinal",
  "Redeemed",
]);

/** The Clearinghouse of a recording in the fast tier: does what was done, and compares what events say of it. */
export class ReplayedClearing {
  readonly books = new Map<bigint, FastBook>();
  readonly pots = new Map<string, FastPot>();
  readonly parameters: FastParameters;
  readonly #markets: ReadonlyMap<bigint, { readonly market: FastMarket; readonly slot: number }>;
  readonly #oracle: ReplayedOracle;

  constructor(oracle: ReplayedOracle, recording: Recording, parameters: FastParameters) {
    this.#oracle = oracle;
    this.parameters = parameters;
    this.#markets = new Map(
      recording.markets.map(({ id, kind, feed, parameters: own }) => {
        const terms = { kind, unitDecimals: own.unitDecimals, capBps: own.capBps };
        const pot = new InsurancePot(own.insurance);
        return [id, { slot: feed, market: { id, feed: oracle.feeds[feed]!, terms, parameters: own, pot } }] as const;
      }),
    );
  }

  /** The book of an id, empty before it was written to. */
  bookOf(id: bigint): FastBook {
    let book = this.books.get(id);
    if (book === undefined) {
      const { market, expiry } = bookParts(id);
      book = emptyBook(id, this.marketOf(market), Number(expiry));
      this.books.set(id, book);
    }
    return book;
  }

  marketOf(id: bigint): FastMarket {
    return this.#markets.get(id)!.market;
  }

  /** What a book is held against at a time; undefined where there is no price. */
  read({ market, expiry }: FastBook, time: number): MarketReading | undefined {
    return readMarket(market, expiry, time, this.parameters.margin);
  }

  /** @throws BallastError `actNotReplayed` for events this tier has no act for. */
  apply(event: ClearingEvent, share: bigint | undefined, time: number, check: Check): void {
    switch (event.name) {
      case "Funded":
        return this.#addCash(event.args, event.args.amount, check);
      case "Defunded":
        return this.#addCash(event.args, -event.args.amount, check);
      case "InsuranceFunded":
        this.marketOf(event.args.market).pot.insurance += event.args.amount;
        return;
      case "Minted":
        return this.#mint(event.args, time, check);
      case "Burned":
        changeLegs(this.bookOf(event.args.id), event.args.legs);
        return check(`book ${event.args.id} cash`, event.args.cash, this.bookOf(event.args.id).cash);
      case "LongDeposited":
        changeLegs(this.bookOf(event.args.id), [seriesLeg(event.args.seriesId, event.args.amount)]);
        return check(`book ${event.args.id} cash`, event.args.cash, this.bookOf(event.args.id).cash);
      case "LongWithdrawn":
        changeLeg(this.bookOf(event.args.id), seriesLeg(event.args.seriesId, -event.args.amount));
        return;
      case "QuoteFilled":
        return this.#fillQuote(event.args, check);
      case "BookFlagged":
      case "BookRemarked":
      case "BookUnflagged":
        return this.#keepAuction(event, time, check);
      case "BidFilled":
        return this.#bid(event.args, share ?? 0n, time, check);
      case "ExpirySettled":
        return this.#settleExpiry(event.args, time, check);
      case "BookSettled":
        return this.#settleBook(event.args, time, check);
      default:
        if (WITHOUT_EFFECT.has(event.name)) return;
        throw new BallastError("actNotReplayed", `the fast tier has no act for ${event.name}`, {
          context: { event: event.name },
        });
    }
  }

  #addCash({ id, cash }: { readonly id: bigint; readonly cash: bigint }, amount: bigint, check: Check): void {
    const book = this.bookOf(id);
    book.cash += amount;
    check(`book ${id} cash`, cash, book.cash);
  }

  #mint({ id, legs, fee, cash }: ClearingEventArgs["Minted"], time: number, check: Check): void {
    const book = this.bookOf(id);
    const paid = changeLegs(
      book,
      legs.map((leg) => ({ ...leg, size: -leg.size })),
    );
    check(`book ${id} mint fee`, fee, paid);
    check(`book ${id} cash`, cash, book.cash);
    const reading = this.read(book, time);
    check(`book ${id} may open`, true, reading !== undefined && reading.opens && meetsInitial(book, reading));
  }

  /** The premium goes to the maker, below 0 to the taker; each pays for what he writes. */
  #fillQuote(args: ClearingEventArgs["QuoteFilled"], check: Check): void {
    const { makerBook, takerBook, legs, amount, premium } = args;
    for (const [id, side, fee, received] of [
      [makerBook, amount, args.makerFee, premium],
      [takerBook, -amount, args.takerFee, -premium],
    ] as const) {
      const book = this.bookOf(id);
      book.cash += received;
      const sized = legs.map(({ strike, isCall, ratio }) => ({ strike, isCall, size: ratio * side }));
      check(`book ${id} fee of a fill`, fee, changeLegs(book, sized));
    }
  }

  #keepAuction(
    event: Extract<ClearingEvent, { name: "BookFlagged" | "BookRemarked" | "BookUnflagged" }>,
    time: number,
    check: Check,
  ): void {
    const { id } = event.args;
    const book = this.bookOf(id);
    const reading = this.read(book, time);
    if (event.name === "BookUnflagged") {
      check(`book ${id} unflagged`, true, unflag(book, reading, this.parameters.auction).ok);
      return;
    }
    const attempt = reading && (event.name === "BookFlagged" ? flag(book, reading) : remark(book, reading));
    check(`book ${id} ${event.name}`, true, attempt?.ok === true);
    if (attempt?.ok === true) check(`book ${id} shortage`, event.args.shortage, attempt.result.shortage);
  }

  #bid(args: ClearingEventArgs["BidFilled"], share: bigint, time: number, check: Check): void {
    const [book, into] = [this.bookOf(args.id), this.bookOf(args.into)];
    const reading = this.read(book, time);
    const attempt = reading && bid(book, into, share, reading, this.parameters.auction);
    check(`book ${args.id} bid`, "filled", attempt?.ok === true ? "filled" : attempt?.reason);
    if (attempt?.ok !== true) return;
    const { drawn, toInsurance, toFlagger, isOver } = attempt.result;
    const label = `bid for book ${args.id}`;
    check(`${label} drawn`, args.drawn, drawn);
    check(`${label} to insurance`, args.toInsurance, toInsurance);
    check(`${label} to the flagger`, args.toFlagger, toFlagger);
    check(`${label} cash left`, args.cash, book.cash);
    check(`${label} bidder's cash`, args.bidderCash, into.cash);
    check(`${label} is over`, args.isOver, isOver);
  }

  #settleExpiry(args: ClearingEventArgs["ExpirySettled"], time: number, check: Check): void {
    const { market, slot } = this.#markets.get(args.market)!;
    const expiry = Number(args.expiry);
    const settlement = priceExpiry(market.feed, this.#oracle.marks[slot]!, expiry, time);
    const label = `expiry ${args.expiry} of market ${args.market}`;
    check(`${label} price`, args.price, settlement.price);
    check(`${label} rung`, RUNGS[Number(args.rung)], settlement.rung);
    const books = [...this.books.values()].filter((book) => book.market === market && book.expiry === expiry);
    const pot = openPot(market, expiry, books, { rung: settlement.rung, price: args.price });
    this.pots.set(potKey(args.market, args.expiry), pot);
    check(`${label} claims`, args.claims, pot.claims);
  }

  #settleBook({ caller, id, paid, drawn, cash }: ClearingEventArgs["BookSettled"], time: number, check: Check): void {
    const { owner, market, expiry } = bookParts(id);
    const pot = this.pots.get(potKey(market, expiry));
    check(`book ${id} has a priced expiry`, true, pot !== undefined);
    if (pot === undefined) return;
    const book = this.bookOf(id);
    const done = settleBook(book, pot, time, caller.toLowerCase() === owner);
    check(`book ${id} paid`, paid, done.paid);
    check(`book ${id} drawn`, drawn, done.drawn);
    check(`book ${id} cash`, cash, book.cash);
  }
}
