// SPDX-License-Identifier: MIT
import type { BookRecord } from "../../../model/clearing/clearingLedger.ts";
import type { Terms } from "../../../model/clearing/types.ts";
import type { FeedModel } from "../../../model/risk/FeedModel.ts";
import type { MarketParameters } from "../FastParameters.ts";
import type { InsurancePot } from "./InsurancePot.ts";

/** A market of the fast tier. */
export interface FastMarket {
  readonly id: bigint;
  readonly feed: FeedModel;
  readonly terms: Terms;
  readonly parameters: MarketParameters;
  readonly pot: InsurancePot;
}

/** A liquidation in progress. */
export interface Auction {
  /** Bid time at which its clock began. */
  start: bigint;
  /** Insurance kept for what the book lacks. */
  shortage: bigint;
  /** The last window of 60 s in modes that liquidate in slices, and what was left of the book in it, bps. */
  windowAt: number;
  windowLeft: bigint;
}

/** A book with its place and its liquidation. Amounts in ledger units. */
export interface FastBook extends BookRecord {
  readonly id: bigint;
  readonly market: FastMarket;
  /** Unix seconds. */
  readonly expiry: number;
  auction: Auction | undefined;
  /** What the last liquidation left of its clock. */
  clock: bigint;
}

/** What a bid did; ledger units. */
export interface BidResult {
  readonly share: bigint;
  /** Of the book's own cash, and of insurance. */
  readonly paid: bigint;
  readonly drawn: bigint;
  readonly toInsurance: bigint;
  readonly toFlagger: bigint;
  /** The book is healthy again. */
  readonly isOver: boolean;
}

/** A priced expiry. Claims are payoff numerators, collected ledger units. */
export interface FastPot {
  readonly price: bigint;
  readonly rung: string;
  claims: bigint;
  collected: bigint;
  /** Books with shorts that are not settled. */
  unresolved: number;
}

/** What the settlement of a book did; ledger units. */
export interface BookSettlement {
  readonly debt: bigint;
  readonly paid: bigint;
  readonly drawn: bigint;
  /** Nobody covers it. */
  readonly missing: bigint;
  readonly par: bigint;
}
