// SPDX-License-Identifier: MIT
/** Which price decided a stress, by its number. */
export const POINTS = ["lower end", "upper end", "strike of a long", "cap of a short", "zero", "no bound"] as const;
/** What decided a requirement, by its number. */
export const RULES = ["nothing", "stress", "floor", "maximum loss"] as const;

/** A requirement taken apart. Amounts: ledger units, rounded up. Prices: USD, 8 decimals. */
export interface MarginTerm {
  readonly low: bigint;
  readonly high: bigint;
  readonly multiplierBps: bigint;
  readonly floorBps: bigint;
  readonly worstPrice: bigint;
  readonly worstAt: (typeof POINTS)[number];
  readonly stress: bigint;
  /** What each leg adds to the stress there. */
  readonly byLeg: readonly bigint[];
  readonly floor: bigint;
  readonly addOn: bigint;
  readonly cost: bigint;
  readonly amount: bigint;
  readonly rule: (typeof RULES)[number];
}

/** Why a book must hold what it must. */
export interface MarginStory {
  readonly cash: bigint;
  readonly hasPrice: boolean;
  readonly price: bigint;
  readonly secondsLeft: bigint;
  readonly maximumLoss: bigint;
  readonly legs: readonly { readonly strike: bigint; readonly isCall: boolean; readonly size: bigint }[];
  readonly initial: MarginTerm;
  readonly maintenance: MarginTerm;
}
