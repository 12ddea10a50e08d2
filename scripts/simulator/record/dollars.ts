// SPDX-License-Identifier: MIT
import type { MarketRecord } from "../../model/clearing/clearingLedger.ts";
import { PRICE_ONE } from "../../model/constants.ts";
import type { FeedSight } from "./sights.ts";

const CENTS = 100;
const SIZE_DIGITS = 1e6;

/** What ledger units of a market are worth at the true price; a stable counts at par. */
export function dollarsOf(amount: bigint, { terms, feed }: MarketRecord, feeds: readonly FeedSight[]): number {
  const whole = Number(amount) / 10 ** terms.unitDecimals;
  return terms.kind === "quote" ? whole : whole * priceOf(feeds[Number(feed)]!.truth);
}

/** Options at the true price of what they are on; sizes have 6 decimals. */
export function notionalOf(size: bigint, { feed }: MarketRecord, feeds: readonly FeedSight[]): number {
  return (Number(size) / SIZE_DIGITS) * priceOf(feeds[Number(feed)]!.truth);
}

/** 8 decimals. */
export function priceOf(price: bigint): number {
  return Number(price) / Number(PRICE_ONE);
}

/** To the cent. */
export function cents(dollars: number): number {
  return Math.round(dollars * CENTS) / CENTS;
}
