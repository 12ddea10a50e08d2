// SPDX-License-Identifier: MIT
import { DEMO_FEEDS } from "./demoConfigs.ts";
import type { PriceEvent } from "./demoConfigs.ts";

/** Of the set of seven: two sign what they saw when the fall began. */
export const CRASH_LIARS = ["cyd", "ivy"] as const;
/** Jailed on the first day, back for the seventh seat. */
export const SEVENTH = "eve";
/** The liars sign the old price times this. */
export const STUCK_SCALE_BPS = 10_500;
/** Names of those who write options before the fall. */
export const THIN_WRITER = "thin writer";
export const SPREAD_WRITER = "spread writer";
export const LATE_WRITER = "late writer";
export const FUNDED_WRITER = "funded writer";
export const LIQUIDATOR = "liquidator";
export const PUT_BUYER = "crash put buyer";
/** Tries to open something in every mode. */
export const OPENER = "opener";

const USD = 1_000_000n;
const OPTION = 1_000_000n;
const STEP = 500_000n;
const PRICE_TO_STRIKE = 10_000n;
const PERCENT = 100n;

/** A stretch of the fall: `steps` times to `bps` / 10,000, one every `everySeconds`. */
interface FallLeg {
  /** Seconds since the fall began. */
  readonly from: number;
  readonly steps: number;
  readonly everySeconds: number;
  readonly bps: number;
}

/** 45 % together: a slide of 14 % in 50 minutes, 15 % in a quarter of an hour, 25 % in less than five minutes. */
const FALL: readonly FallLeg[] = [
  { from: 0, steps: 50, everySeconds: 60, bps: 9_970 },
  { from: 3_600, steps: 30, everySeconds: 30, bps: 9_946 },
  { from: 4_860, steps: 18, everySeconds: 15, bps: 9_842 },
];

/** Seconds from the beginning of the fall to its end. */
export const FALL_SECONDS = 4_860 + 18 * 15;

/** Rounds of the fall come so often in each stretch; in the calm afterwards once in a heartbeat. */
const PACE: readonly { readonly until: number; readonly everySeconds: number }[] = [
  { until: 3_000, everySeconds: 150 },
  { until: 5_460, everySeconds: 60 },
];

/** Offsets of the rounds of the fall, seconds since it began. */
export function roundsOfFall(): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (const { until, everySeconds } of PACE) while (at < until) offsets.push((at += everySeconds));
  return offsets;
}

/** What happens to the true price of ETH when the fall begins at `startMs`. Pure. */
export function crashEvents(startMs: bigint): PriceEvent[] {
  return FALL.flatMap(({ from, steps, everySeconds, bps }) =>
    Array.from({ length: steps }, (_, index) => ({
      feed: DEMO_FEEDS[0].name,
      atMs: startMs + BigInt(from + index * everySeconds) * 1000n,
      bps,
    })),
  );
}

/** A series of puts and how many. */
export interface PlannedPuts {
  readonly strike: bigint;
  readonly size: bigint;
}

/** Somebody who writes puts. Money in ledger units of dollars. */
export interface PlannedWriter {
  readonly name: string;
  readonly written: PlannedPuts;
  /** Bought from the funded writer and held in the book, before writing. */
  readonly held?: PlannedPuts;
  /** What the book is given: percent of the initial margin it lacks; left out, its maximum loss. */
  readonly marginPercent?: bigint;
  readonly funds: bigint;
}

/** Who does what before the fall. */
export interface CrashPlan {
  /** The one who is funded to its maximum loss writes first, what the spread holds too. */
  readonly writers: readonly PlannedWriter[];
  /** Enough to be funded to maximum loss whatever is taken over. */
  readonly liquidatorFunds: bigint;
  readonly buyerFunds: bigint;
  readonly openerFunds: bigint;
  /** What the opener tries. */
  readonly opening: PlannedPuts;
}

/** Books around the money at a price with 8 decimals: strikes on the grid, sizes in tens of options. Pure. */
export function planCrash(price: bigint): CrashPlan {
  const strikeAt = (percent: bigint): bigint =>
    (((price * percent) / PERCENT / PRICE_TO_STRIKE + STEP / 2n) / STEP) * STEP;
  const puts = (percent: bigint, count: bigint): PlannedPuts => ({ strike: strikeAt(percent), size: count * OPTION });
  const wing = puts(60n, 10n);
  return {
    writers: [
      { name: FUNDED_WRITER, written: puts(100n, 5n), funds: 60_000n * USD },
      { name: THIN_WRITER, written: puts(100n, 10n), marginPercent: 101n, funds: 50_000n * USD },
      { name: SPREAD_WRITER, written: puts(100n, 10n), held: wing, marginPercent: 122n, funds: 30_000n * USD },
      { name: LATE_WRITER, written: puts(70n, 10n), marginPercent: 110n, funds: 20_000n * USD },
    ],
    liquidatorFunds: 150_000n * USD,
    buyerFunds: 10_000n * USD,
    openerFunds: 20_000n * USD,
    opening: puts(100n, 1n),
  };
}
