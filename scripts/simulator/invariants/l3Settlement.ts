// SPDX-License-Identifier: MIT
import { potKey } from "../../model/clearing/clearingLedger.ts";
import type { Invariant } from "./Invariant.ts";

const HOUR = 3_600;
/** A week, and an hour for somebody to do it. */
const LIMIT_SECONDS = 7 * 24 * HOUR + HOUR;

/** L3: every expired series has its price a week after its expiry. */
export function seriesSettle(): Invariant {
  return {
    id: "L3",
    check({ ledger, timestamp }) {
      for (const [series, size] of ledger.openInterest) {
        const [market, expiry] = [series >> 73n, (series >> 41n) & 0xffff_ffffn];
        if (size === 0n || timestamp - Number(expiry) <= LIMIT_SECONDS) continue;
        if ((ledger.pots.get(potKey(market, expiry))?.price ?? 0n) === 0n)
          return `series ${series} has no price ${timestamp - Number(expiry)} s after its expiry`;
      }
      return undefined;
    },
  };
}
