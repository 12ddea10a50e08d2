// SPDX-License-Identifier: MIT
/** A round as its event tells it. */
export interface Round {
  readonly round: bigint;
  /** Unix seconds of the observation. */
  readonly at: bigint;
  readonly setId: bigint;
  /** Bits by seat. */
  readonly signers: bigint;
  /** By feed, 8 decimals. */
  readonly prices: readonly bigint[];
  readonly transaction: string;
}

/** A change of a feed's stored level. */
export interface LevelChange {
  readonly feed: number;
  readonly at: bigint;
  readonly oldLevel: bigint;
  readonly newLevel: bigint;
  /** Bits of the trigger table. */
  readonly cause: bigint;
}

/** What a guardian holds. */
export interface GuardianAct {
  /** Bits by feed. */
  readonly feeds: bigint;
  readonly level: bigint;
  readonly until: bigint;
  readonly block: bigint;
}

/** An event in words. */
export interface Told {
  readonly key: string;
  readonly block: bigint;
  readonly transaction: string;
  readonly kind: "price" | "risk" | "money" | "trade" | "liquidation" | "settlement" | "validator";
  readonly text: string;
}

/** What the events of the tail say, newest first everywhere. */
export interface History {
  readonly fromBlock: bigint;
  readonly rounds: readonly Round[];
  readonly levels: readonly LevelChange[];
  readonly guardian: readonly GuardianAct[];
  readonly books: readonly bigint[];
  readonly told: readonly Told[];
}
