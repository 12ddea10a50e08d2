// SPDX-License-Identifier: MIT

/** Levels as the oracle's words hold them; each includes the ones before it. */
export const LEVEL = { normal: 0, cautious: 1, recovery: 2, reduceOnly: 3, halted: 4 } as const;

/** Where a price came from, as the oracle's words hold it. */
export const SOURCE = { none: 0, quorum: 1, majority: 2, witness: 3, unwitnessed: 4 } as const;

/** A clock of uptime seconds that was never started, or started longer ago than that. */
export const CLOCK_MAXIMUM = 32_767;

/** Prices of the model are whole numbers with 8 decimals below this; the contract's may be any of 64 bits. */
export const PRICE_LIMIT = 2 ** 50;

/**
 * A feed as the oracle stores it (contracts/oracle/libraries/FeedWords.sol). Steps change it in place, as the contract's do in
 * memory: ten years are seven million rounds. Numbers are whole and exact.
 */
export interface FeedState {
  readonly latest: Latest;
  readonly averages: Averages;
  readonly witness: Witness;
  readonly pending: Pending;
}

/** The published price and the open half hour. */
export interface Latest {
  price: number;
  round: number;
  /** Units of 10 ppm. */
  dispersion: number;
  level: number;
  source: number;
  divergent: boolean;
  pending: boolean;
  dirtyQuarantine: boolean;
  dirtyHalted: boolean;
  witnessed: boolean;
  isNew: boolean;
  contradicted: boolean;
  uptime: number;
  /** Price times covered seconds: 75 bits. */
  sum: bigint;
  coverage: number;
  divergentRounds: number;
  /** Units of 2 min. */
  grace: number;
  /** Units of 4 min. */
  graceSpent: number;
}

/** Averages over price, 2^22 = 1; variance per year, 1e-5 = 1; clocks in seconds of uptime. */
export interface Averages {
  average5m: number;
  average30m: number;
  average12h: number;
  previousRatio: number;
  variance: number;
  /** ppm. */
  laggedDispersion: number;
  sinceCautious: number;
  sinceRecovery: number;
  sinceReduceOnly: number;
  sinceHalted: number;
  quorumStreak: number;
  divergentHistory: number;
  wideCautious: number;
  wideReduceOnly: number;
  wideHalted: number;
  clearStreak: number;
  calmRounds: number;
  previousDelta: number;
}

/** What the witness said last. */
export interface Witness {
  price: number;
  observedAt: number;
  /** From the observation to the poke, units of 64 s. */
  checkedDelay: number;
  distanceBps: number;
  agreed: boolean;
  conflicted: boolean;
  farSamples: number;
  /** Units of 25 bps. */
  threshold: number;
}

/** A jump in quarantine. */
export interface Pending {
  price: number;
  firstRound: number;
  lastRound: number;
  agreeing: number;
  far: boolean;
  afterGap: boolean;
}

/** A feed that never had a price. */
export function emptyFeed(): FeedState {
  return {
    latest: {
      price: 0,
      round: 0,
      dispersion: 0,
      level: LEVEL.normal,
      source: SOURCE.none,
      divergent: false,
      pending: false,
      dirtyQuarantine: false,
      dirtyHalted: false,
      witnessed: false,
      isNew: false,
      contradicted: false,
      uptime: 0,
      sum: 0n,
      coverage: 0,
      divergentRounds: 0,
      grace: 0,
      graceSpent: 0,
    },
    averages: {
      average5m: 0,
      average30m: 0,
      average12h: 0,
      previousRatio: 0,
      variance: 0,
      laggedDispersion: 0,
      sinceCautious: 0,
      sinceRecovery: 0,
      sinceReduceOnly: 0,
      sinceHalted: 0,
      quorumStreak: 0,
      divergentHistory: 0,
      wideCautious: 0,
      wideReduceOnly: 0,
      wideHalted: 0,
      clearStreak: 0,
      calmRounds: 0,
      previousDelta: 0,
    },
    witness: {
      price: 0,
      observedAt: 0,
      checkedDelay: 0,
      distanceBps: 0,
      agreed: false,
      conflicted: false,
      farSamples: 0,
      threshold: 0,
    },
    pending: { price: 0, firstRound: 0, lastRound: 0, agreeing: 0, far: false, afterGap: false },
  };
}
