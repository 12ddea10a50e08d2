// SPDX-License-Identifier: MIT
/** What an independent source said of a feed, as the oracle keeps it. */
export interface Witness {
  /** 8 decimals. */
  readonly price: bigint;
  /** Unix seconds of the source's own observation. */
  readonly observedAt: bigint;
  /** Seconds since somebody looked. */
  readonly age: bigint;
}

/** A feed at one block. Prices: USD, 8 decimals. Clocks: seconds of uptime, 32,767 stands for long ago or never. */
export interface Feed {
  readonly index: number;
  readonly name: string;
  readonly price: bigint;
  readonly low: bigint;
  readonly high: bigint;
  readonly age: bigint;
  readonly source: Source;
  readonly dispersionPpm: bigint;
  readonly level: bigint;
  readonly isNew: boolean;
  readonly isPending: boolean;
  readonly isDivergent: boolean;
  readonly quorumStreak: bigint;
  readonly since: Readonly<Record<"cautious" | "recovery" | "reduceOnly" | "halted", bigint>>;
  /** Of the risk contract: mode 0 to 4, phase 0 to 4, share of the caps. */
  readonly mode: bigint;
  readonly phase: bigint;
  readonly capBps: bigint;
  readonly dwell: Readonly<Record<"cautious" | "reduceOnly" | "halted", bigint>>;
  readonly witness: Witness | undefined;
}

/** Rungs a price can come from, best first after none. */
export const SOURCES = ["none", "quorum", "majority", "witnesses", "unwitnessed"] as const;
export type Source = (typeof SOURCES)[number];

/** What each rung means, for people. */
export const SOURCE_WORDS: Readonly<Record<Source, string>> = {
  none: "no price yet",
  quorum: "L0 · more than two thirds signed",
  majority: "L1 · more than half signed, near a witness",
  witnesses: "L2 · two witnesses that agree",
  unwitnessed: "L1 · more than half signed, no witness",
};

const TIME_UNIT = 64n;

/** The oracle's word of a witness: price u64, observed at u32, delay to the look in 64 s u12. */
export function witnessOf(word: bigint, now: bigint): Witness | undefined {
  const price = word & ((1n << 64n) - 1n);
  if (price === 0n) return undefined;
  const observedAt = (word >> 64n) & 0xffff_ffffn;
  const lookedAt = observedAt + ((word >> 96n) & 0xfffn) * TIME_UNIT;
  return { price, observedAt, age: now > lookedAt ? now - lookedAt : 0n };
}
