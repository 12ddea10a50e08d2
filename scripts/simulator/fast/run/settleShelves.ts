// SPDX-License-Identifier: MIT
import { larger, numerators, toUnitsUp } from "../../../model/clearing/payoff.ts";
import type { Settlement } from "../../../model/clearing/settlementLadder.ts";
import type { FastBook } from "../protocol/fastTypes.ts";
import { openPot, payoutIndex, priceExpiry, settleBook } from "../protocol/settleBooks.ts";
import type { FastWorld, SettledShelf } from "./FastWorld.ts";
import type { Shelf } from "./Shelf.ts";

/** Where no keeper works, users settle their own expiry after this long. */
const USERS_SECONDS = 3_600;

/** Settles what the ladder allows at a block, all of its books at once. Returns whether something was settled. */
export function settleShelves(
  world: FastWorld,
  now: number,
  witnesses: ReadonlyMap<Shelf, readonly bigint[]>,
): boolean {
  const { shelves, settled, faults, scenario } = world;
  let isAny = false;
  for (const shelf of shelves) {
    if (now < shelf.expiry || settled.has(shelf)) continue;
    const { works } = faults.keepersAt(now - scenario.chain.startAt);
    if (!works && now < shelf.expiry + USERS_SECONDS) continue;
    const runner = world.feeds.find(({ model }) => model === shelf.market.feed)!;
    const settlement = priceExpiry(shelf.market.feed, runner.marks, shelf.expiry, now, witnesses.get(shelf));
    if (settlement.rung === "none") continue;
    settled.set(shelf, settle(shelf, settlement, now));
    isAny = true;
  }
  return isAny;
}

/**
 * What books of expiries that are not settled would lack if their options ended at the true price, and what the insurance of their
 * markets would not cover of it; USD. Nothing owed is hidden by the end of a run.
 */
export function openLosses({ shelves, settled, feeds, markets, scenario }: FastWorld): {
  lacking: number;
  uncovered: number;
} {
  const sum = { lacking: 0, uncovered: 0 };
  for (const market of markets) {
    const truth = feeds.find(({ model }) => model === market.feed)!.sources.truthAt(scenario.durationSeconds);
    const open = shelves.filter((shelf) => shelf.market === market && !settled.has(shelf));
    const lack = open.flatMap(({ books }) => books).reduce((all, book) => all + lackOf(book, BigInt(truth)), 0n);
    const perUnit = open[0]?.dollarsPerUnit(truth) ?? 0;
    sum.lacking += Number(lack) * perUnit;
    sum.uncovered += Number(lack > market.pot.insurance ? lack - market.pot.insurance : 0n) * perUnit;
  }
  return sum;
}

function lackOf({ legs, cash, market }: FastBook, price: bigint): bigint {
  const { owed, due } = numerators(legs, market.terms, price);
  return owed > due ? larger(toUnitsUp(owed - due, market.terms, price) - cash, 0n) : 0n;
}

function settle(shelf: Shelf, settlement: Settlement, now: number): SettledShelf {
  const { market } = shelf;
  const pot = openPot(market, shelf.expiry, shelf.books, settlement);
  const perUnit = shelf.dollarsPerUnit(Number(settlement.price));
  const owed = pot.claims;
  let drawn = 0n;
  let missing = 0n;
  for (const book of shelf.books) {
    const done = settleBook(book, pot, now);
    drawn += done.drawn;
    missing += done.missing;
  }
  shelf.touch();
  return {
    rung: settlement.rung,
    delaySeconds: now - shelf.expiry,
    haircut: owed === 0n ? 0 : Math.max(1 - payoutIndex(pot, market), 0),
    drawn: Number(drawn) * perUnit,
    missing: Number(missing) * perUnit,
  };
}
