// SPDX-License-Identifier: MIT
import { BPS } from "./constants.ts";

/** A venue's last trade, already in dollars. */
export interface VenueQuote {
  readonly venue: string;
  /** USD per unit, 8 decimals. */
  readonly price: bigint;
  /** When the trade happened, unix milliseconds. */
  readonly tradedAtMs: bigint;
}

/** Rules of the median. */
export interface VenuePolicy {
  /** Fewest venues that must agree. */
  readonly minimumVenues: number;
  /** A trade older than this is stale. */
  readonly maximumAgeMs: bigint;
  /** A trade dated further ahead than this is refused. */
  readonly maximumLeadMs: bigint;
  /** A venue further than this from the median of the fresh ones is an outlier. */
  readonly outlierBps: bigint;
}

/** Why a venue did not count. */
export interface DroppedVenue {
  readonly venue: string;
  readonly reason: "stale" | "fromTheFuture" | "worthless" | "outlier";
}

/** Outcome of the median: a price, or abstention. */
export interface VenueMedian {
  /** 0 abstains. */
  readonly price: bigint;
  readonly used: readonly string[];
  readonly dropped: readonly DroppedVenue[];
}

/**
 * Price of a feed from its venues: the median of fresh venues after dropping outliers, the mean (rounded down) of the
 * middle two when their number is even; 0 when too few are left. Two venues that contradict each other both drop out.
 */
export function medianOfVenues(quotes: readonly VenueQuote[], nowMs: bigint, policy: VenuePolicy): VenueMedian {
  const dropped: DroppedVenue[] = [];
  const fresh = quotes.filter((quote) => keep(quote, refusal(quote, nowMs, policy), dropped));
  const middle = median(fresh.map((quote) => quote.price));
  const used = fresh.filter((quote) =>
    keep(quote, isOutlier(quote.price, middle, policy) ? "outlier" : undefined, dropped),
  );
  const enough = used.length >= policy.minimumVenues && used.length > 0;

  return {
    price: enough ? median(used.map((quote) => quote.price)) : 0n,
    used: used.map((quote) => quote.venue),
    dropped,
  };
}

function keep(quote: VenueQuote, reason: DroppedVenue["reason"] | undefined, dropped: DroppedVenue[]): boolean {
  if (reason !== undefined) dropped.push({ venue: quote.venue, reason });
  return reason === undefined;
}

function refusal(quote: VenueQuote, nowMs: bigint, policy: VenuePolicy): DroppedVenue["reason"] | undefined {
  if (quote.price <= 0n) return "worthless";
  if (nowMs - quote.tradedAtMs > policy.maximumAgeMs) return "stale";
  return quote.tradedAtMs - nowMs > policy.maximumLeadMs ? "fromTheFuture" : undefined;
}

function isOutlier(price: bigint, middle: bigint, policy: VenuePolicy): boolean {
  const distance = price > middle ? price - middle : middle - price;
  return distance * BPS > policy.outlierBps * middle;
}

function median(prices: readonly bigint[]): bigint {
  if (prices.length === 0) return 0n;
  const sorted = [...prices].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const upper = sorted[Math.floor(sorted.length / 2)]!;
  return sorted.length % 2 === 1 ? upper : (sorted[sorted.length / 2 - 1]! + upper) / 2n;
}
