// SPDX-License-Identifier: MIT
import { AUCTION_RULES } from "../../model/clearing/liquidation.ts";
import { calculateMarks, costUp, maintenanceScenario, maximumLossUp } from "../../model/clearing/margin.ts";
import { ceilDiv, smaller } from "../../model/clearing/payoff.ts";
import type { Leg, Terms } from "../../model/clearing/types.ts";
import type { Stance } from "../../model/risk/types.ts";
import { boundOf, isSlow } from "./boundOf.ts";
import type { BookForSale } from "./paysForGas.ts";

/** What a book is weighed with. */
export interface SaleTerms {
  readonly terms: Terms;
  /** Of its feed; 8 decimals. */
  readonly price: bigint;
  readonly maintenance: { readonly shockBps: bigint; readonly floorBps: bigint; readonly timeValue: bigint };
  readonly stance: Pick<Stance, "mode" | "phase">;
  /** Between blocks. */
  readonly blockSeconds: number;
  /** Of ledger units. */
  readonly inDollars: (amount: bigint) => number;
}

/** A book as a bidder weighs it at a price. Pure. */
export function bookForSale(
  book: { readonly cash: bigint; readonly legs: readonly Leg[] },
  by: SaleTerms,
): BookForSale {
  const { terms, price, maintenance, stance, blockSeconds, inDollars } = by;
  const { full, half } = calculateMarks(book.legs, terms, price, maintenance.timeValue);
  const required = costUp(book.legs, terms, maintenanceScenario({ price, low: price, high: price }, maintenance));
  // Initial margin, which is more but for the odd spread, is left out.
  const target = smaller(ceilDiv(required * AUCTION_RULES.targetPercent, 100n), maximumLossUp(book.legs, terms));
  return {
    cash: inDollars(book.cash),
    full: inDollars(full),
    half: inDollars(half),
    target: inDollars(target),
    legs: book.legs.length,
    isSliced: isSlow(stance),
    bound: boundOf(stance),
    blockSeconds,
  };
}
