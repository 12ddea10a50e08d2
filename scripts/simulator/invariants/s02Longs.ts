// SPDX-License-Identifier: MIT
import { bookParts, potKey, seriesId } from "../../model/clearing/clearingLedger.ts";
import type { ClearingLedger } from "../../model/clearing/clearingLedger.ts";
import { hasMoved } from "./Invariant.ts";
import type { Invariant } from "./Invariant.ts";

interface Sides {
  longs: bigint;
  shorts: bigint;
}

/** S2: in every series that is not settled longs, in books and outside, are the shorts, and both are the open interest. */
export function longsAreShorts(): Invariant {
  return {
    id: "S2",
    check(sight) {
      if (!hasMoved(sight)) return undefined;
      const { ledger } = sight;
      for (const [series, { longs, shorts }] of sidesOf(ledger)) {
        const interest = ledger.openInterest.get(series) ?? 0n;
        if (longs !== shorts || shorts !== interest)
          return `series ${series} has ${longs} longs, ${shorts} shorts and open interest of ${interest}`;
      }
      return undefined;
    },
  };
}

/** Both sides of each series whose expiry has no price: afterwards books are netted one by one. */
function sidesOf(ledger: ClearingLedger): Map<bigint, Sides> {
  const sides = new Map<bigint, Sides>();
  const isOpen = (series: bigint): boolean =>
    (ledger.pots.get(potKey(series >> 73n, (series >> 41n) & 0xffff_ffffn))?.price ?? 0n) === 0n;
  const of = (series: bigint): Sides => {
    const known = sides.get(series) ?? { longs: 0n, shorts: 0n };
    sides.set(series, known);
    return known;
  };
  for (const series of ledger.openInterest.keys()) if (isOpen(series)) of(series);
  for (const [key, size] of ledger.longs) {
    const series = BigInt(key.slice(key.indexOf(":") + 1));
    if (size !== 0n && isOpen(series)) of(series).longs += size;
  }
  for (const [id, { legs }] of ledger.books) {
    const { market, expiry } = bookParts(id);
    for (const leg of legs) {
      const series = seriesId(market, expiry, leg);
      if (!isOpen(series)) continue;
      if (leg.size > 0n) of(series).longs += leg.size;
      else of(series).shorts -= leg.size;
    }
  }
  return sides;
}
