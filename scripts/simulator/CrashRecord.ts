// SPDX-License-Identifier: MIT
import type { Level, Phase } from "../model/risk/types.ts";
import type { RoundRecord } from "./DemoRecord.ts";
import type { Attempts } from "./TradingRecord.ts";

/** The breaker after a round, as a keeper's poke found it. Times in unix seconds; prices USD with 8 decimals. */
export interface ModeSample {
  readonly at: bigint;
  readonly truth: bigint;
  readonly published: bigint;
  readonly mode: Level;
  readonly phase: Phase;
  /** Rows of the trigger table that are true, by name. */
  readonly causes: readonly string[];
}

/** One act of liquidation. Amounts in ledger units. */
export interface LiquidationRecord {
  readonly at: bigint;
  readonly kind: "flag" | "bid" | "unflag";
  readonly book: string;
  readonly mode: Level;
  /** Of the book, before and after. */
  readonly cashBefore: bigint;
  readonly cash: bigint;
  /** Shorts of the book, options with 6 decimals, before and after. */
  readonly shortsBefore: bigint;
  readonly shorts: bigint;
  /** Maintenance margin at the true price without any allowance for uncertainty. */
  readonly trueMaintenance: bigint;
  /** Of a bid: to the bidder out of the book and out of insurance, and the two halves of the penalty. */
  readonly paid: bigint;
  readonly drawn: bigint;
  readonly toInsurance: bigint;
  readonly toFlagger: bigint;
  readonly isOver: boolean;
}

/** A writer's book when everything was calm again. */
export interface CrashBookRecord {
  readonly name: string;
  readonly isFunded: boolean;
  readonly isFlagged: boolean;
  readonly cash: bigint;
  readonly maintenance: bigint;
  readonly shorts: bigint;
}

/** One try to open something. */
export interface OpeningRecord {
  readonly at: bigint;
  readonly mode: Level;
  readonly phase: Phase;
  /** Name of the error; empty when it would go through. */
  readonly refusal: string;
}

/** Tries to leave, by the mode in which they were made. */
export interface ExitRecord extends Attempts {
  readonly mode: Level;
}

/** The market of the fall and its expiry. Ledger units. */
export interface CrashMoney {
  readonly symbol: string;
  readonly unitDecimals: number;
  /** When the books were open, and when everything was calm again. */
  readonly insuranceStart: bigint;
  readonly insuranceEnd: bigint;
  /** Of the other markets together, at the same times. */
  readonly othersStart: bigint;
  readonly othersEnd: bigint;
  readonly tranche: bigint;
  /** Options with 6 decimals, before the fall. */
  readonly openInterest: bigint;
  /** At the expiry; the price USD with 8 decimals. */
  readonly settlementPrice: bigint;
  readonly claimsUp: bigint;
  readonly collected: bigint;
  readonly drawnAtExpiry: bigint;
  readonly shortage: bigint;
  /** Of the token, held and owed, when everybody has left. */
  readonly held: bigint;
  readonly owed: bigint;
}

/** The crash from the last calm hour to everybody's way out. Times in unix seconds. */
export interface CrashRecord {
  readonly feed: string;
  readonly members: readonly string[];
  readonly liars: readonly string[];
  readonly fellFrom: bigint;
  /** From here on everybody is honest again and the price calm. */
  readonly faultsEnd: bigint;
  readonly expiry: bigint;
  readonly samples: readonly ModeSample[];
  /** Rounds while two lie. */
  readonly rounds: readonly RoundRecord[];
  readonly liquidations: readonly LiquidationRecord[];
  /** Acts of the liquidator that reverted. */
  readonly refusedActs: number;
  readonly books: readonly CrashBookRecord[];
  readonly openings: readonly OpeningRecord[];
  /** An opening was sent and mined after the breaker was Normal again. */
  readonly openedAgain: boolean;
  readonly exits: readonly ExitRecord[];
  readonly money: CrashMoney;
}
