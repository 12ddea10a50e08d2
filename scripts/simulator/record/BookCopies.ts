// SPDX-License-Identifier: MIT
import type { BookRecord, ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import type { BookCopy } from "./sights.ts";

/** Arguments of events that are ids of books. */
const ID_NAMES = ["id", "newId", "into", "makerBook", "takerBook"] as const;

/** All books as they were after the block before. */
export class BookCopies {
  #copies = new Map<bigint, BookCopy>();

  /** Books that events name, as they were before them; from now on they are as the ledger has them. */
  take(events: readonly WorldEvent[], ledger: ClearingLedger): Map<bigint, BookCopy | undefined> {
    const before = new Map<bigint, BookCopy | undefined>();
    for (const id of events.flatMap(booksOf)) {
      if (!before.has(id)) before.set(id, this.#copies.get(id));
    }
    for (const id of before.keys()) {
      const book = ledger.books.get(id);
      if (book === undefined) this.#copies.delete(id);
      else this.#copies.set(id, copyOf(book));
    }
    return before;
  }

  /** Forgets what is no more, and takes all of the ledger. */
  renew(ledger: ClearingLedger): void {
    this.#copies = new Map([...ledger.books].map(([id, book]) => [id, copyOf(book)]));
  }

  get ids(): readonly bigint[] {
    return [...this.#copies.keys()];
  }
}

/** Books that an event of the Clearinghouse changes. */
export function booksOf({ contract, args, name }: WorldEvent): bigint[] {
  if (contract !== "house" || name === "Transfer") return [];
  const named = args.toObject();
  return ID_NAMES.flatMap((key) => (typeof named[key] === "bigint" ? [named[key]] : []));
}

function copyOf({ cash, tips, status, legs }: BookRecord): BookCopy {
  return { cash, tips, status, legs: legs.map((leg) => ({ ...leg })) };
}
