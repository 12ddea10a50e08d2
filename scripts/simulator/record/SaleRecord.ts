// SPDX-License-Identifier: MIT
import { calculateMarks } from "../../model/clearing/margin.ts";
import type { Leg, Terms } from "../../model/clearing/types.ts";

/** What a bid took over and what it was paid with it, in ledger units. */
export interface Sale {
  /** Sizes of shorts are below 0. */
  readonly legs: readonly Leg[];
  /** Of the book's cash and of insurance together. */
  readonly paid: bigint;
  /** The true price, 8 decimals. */
  readonly price: bigint;
  /** Of a mark. */
  readonly timeValue: bigint;
}

interface Total {
  marks: bigint;
  paid: bigint;
}

const DIGITS = 6;

/**
 * What liquidations gave for what they were paid: the marks, at the true price, of all legs that the bids of one liquidation took
 * over, against all they were paid with them. A book is sold in slices, each at a price of its own.
 */
export class SaleRecord<Book> {
  readonly #seen: {
    /** Of the latest liquidation of each book. */
    readonly totals: Map<Book, Total>;
    lowest: number | null;
  } = { totals: new Map(), lowest: null };

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** A book was flagged: what is sold from now on is another liquidation's. */
  begin(book: Book): void {
    this.#seen.lowest = lower(this.#seen.lowest, this.#seen.totals.get(book));
    this.#seen.totals.delete(book);
  }

  add(book: Book, { legs, paid, price, timeValue }: Sale, terms: Terms): void {
    const total = this.#seen.totals.get(book) ?? { marks: 0n, paid: 0n };
    this.#seen.totals.set(book, total);
    total.marks += calculateMarks(legs, terms, price, timeValue).full;
    total.paid += paid;
  }

  /** The worst of all; null where nothing was sold. */
  get lowestShare(): number | null {
    return [...this.#seen.totals.values()].reduce(lower, this.#seen.lowest);
  }
}

function lower(lowest: number | null, total: Total | undefined): number | null {
  if (total === undefined || total.paid === 0n) return lowest;
  const share = Number((Number(total.marks) / Number(total.paid)).toFixed(DIGITS));
  return lowest === null ? share : Math.min(lowest, share);
}
