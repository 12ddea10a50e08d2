// SPDX-License-Identifier: MIT
import type { Settlement } from "../../../model/clearing/settlementLadder.ts";
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

/** Books that are still open at the end count as if they were settled at the true price, for nothing owed is to be hidden. */
export function markRest({ shelves, settled, feeds, scenario }: FastWorld): void {
  const { durationSeconds, chain } = scenario;
  for (const shelf of shelves) {
    if (settled.has(shelf)) continue;
    const truth = feeds.find(({ model }) => model === shelf.market.feed)!.sources.truthAt(durationSeconds);
    const { delaySeconds: _, ...rest } = settle(
      shelf,
      { rung: "none", price: BigInt(truth) },
      chain.startAt + durationSeconds,
    );
    settled.set(shelf, { ...rest, delaySeconds: 0 });
  }
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
