// SPDX-License-Identifier: MIT
import { larger, smaller } from "../clearing/payoff.ts";
import { premiumOf } from "./quotes.ts";
import type { Quote } from "./quotes.ts";

/** A quote as somebody who may take it sees it. */
export interface Offer {
  readonly quote: Quote;
  /** What is left of it, 6 decimals. */
  readonly available: bigint;
}

/** What somebody wants of one series. */
export interface Wanted {
  readonly marketHash: string;
  readonly expiry: bigint;
  readonly strike: bigint;
  readonly isCall: boolean;
  /** Options, 6 decimals: positive buys, negative sells. */
  readonly size: bigint;
}

/** Who wants it, and when. */
export interface Taker {
  /** Lower case. */
  readonly owner: string;
  /** Unix seconds until which a quote must hold. */
  readonly until: bigint;
  /** Price now, 8 decimals. */
  readonly price: bigint;
  /** Most that is paid, or least that is taken, for one option, ledger units; none for any. */
  readonly limit?: bigint | undefined;
}

/** A part of a quote. */
export interface Chosen<Given extends Offer> {
  readonly offer: Given;
  /** Units of the quote, 6 decimals. */
  readonly amount: bigint;
}

/** What was found; `missing` options, 6 decimals, nobody offers. */
export interface Choice<Given extends Offer> {
  readonly chosen: readonly Chosen<Given>[];
  /** Paid by the taker, negative when he is paid. */
  readonly premium: bigint;
  readonly missing: bigint;
}

/** Quotes that one call fills at most. */
export const MOST_FILLS = 16;
const ONE = 1_000_000n;
const NOBODY = `0x${"0".repeat(40)}`;

/** What was taken of each nonce so far, by maker and nonce: the chain counts fills of all quotes that share one together. */
export type Taken = Map<string, bigint>;

/** The cheapest quotes of one leg that together give what is wanted; best price first, the older one of equals. Pure. */
export function chooseQuotes<Given extends Offer>(
  offers: readonly Given[],
  wanted: Wanted,
  taker: Taker,
  taken: Taken = new Map(),
): Choice<Given> {
  const usable = offers.filter((offer) => isMeant(offer, wanted) && mayTake(offer, taker));
  const size = wanted.size < 0n ? -wanted.size : wanted.size;
  return takeBest(usable, size, ratioOf, (quote) => isWithin(quote, wanted, taker.limit), taken);
}

/**
 * Takes the best of quotes until they give `size`.
 * @param unitsOf What one unit of a quote gives of what is wanted, above 0.
 * @param isWithinLimit Whether a price will do; dearer ones are not looked at.
 */
export function takeBest<Given extends Offer>(
  offers: readonly Given[],
  size: bigint,
  unitsOf: (quote: Quote) => bigint,
  isWithinLimit: (quote: Quote) => boolean,
  taken: Taken,
): Choice<Given> {
  const priceOf = ({ quote }: Given): Fraction => priceOfUnits(quote, unitsOf(quote));
  const best = offers.toSorted((a, b) => compare(priceOf(a), priceOf(b)));
  const chosen: Chosen<Given>[] = [];
  let premium = 0n;
  let left = size;
  for (const offer of best) {
    if (left === 0n || chosen.length === MOST_FILLS) break;
    const units = unitsOf(offer.quote);
    const nonce = `${offer.quote.maker} ${offer.quote.nonce}`;
    const available = larger(offer.available - (taken.get(nonce) ?? 0n), 0n);
    const amount = smaller(left / units, available);
    if (amount === 0n || amount < smaller(offer.quote.minimumFill, available)) continue;
    if (!isWithinLimit(offer.quote)) break;
    chosen.push({ offer, amount });
    taken.set(nonce, (taken.get(nonce) ?? 0n) + amount);
    premium += premiumOf(offer.quote, amount);
    left -= amount * units;
  }
  return { chosen, premium, missing: left };
}

/** What one option costs by a quote, ledger units; negative when the maker pays. The same for buying and selling: low is good. */
export function unitPrice(quote: Quote): Fraction {
  return priceOfUnits(quote, ratioOf(quote));
}

function priceOfUnits({ premium, size }: Quote, units: bigint): Fraction {
  return { numerator: premium * ONE, denominator: size * units };
}

/** Best price at which an option of a series is offered, and bid for, ledger units; none where nobody does. */
export function topOfBook(
  offers: readonly Offer[],
  series: Omit<Wanted, "size">,
): { readonly ask: bigint | undefined; readonly bid: bigint | undefined } {
  const best = (size: bigint): bigint | undefined => {
    const prices = offers.filter((offer) => isMeant(offer, { ...series, size })).map(({ quote }) => unitPrice(quote));
    const [lowest] = prices.toSorted(compare);
    return lowest === undefined ? undefined : ceiling(lowest);
  };
  const bid = best(-1n);
  return { ask: best(1n), bid: bid === undefined ? undefined : -bid };
}

/** One leg of the series, on the other side: the maker sells what is bought. */
function isMeant({ quote }: Offer, { marketHash, expiry, strike, isCall, size }: Wanted): boolean {
  const [leg] = quote.legs;
  return (
    quote.legs.length === 1 &&
    quote.marketHash === marketHash &&
    quote.expiry === expiry &&
    leg!.strike === strike &&
    leg!.isCall === isCall &&
    leg!.ratio < 0n === size > 0n
  );
}

/** Whether somebody may take a quote at all. */
export function mayTake({ quote }: Offer, { owner, until, price }: Taker): boolean {
  const isMine = quote.maker === owner;
  const isForMe = quote.taker === NOBODY || quote.taker === owner;
  const isInRange = quote.spotHigh === 0n || (price >= quote.spotLow && price <= quote.spotHigh);
  return !isMine && isForMe && isInRange && quote.deadline >= until;
}

function isWithin(quote: Quote, { size }: Wanted, limit: bigint | undefined): boolean {
  if (limit === undefined) return true;
  const { numerator, denominator } = unitPrice(quote);
  return size > 0n ? numerator <= limit * denominator : -numerator >= limit * denominator;
}

function ratioOf({ legs }: Quote): bigint {
  const { ratio } = legs[0]!;
  return ratio < 0n ? -ratio : ratio;
}

interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function compare(a: Fraction, b: Fraction): number {
  const [left, right] = [a.numerator * b.denominator, b.numerator * a.denominator];
  return left < right ? -1 : left > right ? 1 : 0;
}

function ceiling({ numerator, denominator }: Fraction): bigint {
  const quotient = numerator / denominator;
  return numerator > 0n && quotient * denominator !== numerator ? quotient + 1n : quotient;
}
