// SPDX-License-Identifier: MIT
import { bookParts, potKey } from "../../model/clearing/clearingLedger.ts";
import type { BlockSight } from "../record/sights.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import { hasMoved } from "./Invariant.ts";
import type { Invariant } from "./Invariant.ts";

/** S11: a loss takes the book's cash, then its expiry's share of insurance, then of the backstop, then the expiry's longs. */
export function waterfall(): Invariant {
  return {
    id: "S11",
    check(sight) {
      if (!hasMoved(sight)) return undefined;
      for (const event of sight.events) {
        const wrong = event.contract === "house" ? wrongOrder(event, sight) : undefined;
        if (wrong !== undefined) return wrong;
      }
      for (const [number, { insurance, reserved, tranche }] of sight.ledger.markets) {
        if (insurance < reserved) return `market ${number} has ${insurance} of insurance and ${reserved} set aside`;
        if (tranche.amount < tranche.reserved)
          return `market ${number} has a tranche of ${tranche.amount} and ${tranche.reserved} set aside`;
      }
      return undefined;
    },
  };
}

function wrongOrder({ name, args }: WorldEvent, { ledger, events }: BlockSight): string | undefined {
  if (name === "BookSettled") {
    const { market, expiry } = bookParts(args.id as bigint);
    const pot = ledger.pots.get(potKey(market, expiry));
    if (args.drawn + args.shortage > 0n && args.cash > 0n)
      return `book ${args.id} kept ${args.cash} while others paid ${args.drawn} and lost ${args.shortage}`;
    if (pot !== undefined && pot.drawn > pot.reserved)
      return `expiry ${market}:${expiry} drew ${pot.drawn} of ${pot.reserved} set aside`;
    if (args.shortage > 0n && pot !== undefined && pot.tranche > 0n && !isLast(events, market, expiry))
      return `book ${args.id} left ${args.shortage} open while the backstop had ${pot.tranche}`;
  }
  if (name === "TrancheDrawn") {
    const pot = ledger.pots.get(potKey(args.market as bigint, args.expiry as bigint));
    if (pot !== undefined && pot.drawn < pot.reserved)
      return `the backstop paid while ${pot.reserved - pot.drawn} of insurance were left`;
  }
  return undefined;
}

/** With the last short what was set aside is released. */
function isLast(events: readonly WorldEvent[], market: bigint, expiry: bigint): boolean {
  return events.some(({ name, args }) => name === "ExpiryFinal" && args.market === market && args.expiry === expiry);
}
