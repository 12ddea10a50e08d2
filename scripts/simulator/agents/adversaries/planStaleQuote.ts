// SPDX-License-Identifier: MIT
import { planSale } from "./planSale.ts";
import type { SalePlan, SaleSight } from "./planSale.ts";

/** What somebody knows who sees venues before buyers see the chain's price move. */
export interface StaleQuoteSight extends SaleSight {
  /** Whether the market opens anything at the price it has. */
  readonly opens: boolean;
  /** What venues trade at, USD, 8 decimals; 0 where too few of them answer. */
  readonly venues: bigint;
}

/** What to sell to a buyer who bids by the chain's price. Undefined while the market is closed to openings, or nothing pays. Pure. */
export function planStaleQuote({ opens, venues, ...sight }: StaleQuoteSight): SalePlan | undefined {
  return opens && venues !== 0n ? planSale(sight, { call: venues, put: venues }) : undefined;
}
