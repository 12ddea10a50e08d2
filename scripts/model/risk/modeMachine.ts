// SPDX-License-Identifier: MIT
import { DWELLING, LEVELS } from "./types.ts";
import type { Breaker, DwellingLevel, FeedSignal, Level, Liquidation, Phase, Stance } from "./types.ts";

const BPS = 10_000n;
const MINUTE = 60n;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** Numbers of the mode machine. The contracts have {@link MODE_RULES}; only the simulator asks what others would do. */
export interface ModeRules {
  /** Of each level before it doubles, seconds of uptime. */
  readonly dwell: Readonly<Record<DwellingLevel, bigint>>;
  readonly dwellMaximum: bigint;
  readonly rampSeconds: bigint;
  readonly rampStartBps: bigint;
  readonly cautiousCapBps: bigint;
  /** Heartbeats of age beyond which each level is asked for. */
  readonly age: Readonly<Record<DwellingLevel, bigint>>;
  /** Below it ReduceOnly liquidates in slices. */
  readonly sliceDispersionPpm: bigint;
}

/** As the contracts have it (contracts/risk/libraries/RiskLimits.sol). */
export const MODE_RULES: ModeRules = {
  dwell: { cautious: 10n * MINUTE, reduceOnly: 15n * MINUTE, halted: 30n * MINUTE },
  dwellMaximum: 4n * HOUR,
  rampSeconds: 6n * HOUR,
  rampStartBps: 2_500n,
  cautiousCapBps: 5_000n,
  age: { cautious: 2n, reduceOnly: 4n, halted: 10n },
  sliceDispersionPpm: 15_000n,
};
/** Where the oracle's clocks end. */
const CLOCK_SECONDS = 32_767n;
const MOST_REPEATS = 7n;
const TRIP_TIME_UNIT = 64n;

const rank = (level: Level): number => LEVELS.indexOf(level);

/** The stricter of two levels. */
export function stricter(left: Level, right: Level): Level {
  return rank(left) >= rank(right) ? left : right;
}

/** Doublings of a dwell that are in force: they end a day after the last trip. */
function repeatsAt(breaker: Breaker, level: DwellingLevel, time: bigint): bigint {
  const { repeats, at } = breaker.trips[level];
  return time < at + DAY ? repeats : 0n;
}

/** Dwell in force of a level, seconds of uptime. */
export function dwellOf(breaker: Breaker, level: DwellingLevel, time: bigint, rules = MODE_RULES): bigint {
  const doubled = rules.dwell[level] << repeatsAt(breaker, level, time);
  return doubled < rules.dwellMaximum ? doubled : rules.dwellMaximum;
}

/** Level that the age of a price asks for, while it lasts. */
export function ageLevel(age: bigint, heartbeat: bigint, rules = MODE_RULES): Level {
  if (age > rules.age.halted * heartbeat) return "halted";
  if (age > rules.age.reduceOnly * heartbeat) return "reduceOnly";
  return age > rules.age.cautious * heartbeat ? "cautious" : "normal";
}

/** Seconds since the price was observed; 0 for one of the future. */
export function ageOf(feed: FeedSignal, time: bigint): bigint {
  return time > feed.observedAt ? time - feed.observedAt : 0n;
}

const isWithin = (since: bigint | undefined, limit: bigint): boolean => since !== undefined && since < limit;

function dwellingLevel(feed: FeedSignal, breaker: Breaker, time: bigint, rules: ModeRules): Level {
  const dwell = (level: DwellingLevel): bigint => dwellOf(breaker, level, time, rules);
  if (isWithin(feed.since.halted, dwell("halted"))) return "halted";
  if (isWithin(feed.since.reduceOnly, dwell("reduceOnly"))) return "reduceOnly";
  if (isWithin(feed.since.reduceOnly, dwell("reduceOnly") + dwell("cautious"))) return "cautious";
  return isWithin(feed.since.cautious, dwell("cautious")) ? "cautious" : "normal";
}

function recoveryOf(
  feed: FeedSignal,
  breaker: Breaker,
  time: bigint,
  rules: ModeRules,
): { phase: Phase; capBps: bigint } {
  if (feed.isNew) return { phase: "closed", capBps: BPS };
  const clock = feed.since.recovery;
  if (clock === undefined) return { phase: "none", capBps: BPS };
  let since = clock;
  if (since < feed.grace) return { phase: since < feed.grace / 2n ? "grace" : "lateGrace", capBps: BPS };
  if (feed.since.halted !== undefined) {
    const behind = feed.since.halted - dwellOf(breaker, "halted", time, rules);
    if (behind < 0n) return { phase: "closed", capBps: BPS };
    if (behind < since) since = behind;
  }
  const ramped = since - feed.grace - dwellOf(breaker, "reduceOnly", time, rules);
  if (ramped < 0n) return { phase: "closed", capBps: BPS };
  const room = CLOCK_SECONDS - (clock - ramped);
  const length = room < rules.rampSeconds ? room : rules.rampSeconds;
  if (ramped >= length) return { phase: "none", capBps: BPS };
  return { phase: "ramp", capBps: rules.rampStartBps + ((BPS - rules.rampStartBps) * ramped) / length };
}

