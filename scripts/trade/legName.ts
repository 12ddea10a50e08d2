// SPDX-License-Identifier: MIT
import { shownAmount, shownTime } from "../model/trading/shownAmount.ts";
import type { NamedSeries } from "./series.ts";

/** A series as people name it: `3000c 2026-11-24`. */
export function seriesName({ expiry, strike, isCall }: Omit<NamedSeries, "market">): string {
  return `${shownAmount(strike, 4)}${isCall ? "c" : "p"} ${shownTime(expiry).slice(0, 10)}`;
}

/** A position, or an order: `1.5 × 3000c 2026-11-24`; the sign is told by the words around it. */
export function legName(leg: Omit<NamedSeries, "market"> & { readonly size: bigint }): string {
  return `${shownAmount(leg.size < 0n ? -leg.size : leg.size, 6)} × ${seriesName(leg)}`;
}
