// SPDX-License-Identifier: MIT
/** An options vault. Assets: units of its collateral token; units: ledger units. */
export interface Vault {
  readonly address: string;
  readonly name: string;
  readonly symbol: string;
  readonly market: bigint;
  readonly isCall: boolean;
  readonly asset: string;
  /** Units of the token in a ledger unit. */
  readonly tokenPerUnit: bigint;
  readonly totalAssets: bigint;
  /** Ledger units of one share at the last price, 18 decimals; undefined before the first. */
  readonly sharePriceWad: bigint | undefined;
  readonly waitingUnits: bigint;
  readonly waitingShares: bigint;
  readonly epoch: VaultEpoch | undefined;
  readonly canStart: boolean;
  readonly canClose: boolean;
}

/** What a vault writes this week. */
export interface VaultEpoch {
  readonly expiry: bigint;
  /** 4 decimals. */
  readonly strike: bigint;
  /** Of the auction's clock in all, which runs in Normal mode with prices. */
  readonly auctionSeconds: bigint;
  readonly isSelling: boolean;
  /** Token units for one option; 0 without a price. */
  readonly premium: bigint;
  /** 6 decimals. */
  readonly available: bigint;
  /** What the premium is computed with now, per year. */
  readonly volatilityBps: bigint;
  /** Where the epoch began; the auction falls from the first share of it to the second. */
  readonly startVolatilityBps: bigint;
  readonly highBps: bigint;
  readonly reserveBps: bigint;
}
