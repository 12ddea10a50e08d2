// SPDX-License-Identifier: MIT
/** How tight a feed is; each includes the ones before it. */
export const LEVELS = ["normal", "cautious", "recovery", "reduceOnly", "halted"] as const;
export type Level = (typeof LEVELS)[number];

/** The levels that dwell, in the order of their positions in a word. */
export const DWELLING = ["cautious", "reduceOnly", "halted"] as const;
export type DwellingLevel = (typeof DWELLING)[number];

/** Where a feed is in its recovery, loosest first. */
export const PHASES = ["none", "ramp", "closed", "lateGrace", "grace"] as const;
export type Phase = (typeof PHASES)[number];

/** Who may be liquidated, least first. */
export const LIQUIDATIONS = ["none", "belowHalf", "slices", "full"] as const;
export type Liquidation = (typeof LIQUIDATIONS)[number];

/** What the oracle stores of a feed, as far as the mode knows it. Clocks are seconds of uptime, undefined: long ago or never. */
export interface FeedSignal {
  readonly level: Level;
  readonly isNew: boolean;
  /** Time of the latest round, unix seconds. */
  readonly observedAt: bigint;
  readonly dispersionPpm: bigint;
  readonly uptime: bigint;
  /** Granted by the last outage, seconds of uptime from the resuming round. */
  readonly grace: bigint;
  readonly since: Readonly<Record<DwellingLevel | "recovery", bigint | undefined>>;
}

/** What the risk contract itself knows about a feed. */
export interface Breaker {
  readonly guardian: { readonly level: Level; readonly until: bigint };
  readonly stakeLevel: Level;
  /** Trips in a row that came within a day of the one before, and when the last was recorded. */
  readonly trips: Readonly<Record<DwellingLevel, { readonly repeats: bigint; readonly at: bigint }>>;
  /** A poke saw the level not true since its last recorded trip. */
  readonly clearSeen: Readonly<Record<DwellingLevel, boolean>>;
}

export interface Stance {
  readonly mode: Level;
  readonly phase: Phase;
  /** Share of the caps that openings may use, bps. */
  readonly capBps: bigint;
}
