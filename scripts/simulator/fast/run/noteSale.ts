// SPDX-License-Identifier: MIT
import type { Leg } from "../../../model/clearing/types.ts";
import type { SaleRecord } from "../../record/SaleRecord.ts";
import type { BidResult, FastBook } from "../protocol/fastTypes.ts";
import type { MarketReading } from "../protocol/readMarket.ts";

/** A bid that went through. */
export interface FilledBid {
  readonly book: FastBook;
  /** The book's legs until then. */
  readonly before: readonly Leg[];
  readonly done: BidResult;
  readonly reading: MarketReading;
  /** 8 decimals. */
  readonly truth: number;
}

/** Keeps what a bid took over of a book, and what it was paid. */
export function noteSale(sales: SaleRecord<FastBook>, { book, before, done, reading, truth }: FilledBid): void {
  const legs = before.map((leg) => ({ ...leg, size: leg.size - sizeOf(book.legs, leg) }));
  const { timeValue } = reading.maintenance;
  sales.add(book, { legs, paid: done.paid + done.drawn, price: BigInt(truth), timeValue }, book.market.terms);
}

function sizeOf(legs: readonly Leg[], { strike, isCall }: Leg): bigint {
  return legs.find((leg) => leg.strike === strike && leg.isCall === isCall)?.size ?? 0n;
}
