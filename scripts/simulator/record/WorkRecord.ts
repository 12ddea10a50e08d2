// SPDX-License-Identifier: MIT
import { bookParts, potKey } from "../../model/clearing/clearingLedger.ts";
import { priceOf } from "./dollars.ts";
import type { BlockSight } from "./sights.ts";

const WEI = 1e18;

/** What those who are paid for their work did, and what was left lying. */
export class WorkRecord {
  /** Cost is what was paid for gas, USD. */
  readonly totals = { attempts: 0, reverts: 0, gasUsed: 0, backlogPeak: 0, cost: 0 };

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.totals];
  }

  /** @param nativePrice USD per ether, 8 decimals. */
  see(sight: BlockSight, nativePrice: bigint): void {
    const { totals } = this;
    for (const { isReverted, gasUsed, feeWei } of sight.work) {
      totals.attempts += 1;
      if (isReverted) totals.reverts += 1;
      totals.gasUsed += gasUsed;
      totals.cost += (Number(feeWei) / WEI) * priceOf(nativePrice);
    }
    totals.backlogPeak = Math.max(totals.backlogPeak, backlogOf(sight));
  }
}

/** What anybody could do now and be paid for: books to be flagged, and books of priced expiries to be settled. */
export function backlogOf({ unhealthy, ledger }: Pick<BlockSight, "unhealthy" | "ledger">): number {
  const toFlag = unhealthy.filter(({ isFlaggable }) => isFlaggable).length;
  let toSettle = 0;
  for (const [id, { legs, status }] of ledger.books) {
    if (status === "settled" || legs.length === 0) continue;
    const { market, expiry } = bookParts(id);
    if ((ledger.pots.get(potKey(market, expiry))?.price ?? 0n) !== 0n) toSettle += 1;
  }
  return toFlag + toSettle;
}
