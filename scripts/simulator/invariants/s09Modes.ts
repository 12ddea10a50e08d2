// SPDX-License-Identifier: MIT
import { ageLevel, MODE_RULES } from "../../model/risk/modeMachine.ts";
import { DWELLING, LEVELS } from "../../model/risk/types.ts";
import type { DwellingLevel, Level } from "../../model/risk/types.ts";
import type { FeedSight } from "../record/sights.ts";
import type { Invariant } from "./Invariant.ts";

/** Where a feed may go from a level that its own signal asked for; tightening is always allowed. */
const LOOSER: Readonly<Record<Level, readonly Level[]>> = {
  halted: ["reduceOnly", "recovery"],
  reduceOnly: ["recovery", "cautious"],
  recovery: ["cautious", "normal"],
  cautious: ["normal"],
  normal: [],
};

const { cautious, reduceOnly, halted } = MODE_RULES.dwell;
/** The loosest mode that is allowed until so many seconds after a level was true: its dwell, then the next step's. */
const DUE: readonly { readonly level: DwellingLevel; readonly least: Level; readonly seconds: number }[] = [
  { level: "halted", least: "halted", seconds: Number(halted) },
  { level: "halted", least: "recovery", seconds: Number(halted + reduceOnly) },
  { level: "reduceOnly", least: "reduceOnly", seconds: Number(reduceOnly) },
  { level: "reduceOnly", least: "cautious", seconds: Number(reduceOnly + cautious) },
  { level: "cautious", least: "cautious", seconds: Number(cautious) },
];

interface Memory {
  readonly mode: Level;
  /** The stored signal asked for the mode. */
  readonly isOwn: boolean;
  /** Unix seconds of the last round at which the stored signal was so tight. */
  readonly lastTrue: ReadonlyMap<DwellingLevel, number>;
}

/** S9: a mode is never looser than what is true, and loosens step by step, each after its dwell. */
export function modeEdges(): Invariant {
  const memory = { byFeed: new Map<string, Memory>() };
  return {
    id: "S9",
    memory,
    check({ feeds, timestamp }, { heartbeat }) {
      let wrong: string | undefined;
      for (const feed of feeds) {
        const before = memory.byFeed.get(feed.id);
        const lastTrue = new Map(before?.lastTrue);
        for (const level of DWELLING) if (rank(feed.level) >= rank(level)) lastTrue.set(level, timestamp - feed.age);
        wrong ??= tooLoose(feed, heartbeat) ?? tooSoon(feed, lastTrue, timestamp) ?? badStep(feed, before);
        memory.byFeed.set(feed.id, { mode: feed.mode, isOwn: rank(feed.level) >= rank(feed.mode), lastTrue });
      }
      return wrong;
    },
  };
}

function tooLoose({ id, mode, level, age }: FeedSight, heartbeat: number): string | undefined {
  const asked = [level, ageLevel(BigInt(age), BigInt(heartbeat))].find((one) => rank(one) > rank(mode));
  return asked && `${id} is in ${mode} with signal ${level} and a price of ${age} s`;
}

/** The clocks run on uptime, so at least as much time must have passed. Doubling only adds to it. */
function tooSoon(
  { id, mode }: FeedSight,
  lastTrue: ReadonlyMap<DwellingLevel, number>,
  timestamp: number,
): string | undefined {
  for (const { level, least, seconds } of DUE) {
    const since = timestamp - (lastTrue.get(level) ?? -Infinity);
    if (rank(mode) < rank(least) && since < seconds) return `${id} is in ${mode} ${since} s after ${level} was true`;
  }
  return undefined;
}

/** What the signal itself asks for is loosened one step at a time. */
function badStep({ id, mode }: FeedSight, before: Memory | undefined): string | undefined {
  if (before === undefined || !before.isOwn || rank(mode) >= rank(before.mode)) return undefined;
  return LOOSER[before.mode].includes(mode) ? undefined : `${id} went from ${before.mode} to ${mode}`;
}

function rank(level: Level): number {
  return LEVELS.indexOf(level);
}
