// SPDX-License-Identifier: MIT
/** What a market's collateral is: a dollar stable counted at par, or the feed's own coin. */
export type CollateralKind = "quote" | "coin";

/** One leg of a book. */
export interface Leg {
  /** USD, 4 decimals. */
  readonly strike: bigint;
  readonly isCall: boolean;
  /** Options, 6 decimals; shorts are negative. */
  readonly size: bigint;
}

/** What the formulas need of a market. */
export interface Terms {
  readonly kind: CollateralKind;
  /** Decimals of the ledger unit, 0 to 9. */
  readonly unitDecimals: number;
  /** c of up legs, 10,000 to 20,000. */
  readonly capBps: bigint;
}

/** The price and the band that uncertainty leaves around it; USD, 8 decimals, low ≤ price ≤ high. */
export interface Band {
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
}

/** What a book is held against; fields as in `ClearingTypes.sol`. */
export interface Scenario {
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
  /** 9 decimals. */
  readonly timeValue: bigint;
  readonly floorBps: bigint;
  readonly multiplierBps: bigint;
  readonly addOnBps: bigint;
  readonly isStale: boolean;
}

/** A price as a fraction of whole numbers: `price / weight`, 8 decimals. */
export interface Point {
  readonly price: bigint;
  readonly weight: bigint;
}
