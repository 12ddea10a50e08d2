// SPDX-License-Identifier: MIT
import { exp, ln } from "../../market/repeatableMath.ts";
import type { Conditions } from "./conditions.ts";

/** What a family is used for: the hidden one was looked at when all was decided. */
export type Part = "train" | "test" | "hidden";

/** A trouble while it lasts. */
export interface Trouble {
  /** 0 when it begins or is over, up to the peak of this incident: 1 is about as much as a feed stands. */
  readonly severity: number;
  /** Rounds since it began. */
  readonly age: number;
  /** Order in which this incident reaches validators, a place for each. */
  readonly order: readonly number[];
  /** Usual base fee and the most relayers pay, gwei. */
  readonly usualFee: number;
  readonly feeCap: number;
}

/** A range that a number is drawn from, uniformly. */
export type Range = readonly [low: number, high: number];

/** One kind of trouble. Ranges in rounds, but for the peak. */
export interface Family {
  readonly name: string;
  readonly part: Part;
  /** Of incidents in an episode. */
  readonly incidents: Range;
  readonly ramp: Range;
  readonly hold: Range;
  readonly peak: Range;
  /** Makes a round worse. */
  readonly apply: (now: Conditions, trouble: Trouble) => void;
}

const NONE: Range = [0, 0];
const COMMON = { incidents: [0, 1], ramp: [20, 100], hold: [20, 100] } as const;

/** Every kind of trouble a study knows. */
export const FAMILIES: readonly Family[] = [
  {
    ...COMMON,
    name: "calm",
    part: "train",
    incidents: NONE,
    peak: NONE,
    apply: () => undefined,
  },
  {
    name: "benignBursts",
    part: "train",
    incidents: [1, 4],
    ramp: [0, 6],
    hold: [4, 24],
    peak: [0.05, 0.26],
    apply: (now, trouble) => {
      silenceFirst(now, trouble, trouble.severity);
      now.errors += trouble.severity;
      now.headAgeSeconds += 20 * trouble.severity;
      now.feeFactor *= 1 + 8 * trouble.severity;
      now.spreadBps += 40 * trouble.severity;
    },
  },
  {
    ...COMMON,
    name: "abruptOutage",
    part: "train",
    ramp: NONE,
    peak: [0.36, 0.9],
    apply: (now, trouble) => silenceFirst(now, trouble, trouble.severity),
  },
  {
    ...COMMON,
    name: "slowLoss",
    part: "train",
    ramp: [30, 160],
    peak: [0.12, 0.6],
    apply: (now, trouble) => silenceFirst(now, trouble, trouble.severity),
  },
  {
    ...COMMON,
    name: "endpointDecay",
    part: "train",
    peak: [0.3, 1.1],
    apply: (now, { severity }) => {
      now.errors += 0.7 * severity;
      now.disagreements += 0.2 * severity;
      now.headAgeSeconds += 60 * severity * severity;
      raiseSilence(now, 0.75 * severity * severity);
    },
  },
  {
    ...COMMON,
    name: "feeSpike",
    part: "train",
    peak: [0.5, 1.15],
    apply: (now, { severity, usualFee, feeCap }) => {
      now.feeFactor *= powerOf(feeCap / usualFee, severity);
      now.inclusionSeconds += 10 * severity;
    },
  },
  {
    ...COMMON,
    name: "maintenance",
    part: "test",
    hold: [80, 240],
    ramp: NONE,
    peak: [1, 1],
    apply: (now, { age, order }) => {
      // One after the other is restarted, three minutes each.
      const turn = Math.floor(age / 12) % order.length;
      for (const [validator, place] of order.entries()) if (place === turn) now.silence[validator] = 1;
    },
  },
  {
    ...COMMON,
    name: "chainHalt",
    part: "test",
    ramp: NONE,
    peak: [1, 1],
    apply: (now, { age }) => {
      now.halted = true;
      now.headAgeSeconds += 15 * age;
    },
  },
  {
    ...COMMON,
    name: "regionLoss",
    part: "test",
    peak: [0.4, 1],
    apply: (now, { severity, order }) => {
      // Two of five validators share a region; its network comes and goes.
      for (const [validator, place] of order.entries()) {
        if (place < 0.4 * order.length) now.silence[validator] = Math.max(now.silence[validator]!, severity);
      }
    },
  },
  {
    ...COMMON,
    name: "venueDivergence",
    part: "train",
    peak: [0.3, 1.1],
    apply: (now, { severity }) => {
      now.spreadBps += 120 * severity;
      now.abstention += 0.6 * severity * severity;
    },
  },
  {
    ...COMMON,
    name: "lateInclusion",
    part: "test",
    peak: [0.2, 1.2],
    apply: (now, { severity }) => {
      now.inclusionSeconds += 80 * severity * severity;
      now.feeFactor *= 1 + severity;
    },
  },
  {
    ...COMMON,
    name: "slowNetwork",
    part: "test",
    peak: [0.3, 1.2],
    apply: (now, { severity }) => {
      now.delaySeconds += 14 * severity;
      now.errors += 0.1 * severity;
    },
  },
  {
    ...COMMON,
    name: "splitChain",
    part: "hidden",
    peak: [0.3, 1.2],
    apply: (now, { severity, order }) => {
      // Ever more validators follow another fork every other round; endpoints contradict each other and blocks come late.
      for (const [validator, place] of order.entries()) {
        if (place < 0.5 * severity * order.length) now.silence[validator] = Math.max(now.silence[validator]!, 0.8);
      }
      now.disagreements += 0.2 * severity;
      now.inclusionSeconds += 4 * severity;
      now.headAgeSeconds += 10 * severity;
    },
  },
];

/** Those of an incident's first validators fall silent that make up `share` of all. */
function silenceFirst(now: Conditions, { order }: Trouble, share: number): void {
  for (const [validator, place] of order.entries()) if (place < share * order.length) now.silence[validator] = 1;
}

function raiseSilence(now: Conditions, chance: number): void {
  for (const [validator, before] of now.silence.entries()) now.silence[validator] = Math.max(before, chance);
}

/** `base` to the power of `exponent`, the same on every machine. */
function powerOf(base: number, exponent: number): number {
  return exp(ln(base) * exponent);
}
