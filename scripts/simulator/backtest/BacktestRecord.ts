// SPDX-License-Identifier: MIT
/** A sale of a vault. Amounts in ledger units, sizes with 6 decimals. */
export interface SaleRecord {
  readonly at: bigint;
  readonly buyer: string;
  readonly size: bigint;
  readonly premium: bigint;
  readonly fee: bigint;
  readonly volatilityBps: bigint;
}

/** Who joined and who left at one price of a share. Ledger units. */
export interface FlowRecord {
  readonly joined: bigint;
  readonly left: bigint;
}

/** One epoch of one vault. Amounts in ledger units, prices with 8 decimals, strikes with 4, sizes with 6. */
export interface EpochRecord {
  readonly expiry: bigint;
  readonly strike: bigint;
  readonly startPrice: bigint;
  readonly volatilityBps: bigint;
  /** Cash behind the options at the start. */
  readonly cash: bigint;
  /** At the price its start gave, if somebody waited for one. */
  readonly before: FlowRecord;
  /** To whoever started it. */
  readonly startPaid: bigint;
  readonly sales: readonly SaleRecord[];
  /** Times a buyer looked and nothing was for sale: mode, price or the clock. */
  readonly closedLooks: number;
  readonly looks: number;
  /** Price of the settlement, 0 where nothing was sold. */
  readonly settledPrice: bigint;
  /** What the options took, exactly as the Clearinghouse pays it. */
  readonly assigned: bigint;
  /** What the buyers were paid. */
  readonly redeemed: bigint;
  /** To whoever closed it, and as much for the next start. */
  readonly closePaid: bigint;
  /** A share is `units` / `shares` after it. */
  readonly units: bigint;
  readonly shares: bigint;
  /** At that price. */
  readonly after: FlowRecord;
  /** True price when it closed. */
  readonly spot: bigint;
}

/** One vault through all weeks. */
export interface VaultRecord {
  readonly name: string;
  readonly symbol: string;
  /** Its options are calls and its shares are counted in the coin; puts and dollars otherwise. */
  readonly isCall: boolean;
  readonly unitDecimals: number;
  readonly epochs: readonly EpochRecord[];
  /** Weeks in which no start was possible: the mode, or the price left its average. */
  readonly missed: number;
}

/** What a backtest saw. */
export interface BacktestRecord {
  readonly seed: number;
  readonly weeks: number;
  readonly rounds: number;
  readonly startPrice: bigint;
  readonly endPrice: bigint;
  readonly vaults: readonly VaultRecord[];
}
