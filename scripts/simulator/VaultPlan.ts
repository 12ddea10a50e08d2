// SPDX-License-Identifier: MIT
import { DEMO_FEEDS } from "./demoConfigs.ts";
import type { PriceEvent } from "./demoConfigs.ts";

/** Depositors: one stays through both weeks and adds to it, one asks to leave, one takes the share in kind. */
export const STAYER = "nia";
export const ASKER = "omar";
export const TAKER = "pia";
export const HOLDERS = [STAYER, ASKER, TAKER] as const;
export const BUYERS = ["quin", "rosa"] as const;
/** Starts, settles and closes: it may be anyone. */
export const ROLLER = "roller";

const DAY_MS = 86_400_000n;
/** The price doubles in a night of the second week: back where it came from before the crash. */
const RALLY_STEPS = 78;
const RALLY_EVERY_MS = 300_000n;
const RALLY_BPS = 10_090;
/** From the first boundary to Monday noon, and to the Sunday of the second week. */
export const MIDWEEK_MS = 3n * DAY_MS + 14_400_000n;
const RALLY_MS = 9n * DAY_MS;

/** What happens to the true price of ETH after the vaults' first boundary at `boundaryMs`. Pure. */
export function rallyEvents(boundaryMs: bigint): PriceEvent[] {
  return Array.from({ length: RALLY_STEPS }, (_, index) => ({
    feed: DEMO_FEEDS[0].name,
    atMs: boundaryMs + RALLY_MS + BigInt(index) * RALLY_EVERY_MS,
    bps: RALLY_BPS,
  }));
}

/** A buyer in the falling auction. */
export interface PlannedBuyer {
  readonly name: (typeof BUYERS)[number];
  /** Buys at no higher volatility, percent of the epoch's own. */
  readonly limitPercent: bigint;
  /** Percent taken of what is for sale. */
  readonly sharePercent: bigint;
  readonly withPermit: boolean;
}

/** Who buys in each week, in the order in which the auction reaches them. */
export const WEEKS: readonly (readonly PlannedBuyer[])[] = [
  [
    { name: "quin", limitPercent: 149n, sharePercent: 25n, withPermit: false },
    { name: "rosa", limitPercent: 146n, sharePercent: 40n, withPermit: true },
  ],
  [{ name: "quin", limitPercent: 148n, sharePercent: 30n, withPermit: false }],
];

/** Money of one vault's people, in whole dollars or coins. */
export interface PlannedMoney {
  readonly deposits: Readonly<Record<(typeof HOLDERS)[number], bigint>>;
  /** What the one who stays adds in the first week; it joins at the first price after that. */
  readonly added: bigint;
  readonly budget: bigint;
}

/** Dollars for the puts, coins for the calls. */
export function planMoney(isCall: boolean): PlannedMoney {
  return isCall
    ? { deposits: { nia: 30n, omar: 15n, pia: 10n }, added: 5n, budget: 1_000n }
    : { deposits: { nia: 60_000n, omar: 30_000n, pia: 20_000n }, added: 10_000n, budget: 1_000_000n };
}
