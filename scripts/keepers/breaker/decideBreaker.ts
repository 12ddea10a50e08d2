// SPDX-License-Identifier: MIT
import { bidSeconds, recordTrips } from "../../model/risk/modeMachine.ts";
import { DWELLING } from "../../model/risk/types.ts";
import type { Breaker, FeedSignal, Level } from "../../model/risk/types.ts";

/** A feed's last poke: uptime and unix seconds. */
export interface PokedAt {
  readonly uptime: bigint;
  readonly at: bigint;
}

/** A feed as a keeper sees it. */
export interface FeedStanding {
  readonly signal: FeedSignal;
  readonly breaker: Breaker;
  readonly poked: PokedAt;
  readonly mode: Level;
}

/** What a poke would record that would be missed. */
export type PokeReason = "trip" | "clear" | "resume" | "bidTime";

/** The last paid look at a feed's witnesses, and what is to be seen now. Prices with 8 decimals, 0 where there is none. */
export interface WitnessStanding {
  /** Unix seconds; 0 before the first. */
  readonly lookedAt: bigint;
  readonly ownThen: bigint;
  readonly ownNow: bigint;
  readonly witnessThen: bigint;
  /** What each witness that could be read says now. */
  readonly witnessesNow: readonly bigint[];
}

/** What the risk contract noted about stake, and what the registry says now. */
export interface StakeStanding {
  readonly noted: Level;
  /** Slashed or leaving in 24 h. */
  readonly lossBps: bigint;
  /** When the level last stepped or was last confirmed, unix seconds. */
  readonly steppedAt: bigint;
  readonly refreshedAt: bigint;
  /** Whether stake counts for the caps. */
  readonly isOn: boolean;
}

const MINUTE = 60n;
const HOUR = 60n * MINUTE;
/** As in `PokeBudget.sol`. */
const BID_SECONDS = 30n * MINUTE;
/** As in `WitnessRouter.sol`. */
const LOOK_SECONDS = 15n * MINUTE;
const MOVE_BPS = 25n;
const BPS = 10_000n;
/** As in `StakeCap.sol`; what secures counts for a day after a refresh. */
const STAKE_CAUTIOUS_BPS = 1_500n;
const STAKE_REDUCE_ONLY_BPS = 3_300n;
const STAKE_DWELL = 15n * MINUTE;
const STAKE_SECONDS = 12n * HOUR;

/** Why a breaker is to be poked now, the gravest reason; undefined when a poke would note nothing. Pure. */
export function decidePoke({ signal, breaker, poked, mode }: FeedStanding, time: bigint): PokeReason | undefined {
  const { breaker: next, tripped } = recordTrips(breaker, signal, poked.uptime, time);
  if (tripped.length > 0) return "trip";
  if (DWELLING.some((level) => next.clearSeen[level] && !breaker.clearSeen[level])) return "clear";
  const { until, level } = breaker.guardian;
  if (level === "halted" && until > poked.at && time >= until) return "resume";
  return mode !== "normal" && bidSeconds(signal, breaker, poked, time) >= BID_SECONDS ? "bidTime" : undefined;
}

/** Whether witnesses are to be looked at: the last look is old, or one of them or our own price has moved since. Pure. */
export function decideLook(standing: WitnessStanding, time: bigint): boolean {
  const { lookedAt, ownThen, ownNow, witnessThen, witnessesNow } = standing;
  if (time >= lookedAt + LOOK_SECONDS || hasMoved(ownThen, ownNow)) return true;
  return witnessesNow.length > 0 && witnessesNow.every((price) => hasMoved(witnessThen, price));
}

/** Whether stake is to be read again: its level would change, or what it secures would soon count no more. Pure. */
export function decideRefresh(standing: StakeStanding, time: bigint): boolean {
  const { noted, lossBps, steppedAt, refreshedAt, isOn } = standing;
  const asked = lossBps >= STAKE_REDUCE_ONLY_BPS ? 2 : lossBps >= STAKE_CAUTIOUS_BPS ? 1 : 0;
  const current = noted === "reduceOnly" ? 2 : noted === "cautious" ? 1 : 0;
  if (asked > current) return true;
  if (asked < current) return time >= steppedAt + STAKE_DWELL;
  return isOn && time >= refreshedAt + STAKE_SECONDS;
}

function hasMoved(from: bigint, to: bigint): boolean {
  const gap = to > from ? to - from : from - to;
  return gap !== 0n && gap * BPS >= from * MOVE_BPS;
}
