// SPDX-License-Identifier: MIT
import { bookParts } from "../../model/clearing/clearingLedger.ts";
import { maximumLossUp } from "../../model/clearing/margin.ts";
import type { Invariant } from "./Invariant.ts";

/** S15: a book with its maximum loss is never liquidated, neither flagged nor bid for. */
export function fundedBooks(): Invariant {
  return {
    id: "S15",
    check({ flags, events, before, ledger }) {
      const flagged = flags.find(({ isFunded }) => isFunded);
      if (flagged !== undefined) return `book ${flagged.id} was flagged with ${flagged.cash}, its maximum loss`;
      for (const { contract, name, args } of events) {
        if (contract !== "house" || (name !== "BidFilled" && name !== "BookAbsorbed")) continue;
        const id = args.id as bigint;
        const book = before.get(id);
        if (book === undefined || book.status !== "flagged") continue;
        const maximum = maximumLossUp(book.legs, ledger.markets.get(bookParts(id).market)!.terms);
        if (book.cash >= maximum) return `book ${id} was bid for with ${book.cash} and a maximum loss of ${maximum}`;
      }
      return undefined;
    },
  };
}
