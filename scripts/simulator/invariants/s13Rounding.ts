// SPDX-License-Identifier: MIT
import { bookParts, potKey } from "../../model/clearing/clearingLedger.ts";
import { numerators, toUnitsUp } from "../../model/clearing/payoff.ts";
import type { BlockSight } from "../record/sights.ts";
import { booksOf } from "../record/BookCopies.ts";
import type { WorldEvent } from "../world/BlockWatch.ts";
import type { Invariant } from "./Invariant.ts";

/** S13: no rounding favours the caller: what the house holds beyond what it owes never falls, debts round up, claims down. */
export function rounding(): Invariant {
  const memory = { surplus: new Map<string, bigint>() };
  return {
    id: "S13",
    memory,
    check(sight) {
      const now = new Map(sight.tokens.map(({ token, balance, owed, scale }) => [token, balance - owed * scale]));
      const before = memory.surplus;
      memory.surplus = now;
      for (const [token, amount] of now) {
        const had = before.get(token) ?? amount;
        if (amount < had) return `of ${token} ${had} were held beyond what is owed, now ${amount}`;
      }
      for (const event of sight.events) {
        const wrong = wrongDebt(event, sight) ?? wrongReceipt(event, sight);
        if (wrong !== undefined) return wrong;
      }
      return overpaid(sight);
    },
  };
}

/** A settled book pays, or others for it, what its legs owe, rounded up, to the unit. */
function wrongDebt({ name, args }: WorldEvent, { events, before, ledger }: BlockSight): string | undefined {
  if (name !== "BookSettled") return undefined;
  const id = args.id as bigint;
  const book = before.get(id);
  const isAlone = events.filter((event) => booksOf(event).includes(id)).length === 1;
  if (book === undefined || !isAlone || events.some(({ name }) => name === "TrancheDrawn")) return undefined;
  const { market, expiry } = bookParts(id);
  const { terms } = ledger.markets.get(market)!;
  const { price } = ledger.pots.get(potKey(market, expiry))!;
  const { owed, due } = numerators(book.legs, terms, price);
  const debt = owed > due ? toUnitsUp(owed - due, terms, price) : 0n;
  const given = (args.paid + args.drawn + args.shortage) as bigint;
  return given === debt ? undefined : `book ${id} owed ${debt} and ${given} were counted`;
}

/** A receipt was paid its share of what was collected, rounded down: what is collected only grows beside what is claimed. */
function wrongReceipt({ name, args }: WorldEvent, { ledger }: BlockSight): string | undefined {
  if (name !== "Redeemed" || args.par === 0n) return undefined;
  const { market, expiry, owner } = args as unknown as { market: bigint; expiry: bigint; owner: string };
  const { claims, collected } = ledger.pots.get(potKey(market, expiry))!;
  if (claims === 0n) return undefined;
  const due = ((args.par as bigint) * collected) / claims;
  return args.paidTotal <= due ? undefined : `${owner} was paid ${args.paidTotal} of ${due} due in ${market}:${expiry}`;
}

function overpaid({ ledger, events }: BlockSight): string | undefined {
  if (!events.some(({ name }) => name === "Redeemed")) return undefined;
  for (const [key, { paidOut, collected }] of ledger.pots)
    if (paidOut > collected) return `expiry ${key} paid ${paidOut} of ${collected} collected`;
  return undefined;
}
