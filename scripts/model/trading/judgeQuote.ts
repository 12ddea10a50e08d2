// SPDX-License-Identifier: MIT
import type { Leg, Terms } from "../clearing/types.ts";
import { mintFeeUp } from "./mintFee.ts";
import { addLegs, CANCELLED, legsOfFill, premiumOf, writtenBy } from "./quotes.ts";
import type { Quote } from "./quotes.ts";

/** Why a quote is not, or no longer, on the board. */
export const QUOTE_REFUSALS = [
  "deadlinePassed",
  "deadlineTooFar",
  "expiryClosed",
  "expiryOffGrid",
  "legsMalformed",
  "sizeMalformed",
  "spotMalformed",
  "marketUnknown",
  "marketClosed",
  "strikeOffGrid",
  "signatureWrong",
  "cancelled",
  "filled",
  "makerShort",
] as const;

/** One of {@link QUOTE_REFUSALS}. */
export type QuoteRefusal = (typeof QUOTE_REFUSALS)[number];

/** How far ahead a board looks. */
export interface QuotePolicy {
  /** Latest deadline a quote may have from now on, seconds. */
  readonly longestSeconds: bigint;
}

/** What is fixed of a market, and whether it is open. */
export interface QuotedMarket {
  readonly terms: Terms;
  readonly strikeStep: bigint;
  readonly mintFee: bigint;
  readonly tip: bigint;
  readonly dust: bigint;
  readonly isSunset: boolean;
}

/** The maker's book as the chain has it. */
export interface MakerBook {
  readonly cash: bigint;
  /** Tips set aside, 0 to 2. */
  readonly tips: bigint;
  /** 0 healthy, 1 flagged, 2 settled. */
  readonly state: bigint;
  readonly legs: readonly Leg[];
}

/** A requirement as the chain gives it. */
export interface RequiredOf {
  /** Whether `cost` was measured; without a price there is none. */
  readonly hasPrice: boolean;
  readonly cost: bigint;
  readonly amount: bigint;
}

const DAY = 86_400n;
const EXPIRY_SECOND = 28_800n;
const LONGEST_TENOR = 90n * DAY;
const MOST_LEGS = 8;

/** What is wrong with a quote that needs no chain to see; the cheapest refusals. Time in unix seconds. */
export function refusalOfForm(quote: Quote, now: bigint, policy: QuotePolicy): QuoteRefusal | undefined {
  if (quote.deadline < now) return "deadlinePassed";
  if (quote.deadline > now + policy.longestSeconds) return "deadlineTooFar";
  if (quote.expiry % DAY !== EXPIRY_SECOND || quote.expiry > now + LONGEST_TENOR) return "expiryOffGrid";
  if (quote.expiry <= now) return "expiryClosed";
  if (quote.size === 0n || quote.minimumFill > quote.size) return "sizeMalformed";
  if (quote.spotHigh !== 0n && quote.spotLow > quote.spotHigh) return "spotMalformed";
  const series = new Set(quote.legs.map(({ strike, isCall }) => `${strike} ${isCall}`));
  const isWhole = quote.legs.every(({ strike, ratio }) => strike !== 0n && ratio !== 0n);
  return quote.legs.length === 0 || quote.legs.length > MOST_LEGS || series.size !== quote.legs.length || !isWhole
    ? "legsMalformed"
    : undefined;
}

/** What is wrong with it in its market. */
export function refusalOfMarket(quote: Quote, market: QuotedMarket | undefined): QuoteRefusal | undefined {
  if (market === undefined) return "marketUnknown";
  if (market.isSunset) return "marketClosed";
  return quote.legs.every(({ strike }) => strike % market.strikeStep === 0n) ? undefined : "strikeOffGrid";
}

/** What is left of a quote by what the chain keeps for its nonce; a refusal when nothing is. */
export function leftOf(quote: Quote, filled: bigint, isBelowFirst: boolean): bigint | "cancelled" | "filled" {
  if (filled === CANCELLED || isBelowFirst) return "cancelled";
  return filled >= quote.size ? "filled" : quote.size - filled;
}

/** The maker's legs if all that is left were taken at once. */
export function makerLegsAfter(quote: Quote, left: bigint, book: MakerBook): Leg[] {
  return addLegs(book.legs, legsOfFill(quote, left, "maker"));
}

/**
 * Whether the maker's book could carry all that is left of a quote: premium, fee and tips paid, initial margin met. What a
 * view can tell: his other quotes are looked at each for itself, and caps are not.
 */
export function canPay(
  quote: Quote,
  left: bigint,
  book: MakerBook,
  market: QuotedMarket,
  after: RequiredOf | undefined,
): boolean {
  if (book.state !== 0n) return false;
  const cash = cashAfter(book, legsOfFill(quote, left, "maker"), premiumOf(quote, left), market);
  if (cash === undefined) return false;
  if (after === undefined) return true;
  const isDust = after.hasPrice && after.cost < market.dust && after.amount >= after.cost;
  return cash >= after.amount && !isDust;
}

/** Cash of a book after a trade: premium received or paid, fee and tips taken, tips given back. Undefined: it cannot pay. */
export function cashAfter(
  book: Pick<MakerBook, "cash" | "tips" | "legs">,
  added: readonly Leg[],
  premium: bigint,
  market: Pick<QuotedMarket, "terms" | "mintFee" | "tip">,
): bigint | undefined {
  const written = writtenBy(book.legs, added);
  const fee = mintFeeUp(written, market.terms, market.mintFee);
  const tips = fee === 0n ? 0n : (2n - book.tips) * market.tip;
  const paid = book.cash + premium;
  if (paid < 0n || paid < fee + tips) return undefined;
  const hasShorts = addLegs(book.legs, added).some(({ size }) => size < 0n);
  const aside = fee === 0n ? book.tips : 2n;
  return paid - fee - tips + (hasShorts ? 0n : aside * market.tip);
}
