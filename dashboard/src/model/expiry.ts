// SPDX-License-Identifier: MIT
/** An expiry of a market. Amounts: ledger units; price: USD, 8 decimals. */
export interface Expiry {
  readonly market: bigint;
  readonly expiry: bigint;
  readonly phase: "nothing" | "open" | "closed" | "priced";
  readonly isFinal: boolean;
  /** USD, 2 decimals. */
  readonly openNotional: bigint;
  readonly price: bigint;
  /** Of the settlement ladder, 0 before. */
  readonly rung: number;
  /** Of claims that are covered, 18 decimals. */
  readonly indexWad: bigint;
  readonly drawn: bigint;
  readonly series: readonly SeriesInterest[];
}

/** How much of a series is open; 6 decimals. */
export interface SeriesInterest {
  readonly strike: bigint;
  readonly isCall: boolean;
  readonly openInterest: bigint;
  /** Of one option at the settled price, ledger units. */
  readonly payoff: bigint;
}

/** What each rung of the settlement ladder is, by its number. */
export const RUNG_WORDS: readonly string[] = [
  "not priced yet",
  "the last half hour's mean",
  "a thinner half hour, or signatures",
  "a dirty window near its witness, or a line across a gap",
  "witnesses and the last median",
  "the last median",
];
