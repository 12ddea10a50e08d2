// SPDX-License-Identifier: MIT
import { potKey } from "../../model/clearing/clearingLedger.ts";
import type { BookRecord, ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import { isFlaggable } from "../../model/clearing/isShort.ts";
import { laterReading } from "../../model/clearing/laterReading.ts";
import type { LiquidationReading } from "../../model/clearing/liquidationReading.ts";
import { costUp, maintenanceScenario } from "../../model/clearing/margin.ts";
import type { ExpiryBooks } from "../index/UnsettledBooks.ts";

/** A book that could be flagged. */
export interface UnhealthyBook {
  readonly id: bigint;
  readonly book: BookRecord;
  readonly reading: LiquidationReading;
  /** What it holds of maintenance margin, millionths. */
  readonly coverPpm: bigint;
}

const PPM = 1_000_000n;

/**
 * Every book that could be flagged by a transaction that is in a block so much later, if no price comes meanwhile; the one that holds
 * least of its maintenance margin first. Pure.
 * @param expiries Books that hold options. @param readings By {@link potKey}; expiries without one are left out. @param ahead Seconds
 * after the readings' block.
 */
export function findUnhealthy(
  ledger: ClearingLedger,
  expiries: Iterable<ExpiryBooks>,
  readings: ReadonlyMap<string, LiquidationReading>,
  ahead = 0n,
): UnhealthyBook[] {
  const found: UnhealthyBook[] = [];
  for (const { market, expiry, books } of expiries) {
    const reading = readings.get(potKey(market, expiry));
    if (reading === undefined || reading.allowed === "none") continue;
    const { terms } = ledger.markets.get(market)!;
    const later = laterReading(reading, ahead);
    const scenario = maintenanceScenario(reading.latest, reading.maintenance);
    for (const id of books) {
      const book = ledger.books.get(id)!;
      if (book.status !== "healthy" || !isFlaggable(book, terms, later)) continue;
      found.push({ id, book, reading, coverPpm: (book.cash * PPM) / costUp(book.legs, terms, scenario) });
    }
  }
  return found.sort((a, b) => Number(a.coverPpm - b.coverPpm));
}
