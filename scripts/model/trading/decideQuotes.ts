// SPDX-License-Identifier: MIT
import type { Leg, Terms } from "../clearing/types.ts";
import { larger, smaller } from "../clearing/payoff.ts";
import { priceSeries } from "./priceSeries.ts";
import type { PricingPolicy } from "./priceSeries.ts";

/** What a maker looks at before he quotes an expiry. */
export interface QuotingFacts {
  /** Time of the block that is looked at, unix seconds. */
  readonly now: bigint;
  /** Seconds for which that block is the newest one by the program's own clock: prices have aged as long beyond what it says. */
  readonly headAge: bigint;
  readonly expiry: bigint;
  readonly terms: Terms;
  readonly strikeStep: bigint;
  readonly minimumSize: bigint;
  readonly isSunset: boolean;
  /** None without a price. */
  readonly reading:
    | { readonly opens: boolean; readonly price: bigint; readonly age: bigint; readonly volatilityBps: bigint }
    | undefined;
  readonly book: { readonly cash: bigint; readonly state: bigint; readonly legs: readonly Leg[] };
  /** Initial margin of the book. */
  readonly required: bigint;
}

/** How much a maker quotes, and when not at all. Sizes with 6 decimals. */
export interface QuotingPolicy extends PricingPolicy {
  readonly size: bigint;
  /** Most options of one series, long or short. */
  readonly mostInventory: bigint;
  /** Strikes on either side of the price, and grid steps between them. */
  readonly strikes: number;
  readonly stepsApart: bigint;
  /** Older prices, and older blocks, are not quoted on, seconds. */
  readonly oldestPrice: bigint;
  readonly oldestHead: bigint;
  /** The last seconds of an expiry are not quoted. */
  readonly lastSeconds: bigint;
  /** Cash beyond initial margin below which nothing is sold, ledger units. */
  readonly reserve: bigint;
}

/** One side of one series. */
export interface WantedQuote {
  readonly strike: bigint;
  readonly isCall: boolean;
  /** Of the maker. */
  readonly side: "sell" | "buy";
  readonly size: bigint;
  /** For one option, ledger units. */
  readonly unit: bigint;
}

/** Why nothing is quoted; `unreadable` when the chain could not be asked. */
export type Silence =
  "unreadable" | "headOld" | "noPrice" | "closedMode" | "sunset" | "priceOld" | "expiryNear" | "bookClosed" | "noCash";

/** What to quote now. */
export type QuotingDecision =
  | { readonly kind: "quote"; readonly quotes: readonly WantedQuote[] }
  | { readonly kind: "silent"; readonly reason: Silence };

const PRICE_TO_STRIKE = 10_000n;
const OPTION = 1_000_000n;
/** Of one book. */
const MOST_SERIES = 8;

/**
 * Decides what a maker quotes of one expiry: out of the money around the price, and whatever he holds, so that others can
 * close. Nothing in modes in which nothing opens, on old prices, near the end, or in a book that is not healthy. Pure.
 */
export function decideQuotes(facts: QuotingFacts, policy: QuotingPolicy): QuotingDecision {
  const reason = silenceOf(facts, policy);
  if (reason !== undefined) return { kind: "silent", reason };
  const series = seriesOf(facts, policy);
  return { kind: "quote", quotes: series.flatMap((one) => sidesOf(one, facts, policy)) };
}

function silenceOf(facts: QuotingFacts, policy: QuotingPolicy): Silence | undefined {
  const { reading, isSunset, book, expiry, now, headAge } = facts;
  if (headAge > policy.oldestHead) return "headOld";
  if (isSunset) return "sunset";
  if (reading === undefined) return "noPrice";
  if (!reading.opens) return "closedMode";
  if (reading.age + larger(headAge, 0n) > policy.oldestPrice) return "priceOld";
  if (expiry - now <= policy.lastSeconds) return "expiryNear";
  if (book.state !== 0n) return "bookClosed";
  return book.cash === 0n && book.legs.length === 0 ? "noCash" : undefined;
}

/** What is held first: a book has room for eight series. */
function seriesOf(
  { reading, strikeStep, book }: QuotingFacts,
  policy: QuotingPolicy,
): Pick<Leg, "strike" | "isCall">[] {
  const spot = reading!.price / PRICE_TO_STRIKE;
  const middle = ((spot + strikeStep / 2n) / strikeStep) * strikeStep;
  const around = Array.from({ length: 2 * policy.strikes + 1 }, (_, index) => BigInt(index - policy.strikes))
    .toSorted((a, b) => Number(a * a - b * b))
    .map((step) => middle + step * policy.stepsApart * strikeStep)
    .filter((strike) => strike > 0n)
    .map((strike) => ({ strike, isCall: strike >= spot }));
  const held = book.legs.map(({ strike, isCall }) => ({ strike, isCall }));
  const all = new Map([...held, ...around].map((one) => [`${one.strike} ${one.isCall}`, one]));
  return [...all.values()].slice(0, MOST_SERIES);
}

function sidesOf(
  { strike, isCall }: Pick<Leg, "strike" | "isCall">,
  { reading, book, terms, expiry, now, minimumSize, required }: QuotingFacts,
  policy: QuotingPolicy,
): WantedQuote[] {
  const inventory = book.legs.find((leg) => leg.strike === strike && leg.isCall === isCall)?.size ?? 0n;
  const { price, volatilityBps } = reading!;
  const { mostInventory } = policy;
  const input = { strike, isCall, terms, price, volatilityBps, secondsLeft: expiry - now, inventory, mostInventory };
  const { bid, ask } = priceSeries(input, policy);
  const cash = book.cash - required;
  const roomToSell = smaller(policy.size, mostInventory + inventory);
  // Short of cash only what he holds is sold, and only shorts are bought back.
  const sell = cash >= policy.reserve ? roomToSell : smaller(roomToSell, larger(inventory, 0n));
  const payable = bid === 0n ? 0n : (larger(cash, 0n) * OPTION) / bid;
  const buy = smaller(smaller(policy.size, mostInventory - inventory), payable);
  const quotes: WantedQuote[] = [];
  if (sell >= minimumSize) quotes.push({ strike, isCall, side: "sell", size: sell, unit: ask });
  if (buy >= minimumSize && bid > 0n) quotes.push({ strike, isCall, side: "buy", size: buy, unit: bid });
  return quotes;
}
