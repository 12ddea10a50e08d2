// SPDX-License-Identifier: MIT
import { DWELLING, LEVELS } from "../../../scripts/model/risk/types.ts";
import type { Breaker, FeedSignal } from "../../../scripts/model/risk/types.ts";

/** Where the oracle's clocks saturate. */
export const CLOCK_MAXIMUM = 32_767n;
const ONE = 1n << 22n;

/** A feed and its rest: what the mode does not look at but a reading shows. */
export interface FeedState extends FeedSignal {
  readonly price: bigint;
  readonly isPending: boolean;
  readonly isDirty: boolean;
  readonly sum: bigint;
  readonly coverage: bigint;
  /** Averages over price, 2^22 = 1. */
  readonly averages: readonly [bigint, bigint, bigint];
  readonly variance: bigint;
  /** A bit for each of the last twenty rounds: it was divergent. */
  readonly divergent: bigint;
}

export interface WitnessState {
  readonly price: bigint;
  readonly observedAt: bigint;
  readonly distanceBps: bigint;
  readonly agreed: boolean;
}

/** Normal for a long time, observed at `observedAt`. */
export function calmFeed(observedAt: bigint, changes: Partial<FeedState> = {}): FeedState {
  return {
    price: 3000n * 10n ** 8n,
    level: "normal",
    isNew: false,
    isPending: false,
    isDirty: false,
    observedAt,
    dispersionPpm: 2_000n,
    uptime: 1_000_000n,
    grace: 0n,
    since: { cautious: undefined, recovery: undefined, reduceOnly: undefined, halted: undefined },
    sum: 0n,
    coverage: 0n,
    averages: [ONE, ONE, ONE],
    variance: 100_000n,
    divergent: 0n,
    ...changes,
  };
}

const bit = (value: boolean, at: bigint): bigint => (value ? 1n << at : 0n);

export function latestWord(feed: FeedState): bigint {
  const quorum = 1n;
  return (
    feed.price |
    ((feed.observedAt / 15n) << 64n) |
    ((feed.dispersionPpm / 10n) << 96n) |
    (BigInt(LEVELS.indexOf(feed.level)) << 110n) |
    (quorum << 113n) |
    bit(feed.isPending, 117n) |
    bit(feed.isDirty, 118n) |
    bit(feed.isNew, 121n) |
    (feed.uptime << 123n) |
    (feed.sum << 155n) |
    (feed.coverage << 230n) |
    ((feed.grace / 120n) << 248n)
  );
}

export function averagesWord(feed: FeedState): bigint {
  const clock = (since: bigint | undefined): bigint => since ?? CLOCK_MAXIMUM;
  const [fast, middle, slow] = feed.averages;
  return (
    fast |
    (middle << 26n) |
    (slow << 52n) |
    (feed.variance << 104n) |
    (clock(feed.since.cautious) << 142n) |
    (clock(feed.since.recovery) << 157n) |
    (clock(feed.since.reduceOnly) << 172n) |
    (clock(feed.since.halted) << 187n) |
    (31n << 202n) |
    (feed.divergent << 207n)
  );
}

export function witnessWord(witness: WitnessState): bigint {
  return (
    witness.price |
    (witness.observedAt << 64n) |
    (BigInt.asUintN(12, witness.distanceBps) << 108n) |
    bit(witness.agreed, 120n)
  );
}

export function breakerWord(breaker: Breaker): bigint {
  let word = breaker.guardian.until << 56n;
  word |= BigInt(LEVELS.indexOf(breaker.guardian.level)) << 88n;
  word |= BigInt(LEVELS.indexOf(breaker.stakeLevel)) << 91n;
  for (const [index, level] of DWELLING.entries()) {
    const { repeats, at } = breaker.trips[level];
    word |= repeats << (136n + 3n * BigInt(index));
    word |= (at / 64n) << (145n + 26n * BigInt(index));
    word |= bit(breaker.clearSeen[level], 223n + BigInt(index));
  }
  return word;
}

/** A breaker that never tripped. */
export const CALM_BREAKER: Breaker = {
  guardian: { level: "normal", until: 0n },
  stakeLevel: "normal",
  trips: {
    cautious: { repeats: 0n, at: 0n },
    reduceOnly: { repeats: 0n, at: 0n },
    halted: { repeats: 0n, at: 0n },
  },
  clearSeen: { cautious: true, reduceOnly: true, halted: true },
};
