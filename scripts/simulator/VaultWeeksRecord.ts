// SPDX-License-Identifier: MIT
import type { VaultRecord } from "./backtest/BacktestRecord.ts";
import type { Attempts } from "./TradingRecord.ts";

/** Where a vault's collateral was at a moment between two epochs, and whose it was. Ledger units; shares have six more decimals. */
export interface HoldingsRecord {
  readonly at: bigint;
  /** Free balance in the Clearinghouse: of the shares, and what the next starter is paid. */
  readonly free: bigint;
  readonly startPay: bigint;
  /** Tokens in the vault itself: what was redeemed and waits to be fetched. */
  readonly held: bigint;
  readonly claims: bigint;
  readonly shares: bigint;
  /** Shares that somebody has or may fetch. */
  readonly known: bigint;
  /** Requests that were priced so far: each may leave a unit behind. */
  readonly requests: bigint;
}

/** Two books just after somebody took his share of a vault in kind. Ledger units, sizes with 6 decimals. */
export interface InKindRecord {
  readonly name: string;
  readonly staying: BookShare;
  readonly leaving: BookShare;
}

/** Cash and shorts of a book, and the most they can cost. */
export interface BookShare {
  readonly cash: bigint;
  readonly shorts: bigint;
  readonly maximumLoss: bigint;
}

/** Somebody with money in a vault's weeks; ledger units in the wallet before and after. */
export interface VaultAccountRecord {
  readonly name: string;
  readonly role: "depositor" | "buyer" | "roller";
  readonly start: bigint;
  readonly end: bigint;
}

/** One vault through both weeks. */
export interface VaultStoryRecord {
  readonly vault: VaultRecord;
  /** After each epoch, and when everybody has left. */
  readonly holdings: readonly HoldingsRecord[];
  readonly inKind: InKindRecord;
  readonly accounts: readonly VaultAccountRecord[];
}

/** Two weeks of the deployed vaults. Times in unix seconds, prices USD with 8 decimals. */
export interface VaultWeeksRecord {
  /** When the first epochs began. */
  readonly from: bigint;
  readonly startPrice: bigint;
  readonly vaults: readonly VaultStoryRecord[];
  readonly exits: Attempts;
}
