// SPDX-License-Identifier: MIT
import type { Leg } from "../../model/clearing/types.ts";
import { premiumOf } from "../../model/trading/quotes.ts";
import type { SignedQuote } from "../../model/trading/quotes.ts";

/** A quote of which so much is left. */
export interface Offer extends SignedQuote {
  /** 6 decimals. */
  readonly available: bigint;
}

/** A part of a quote. */
export interface OfferFill {
  readonly offer: Offer;
  readonly amount: bigint;
}

/** Quotes that close legs, and what they cost together; ledger units, negative when they pay. */
export interface Closing {
  readonly fills: readonly OfferFill[];
  readonly premium: bigint;
}

/** When and at which price the quotes are filled, and by whom. */
export interface ClosingMoment {
  readonly marketHash: string;
  readonly expiry: bigint;
  /** Unix seconds. */
  readonly time: bigint;
  /** USD, 8 decimals. */
  readonly price: bigint;
  readonly taker: string;
}

const NOBODY = `0x${"0".repeat(40)}`;
/** A quote must outlive the blocks it takes to be filled, seconds. */
const LEAST_LIFE = 30n;
/** Fills of one call at most. */
const MOST_FILLS = 8;

/** The cheapest fills of single-leg quotes that close all of `legs`, to the last unit; undefined where there are none. Pure. */
export function closeWithQuotes(
  legs: readonly Leg[],
  offers: readonly Offer[],
  moment: ClosingMoment,
): Closing | undefined {
  const usable = offers.filter((offer) => isUsable(offer, moment));
  const fills: OfferFill[] = [];
  for (const leg of legs) {
    const found = closeLeg(leg, usable);
    if (found === undefined) return undefined;
    fills.push(...found);
  }
  if (fills.length > MOST_FILLS) return undefined;
  return { fills, premium: fills.reduce((sum, { offer, amount }) => sum + premiumOf(offer.quote, amount), 0n) };
}

function closeLeg(leg: Leg, offers: readonly Offer[]): OfferFill[] | undefined {
  // Whoever is short buys: the maker sells one option for each unit, and the other way about.
  const ratio = leg.size < 0n ? -1n : 1n;
  const matching = offers
    .filter(
      ({
        quote: {
          legs: [only],
        },
      }) => only!.strike === leg.strike && only!.isCall === leg.isCall,
    )
    .filter(
      ({
        quote: {
          legs: [only],
        },
      }) => only!.ratio === ratio,
    )
    .sort((a, b) => byPrice(a, b));
  const fills: OfferFill[] = [];
  let left = leg.size < 0n ? -leg.size : leg.size;
  for (const offer of matching) {
    if (left === 0n) break;
    const amount = offer.available < left ? offer.available : left;
    if (amount === 0n || amount < offer.quote.minimumFill) continue;
    fills.push({ offer, amount });
    left -= amount;
  }
  return left === 0n ? fills : undefined;
}

function byPrice({ quote: a }: Offer, { quote: b }: Offer): number {
  const difference = a.premium * b.size - b.premium * a.size;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function isUsable({ quote }: Offer, { marketHash, expiry, time, price, taker }: ClosingMoment): boolean {
  const isForUs = [NOBODY, taker.toLowerCase()].includes(quote.taker.toLowerCase());
  const isAtPrice = quote.spotHigh === 0n || (quote.spotLow <= price && price <= quote.spotHigh);
  const isOfBook = quote.marketHash.toLowerCase() === marketHash.toLowerCase() && quote.expiry === expiry;
  return quote.legs.length === 1 && isForUs && isAtPrice && isOfBook && quote.deadline >= time + LEAST_LIFE;
}
