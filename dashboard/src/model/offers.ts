// SPDX-License-Identifier: MIT
import { mayTake, topOfBook } from "../../../scripts/model/trading/chooseQuotes.ts";
import type { Offer, Taker } from "../../../scripts/model/trading/chooseQuotes.ts";

/** What makers do: sell, or buy. */
export type Side = "asks" | "bids";

/** A series that makers quote. */
export interface SeriesOffer {
  /** Unix seconds. */
  readonly expiry: bigint;
  /** USD, 4 decimals. */
  readonly strike: bigint;
  readonly isCall: boolean;
  /** For one option at the best of its quotes, ledger units, rounded against whoever takes it. */
  readonly price: bigint;
  /** Of all its quotes together, 6 decimals. */
  readonly available: bigint;
}

/** Two versions of a quote share a nonce, and are never filled beyond one of them: the larger counts. */
function oncePerNonce(offers: readonly Offer[]): Offer[] {
  const largest = new Map<string, Offer>();
  for (const offer of offers) {
    const key = `${offer.quote.maker} ${offer.quote.nonce}`;
    if ((largest.get(key)?.available ?? -1n) < offer.available) largest.set(key, offer);
  }
  return [...largest.values()];
}

/** What one side quotes by quotes of one leg, series by series: the nearest expiry first, calls before puts, by strike. */
export function seriesOffers(
  offers: readonly Offer[],
  marketHash: string,
  taker: Omit<Taker, "limit">,
  side: Side,
): readonly SeriesOffer[] {
  const usable = offers.filter((offer) => offer.quote.marketHash === marketHash && mayTake(offer, taker));
  const series = new Map<string, SeriesOffer>();
  for (const { quote, available } of oncePerNonce(usable)) {
    const [leg] = quote.legs;
    if (quote.legs.length !== 1 || leg === undefined || leg.ratio < 0n !== (side === "asks")) continue;
    const { strike, isCall, ratio } = leg;
    const key = `${quote.expiry} ${strike} ${isCall}`;
    const { ask = 0n, bid = 0n } = topOfBook(usable, { marketHash, expiry: quote.expiry, strike, isCall });
    const offered = (series.get(key)?.available ?? 0n) + available * (ratio < 0n ? -ratio : ratio);
    const price = side === "asks" ? ask : bid;
    series.set(key, { expiry: quote.expiry, strike, isCall, price, available: offered });
  }
  return [...series.values()].toSorted(
    (a, b) => Number(a.expiry - b.expiry) || Number(b.isCall) - Number(a.isCall) || Number(a.strike - b.strike),
  );
}
