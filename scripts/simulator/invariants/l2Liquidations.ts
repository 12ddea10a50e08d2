// SPDX-License-Identifier: MIT
import { AUCTION_RULES } from "../../model/clearing/liquidation.ts";
import { ALL_SPENT, boundOf } from "../record/boundOf.ts";
import type { BlockSight, UnhealthySight } from "../record/sights.ts";
import type { Invariant } from "./Invariant.ts";

/** In which an auction comes to pay more than the book has. */
const AUCTION_SECONDS = Number(AUCTION_RULES.solventSeconds + AUCTION_RULES.insolventSeconds);

/** L2: an unhealthy book gets its first bid in the time its mode allows, from the second round that found it short. */
export function booksAreDealtWith(): Invariant {
  const memory = {
    waits: new Map<bigint, number>(),
    /** Flagged books that had their first bid. */
    dealt: new Set<bigint>(),
    seconds: 0,
  };
  return {
    id: "L2",
    memory,
    check(sight, { running }) {
      const { dealt, waits } = memory;
      const step = Math.max(sight.seconds - memory.seconds, 0);
      memory.seconds = sight.seconds;
      followBids(sight, dealt);
      // Somebody must be there to do it.
      const isManned = [...running].some((name) => name.startsWith("liquidator"));
      const next = new Map<bigint, number>();
      let wrong: string | undefined;
      for (const book of sight.unhealthy) {
        if ((!book.isFlaggable && !book.isFlagged) || dealt.has(book.id)) continue;
        const canBeServed = isManned && !book.isHeld && book.paysForGas;
        const before = waits.get(book.id);
        // What is found in a block was not there to be seen before it.
        const spent = before === undefined ? 0 : before + (canBeServed ? step / longestWait(book) : 0);
        next.set(book.id, spent);
        if (spent > ALL_SPENT) wrong ??= `book ${book.id} waits for its first bid, in ${book.mode} at last`;
      }
      memory.waits = next;
      return wrong;
    },
  };
}

/** Nobody is promised to take over more than he is paid: a book that owes more than it has gets its whole auction as well. */
function longestWait(book: UnhealthySight): number {
  return boundOf(book) + (book.isInsolvent ? AUCTION_SECONDS : 0);
}

function followBids({ events }: BlockSight, dealt: Set<bigint>): void {
  for (const { contract, name, args } of events) {
    if (contract !== "house") continue;
    if (name === "BidFilled" || name === "BookAbsorbed") dealt.add(args.id as bigint);
    if (name === "BookFlagged" || name === "BookUnflagged") dealt.delete(args.id as bigint);
  }
}
