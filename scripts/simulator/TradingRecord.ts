// SPDX-License-Identifier: MIT
import type { CollateralKind, Leg } from "../model/clearing/types.ts";
import type { RoundRecord } from "./DemoRecord.ts";

/** A market over one expiry. Amounts in ledger units of its collateral. */
export interface MarketRecord {
  readonly number: bigint;
  readonly symbol: string;
  readonly kind: CollateralKind;
  readonly unitDecimals: number;
  readonly capBps: bigint;
  readonly tip: bigint;
  /** Settlement price, USD with 8 decimals, and the rung that gave it. */
  readonly price: bigint;
  readonly rung: bigint;
  /** Seconds from the expiry to its price. */
  readonly delaySeconds: number;
  /** Covered seconds of the half hour before the expiry. */
  readonly coverage: bigint;
  readonly feesCharged: bigint;
  /** Out of the fees to whoever priced the expiry. */
  readonly settlementTip: bigint;
  readonly insuranceStart: bigint;
  readonly insuranceEnd: bigint;
  readonly drawn: bigint;
  readonly shortage: bigint;
  /** Paid out to the reward pot, and what the pot counted of it. */
  readonly rewards: bigint;
  readonly rewardsCounted: bigint;
  /** What the books paid in and what holders took out; the difference is dust. */
  readonly collected: bigint;
  readonly redeemed: bigint;
  readonly claimsUp: bigint;
  /** Of the token, owed to everybody and held, when everybody has left; held in ledger units. */
  readonly owed: bigint;
  readonly held: bigint;
  /** Payments that each may have left a part of a unit behind. */
  readonly roundings: number;
}

/** One account over the expiry. Amounts in ledger units of its market's collateral. */
export interface AccountRecord {
  readonly name: string;
  readonly market: bigint;
  /** What it held in its wallet before and after; everything was taken out in between. */
  readonly start: bigint;
  readonly end: bigint;
  /** Received less paid. */
  readonly premium: bigint;
  readonly fees: bigint;
  /** Everything it traded, shorts negative. */
  readonly legs: readonly Leg[];
  /** Still in the Clearinghouse at the end: books, balances, longs, receipts; 0 of everything when it could leave. */
  readonly left: bigint;
}

/** Longs and shorts of a series after trading; options with 6 decimals. */
export interface SeriesRecord {
  readonly name: string;
  readonly market: bigint;
  readonly openInterest: bigint;
  readonly longs: bigint;
  readonly shorts: bigint;
}

/** The fill of four legs between two books. */
export interface CondorRecord {
  /** Name of the error while one side had no cash. */
  readonly refusal: string;
  /** Legs in both books after the refusal. */
  readonly legsAfterRefusal: number;
  readonly makerLegs: number;
  readonly takerLegs: number;
}

/** The price that the market really had, USD with 8 decimals. */
export interface TruthSample {
  readonly at: bigint;
  readonly price: bigint;
}

/** How often something was tried and refused. */
export interface Attempts {
  readonly attempted: number;
  readonly refused: number;
}

/** Trading, one expiry and everybody's way out. Times in unix seconds. */
export interface TradingRecord {
  readonly tradedAt: bigint;
  readonly expiry: bigint;
  readonly silent: string;
  readonly members: readonly string[];
  readonly markets: readonly MarketRecord[];
  readonly accounts: readonly AccountRecord[];
  /** What whoever settled has in the end, by market; it began with nothing. */
  readonly settlerEnds: readonly bigint[];
  readonly series: readonly SeriesRecord[];
  readonly condor: CondorRecord;
  /** Rounds of the last half hour and just after it. */
  readonly rounds: readonly RoundRecord[];
  /** True price between trading and expiry, and through the last half hour. */
  readonly day: readonly TruthSample[];
  readonly window: readonly TruthSample[];
  readonly opens: Attempts;
  readonly exits: Attempts;
}
