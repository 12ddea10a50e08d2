// SPDX-License-Identifier: MIT
import { mayTake, topOfBook } from "../../../scripts/model/trading/chooseQuotes.ts";
import type { Offer, Taker } from "../../../scripts/model/trading/chooseQuotes.ts";

/** A series that somebody sells. */
export interface SeriesOffer {
  /** Unix seconds. */
  readonly expiry: bigint;
  /** USD, 4 decimals. */
  readonly strike: bigint;
  readonly isCall: boolean;
  /** For one option at the best of its quotes, ledger units, rounded up. */
  readonly ask: bigint;
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

/** What can be bought by quotes of one leg, series by series: the nearest expiry first, calls before puts, by strike. */
export function seriesOffers(
  offers: readonly Offer[],
  marketHash: string,
  taker: Omit<Taker, "limit">,
): readonly SeriesOffer[] {
  const usable = offers.filter((offer) => offer.quote.marketHash === marketHash && mayTake(offer, taker));
  const series = new Map<string, SeriesOffer>();
  for (const { quote, available } of oncePerNonce(usable)) {
    const [leg] = quote.legs;
    if (quote.legs.length !== 1 || leg === undefined || leg.ratio >= 0n) continue;
    const { strike, isCall, ratio } = leg;
    const key = `${quote.expiry} ${strike} ${isCall}`;
    const { ask } = topOfBook(usable, { marketHash, expiry: quote.expiry, strike, isCall });
    const before = series.get(key)?.available ?? 0n;
    series.set(key, { expiry: quote.expiry, strike, isCall, ask: ask ?? 0n, available: before - available * ratio });
  }
  return [...series.values()].toSorted(
    (a, b) => Number(a.expiry - b.expiry) || Number(b.isCall) - Number(a.isCall) || Number(a.strike - b.strike),
  );
}