/** Mode, phase and cap of a feed: the strictest of signal with dwell, recovery, age, stake and guardian. */
export function stanceAt(
  feed: FeedSignal,
  breaker: Breaker,
  time: bigint,
  heartbeat: bigint,
  rules = MODE_RULES,
): Stance {
  const guardian = time < breaker.guardian.until ? breaker.guardian.level : "normal";
  const asked = [
    feed.level,
    dwellingLevel(feed, breaker, time, rules),
    guardian,
    breaker.stakeLevel,
    ageLevel(ageOf(feed, time), heartbeat, rules),
  ].reduce(stricter);
  const recovery = recoveryOf(feed, breaker, time, rules);
  const capBps = asked !== "normal" && recovery.capBps > rules.cautiousCapBps ? rules.cautiousCapBps : recovery.capBps;
  const mode = recovery.phase === "none" ? asked : stricter(asked, "recovery");
  const phase = mode === "recovery" && recovery.phase === "none" ? "closed" : recovery.phase;
  return { mode, phase, capBps };
}

/** A stance under a level that something beside the feed's own words asks for while it lasts. */
export function tightened(stance: Stance, level: Level, rules = MODE_RULES): Stance {
  if (level === "normal") return stance;
  const capBps = stance.capBps > rules.cautiousCapBps ? rules.cautiousCapBps : stance.capBps;
  return { ...stance, mode: stricter(stance.mode, level), capBps };
}

/** Requirements may rise. */
export function opens(stance: Stance): boolean {
  return stance.mode === "recovery" ? stance.phase === "ramp" : rank(stance.mode) <= rank("cautious");
}

/** Who may be liquidated. */
export function liquidationOf(
  stance: Stance,
  age: bigint,
  heartbeat: bigint,
  dispersionPpm: bigint,
  rules = MODE_RULES,
): Liquidation {
  if (age > 2n * heartbeat || stance.phase === "grace") return "none";
  if (stance.phase === "lateGrace" || stance.mode === "halted") return "belowHalf";
  if (opens(stance)) return "full";
  return dispersionPpm < rules.sliceDispersionPpm ? "slices" : "belowHalf";
}

/** What a poke records: levels true again after a poke had seen them clear. */
export function recordTrips(
  breaker: Breaker,
  feed: FeedSignal,
  pokedUptime: bigint,
  time: bigint,
): { breaker: Breaker; tripped: DwellingLevel[] } {
  const tripped: DwellingLevel[] = [];
  const trips = { ...breaker.trips };
  const clearSeen = { ...breaker.clearSeen };
  for (const level of DWELLING) {
    const since = feed.since[level];
    if (since !== undefined && clearSeen[level] && feed.uptime - since > pokedUptime) {
      tripped.push(level);
      const last = trips[level].at;
      const isRepeat = last !== 0n && time < last + DAY;
      const repeats = isRepeat ? repeatsAt(breaker, level, time) + 1n : 0n;
      trips[level] = {
        repeats: repeats < MOST_REPEATS ? repeats : MOST_REPEATS,
        at: (time / TRIP_TIME_UNIT) * TRIP_TIME_UNIT,
      };
      clearSeen[level] = false;
    }
    if (since !== 0n) clearSeen[level] = true;
  }
  return { breaker: { ...breaker, trips, clearSeen }, tripped };
}

/** Uptime since the last poke in which bids were possible; what lies before the end of a halt or a grace does not count. */
export function bidSeconds(
  feed: FeedSignal,
  breaker: Breaker,
  poked: { readonly uptime: bigint; readonly at: bigint },
  time: bigint,
  rules = MODE_RULES,
): bigint {
  if (breaker.guardian.level === "halted" && breaker.guardian.until > poked.at) return 0n;
  const ends = [poked.uptime];
  if (feed.since.halted !== undefined)
    ends.push(feed.uptime - feed.since.halted + dwellOf(breaker, "halted", time, rules));
  if (feed.since.recovery !== undefined) ends.push(feed.uptime - feed.since.recovery + feed.grace);
  const from = ends.reduce((left, right) => (left > right ? left : right));
  return feed.uptime > from ? feed.uptime - from : 0n;
}
