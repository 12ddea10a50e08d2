// SPDX-License-Identifier: MIT
import { bookParts, potKey } from "../../model/clearing/clearingLedger.ts";
import type { BookRecord } from "../../model/clearing/clearingLedger.ts";

/** A market's options of one expiry, and the books that hold some. */
export interface ExpiryBooks {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly books: ReadonlySet<bigint>;
}

/** Books that hold options and are not settled, found by market and expiry; empty expiries are forgotten. */
export class UnsettledBooks {
  readonly #expiries = new Map<string, ExpiryBooks & { readonly books: Set<bigint> }>();

  /** All expiries with such books, in no order. */
  expiries(): IterableIterator<ExpiryBooks> {
    return this.#expiries.values();
  }

  of(market: bigint, expiry: bigint): ReadonlySet<bigint> {
    return this.#expiries.get(potKey(market, expiry))?.books ?? new Set();
  }

  /** A book is like this now; undefined where there is none. */
  put(id: bigint, book: BookRecord | undefined): void {
    const { market, expiry } = bookParts(id);
    const key = potKey(market, expiry);
    const isUnsettled = book !== undefined && book.status !== "settled" && book.legs.length > 0;
    let found = this.#expiries.get(key);
    if (isUnsettled) {
      if (found === undefined) this.#expiries.set(key, (found = { market, expiry, books: new Set() }));
      found.books.add(id);
      return;
    }
    found?.books.delete(id);
    if (found?.books.size === 0) this.#expiries.delete(key);
  }
}
