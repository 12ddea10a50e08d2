// SPDX-License-Identifier: MIT
import type { Leg } from "../clearing/types.ts";

/** One leg of a quote, from the maker's side. */
export interface QuoteLeg {
  /** USD, 4 decimals. */
  readonly strike: bigint;
  readonly isCall: boolean;
  /** Options per unit of the quote's size: negative when the maker sells. */
  readonly ratio: bigint;
}

/** A maker's offer, field by field as `IClearingRecords.Quote`. Addresses in any case. */
export interface Quote {
  readonly maker: string;
  /** Whose book may take it; the zero address for anybody's. */
  readonly taker: string;
  readonly marketHash: string;
  /** Unix seconds. */
  readonly expiry: bigint;
  readonly makerSubId: bigint;
  readonly legs: readonly QuoteLeg[];
  /** For the whole size, ledger units; positive is paid to the maker. */
  readonly premium: bigint;
  /** Units with 6 decimals. */
  readonly size: bigint;
  readonly minimumFill: bigint;
  readonly nonce: bigint;
  /** Last second of the offer, unix seconds. */
  readonly deadline: bigint;
  /** USD, 8 decimals; with `spotHigh` 0 no price is asked. */
  readonly spotLow: bigint;
  readonly spotHigh: bigint;
}

/** A quote and the signature that binds its maker: 65 bytes of a key, or whatever his contract takes. */
export interface SignedQuote {
  readonly quote: Quote;
  readonly signature: string;
}

/** What the chain keeps for a nonce that was cancelled. */
export const CANCELLED = (1n << 64n) - 1n;

/** Paid to the maker for a part of a quote, negative when he pays; rounded against the taker, as the contract does. */
export function premiumOf({ premium, size }: Pick<Quote, "premium" | "size">, amount: bigint): bigint {
  if (premium < 0n) return -((-premium * amount) / size);
  return (premium * amount + size - 1n) / size;
}

/** What a fill adds to a book: the maker's side, or the taker's. */
export function legsOfFill(quote: Pick<Quote, "legs">, amount: bigint, side: "maker" | "taker"): Leg[] {
  const sign = side === "maker" ? amount : -amount;
  return quote.legs.map(({ strike, isCall, ratio }) => ({ strike, isCall, size: ratio * sign }));
}

/** Legs of a book after others were added, one per series, closed ones left out; in order of first appearance. */
export function addLegs(held: readonly Leg[], added: readonly Leg[]): Leg[] {
  const sums = new Map<string, Leg>();
  for (const leg of [...held, ...added]) {
    const key = `${leg.strike} ${leg.isCall}`;
    const { strike, isCall } = leg;
    sums.set(key, { strike, isCall, size: (sums.get(key)?.size ?? 0n) + leg.size });
  }
  return [...sums.values()].filter(({ size }) => size !== 0n);
}

/** What of `added` raises a book's shorts: the part of a trade that pays the mint fee. */
export function writtenBy(held: readonly Leg[], added: readonly Leg[]): Leg[] {
  const shortOf = (size: bigint): bigint => (size < 0n ? -size : 0n);
  const before = (leg: Leg): bigint =>
    held.find(({ strike, isCall }) => strike === leg.strike && isCall === leg.isCall)?.size ?? 0n;
  return addLegs([], added)
    .map((leg) => ({ ...leg, size: shortOf(before(leg) + leg.size) - shortOf(before(leg)) }))
    .filter(({ size }) => size > 0n);
}
