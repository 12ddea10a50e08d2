// SPDX-License-Identifier: MIT
import { bookParts, potKey } from "../../model/clearing/clearingLedger.ts";
import { priceOf } from "./dollars.ts";
import type { BlockSight } from "./sights.ts";

const WEI = 1e18;

/** What those who are paid for their work did, and what was left lying. */
export class WorkRecord {
  attempts = 0;
  reverts = 0;
  gasUsed = 0;
  backlogPeak = 0;
  /** What was paid for gas, USD, by name. */
  readonly costs = new Map<string, number>();

  /** @param nativePrice USD per ether, 8 decimals. */
  see(sight: BlockSight, nativePrice: bigint): void {
    for (const { actor, isReverted, gasUsed, feeWei } of sight.work) {
      this.attempts += 1;
      if (isReverted) this.reverts += 1;
      this.gasUsed += gasUsed;
      const cost = (Number(feeWei) / WEI) * priceOf(nativePrice);
      this.costs.set(actor, (this.costs.get(actor) ?? 0) + cost);
    }
    this.backlogPeak = Math.max(this.backlogPeak, backlogOf(sight));
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
