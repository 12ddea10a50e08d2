// SPDX-License-Identifier: MIT
import { ageLevel } from "../../model/risk/modeMachine.ts";
import { LEVELS } from "../../model/risk/types.ts";
import type { Level } from "../../model/risk/types.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { rowsOf } from "./causes.ts";
import type { RunSummary } from "./RunSummary.ts";
import type { BlockSight, FeedSight } from "./sights.ts";

/** A trip that nothing explains: in the last half hour the truth moved less than half of the least trigger. */
const QUIET_BPS = 250n;
const QUIET_SECONDS = 1_800;
const SAMPLE_SECONDS = 60;
const BPS = 10_000n;

export type Transition = RunSummary["modes"]["transitions"][number];

interface ModeMemory {
  readonly modes: Map<string, Level>;
  /** Rows that asked for the last change of a feed's level, as bits. */
  readonly tripped: Map<string, bigint>;
  readonly truths: Map<string, { readonly at: number; readonly price: bigint }[]>;
  readonly secondsIn: Record<Level, number>;
  readonly transitions: Transition[];
  falseTrips: number;
  normalSince: number | undefined;
  seconds: number;
}

/** Which modes feeds were in, and why they changed. */
export class ModeRecord {
  readonly #scenario: Pick<Scenario, "faults" | "feeds">;
  readonly #heartbeat: bigint;
  readonly #seen: ModeMemory = {
    modes: new Map(),
    tripped: new Map(),
    truths: new Map(),
    secondsIn: { normal: 0, cautious: 0, recovery: 0, reduceOnly: 0, halted: 0 },
    transitions: [],
    falseTrips: 0,
    normalSince: 0,
    seconds: 0,
  };

  /** @param heartbeat Of the oracle, seconds. */
  constructor(scenario: Pick<Scenario, "faults" | "feeds">, heartbeat: number) {
    this.#scenario = scenario;
    this.#heartbeat = BigInt(heartbeat);
  }

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** @returns What changed in this block. */
  see(sight: BlockSight): Transition[] {
    for (const { contract, name, args } of sight.events)
      if (contract === "oracle" && name === "LevelChanged")
        this.#seen.tripped.set(this.#scenario.feeds[Number(args.feed)]?.id ?? "", args.cause as bigint);
    const step = Math.max(sight.seconds - this.#seen.seconds, 0);
    this.#seen.seconds = sight.seconds;
    const changes = sight.feeds.flatMap((feed) => this.#seeFeed(feed, sight, step));
    this.#seen.transitions.push(...changes);
    if (sight.feeds.some(({ mode }) => mode !== "normal")) this.#seen.normalSince = undefined;
    else this.#seen.normalSince ??= sight.seconds;
    return changes;
  }

  get summary(): RunSummary["modes"] {
    return {
      secondsIn: { ...this.#seen.secondsIn },
      transitions: [...this.#seen.transitions],
      falseTrips: this.#seen.falseTrips,
    };
  }

  /** From the last heal until all feeds are in Normal for good; 0 without faults that heal, null when that never came. */
  get recoverySeconds(): number | null {
    if (this.#seen.normalSince === undefined) return null;
    const healed = this.#scenario.faults.flatMap(({ atSeconds, forSeconds }) =>
      forSeconds === undefined ? [] : [atSeconds + forSeconds],
    );
    return healed.length === 0 ? 0 : Math.max(this.#seen.normalSince - Math.max(...healed), 0);
  }

  #seeFeed(feed: FeedSight, sight: BlockSight, step: number): Transition[] {
    const { id, mode } = feed;
    this.#seen.secondsIn[mode] += step;
    this.#sample(feed, sight.seconds);
    const before = this.#seen.modes.get(id) ?? "normal";
    this.#seen.modes.set(id, mode);
    if (before === mode) return [];
    const isTrip = before === "normal";
    if (isTrip && !this.#isFaulty(sight.seconds) && this.#wasQuiet(id)) this.#seen.falseTrips += 1;
    return [{ at: sight.seconds, feed: id, from: before, to: mode, cause: this.#causeOf(feed, before, sight) }];
  }

  #causeOf(feed: FeedSight, before: Level, sight: BlockSight): string {
    if (LEVELS.indexOf(feed.mode) < LEVELS.indexOf(before)) return "cleared";
    if (ageLevel(BigInt(feed.age), this.#heartbeat) === feed.mode) return "age";
    if (feed.level === feed.mode) {
      const rows = rowsOf(this.#seen.tripped.get(feed.id) ?? 0n);
      if (rows !== "") return rows;
    }
    if (sight.events.some(({ name }) => name === "Guarded")) return "guardian";
    if (sight.events.some(({ name }) => name === "StakeRefreshed")) return "stake";
    return feed.phase === "none" ? "dwell" : "recovery";
  }

  #isFaulty(seconds: number): boolean {
    return this.#scenario.faults.some(
      ({ atSeconds, forSeconds }) => atSeconds <= seconds && seconds <= atSeconds + (forSeconds ?? Infinity),
    );
  }

  #sample({ id, truth }: FeedSight, seconds: number): void {
    const seen = this.#seen.truths.get(id) ?? [];
    this.#seen.truths.set(id, seen);
    if (seen.length > 0 && seconds < seen.at(-1)!.at + SAMPLE_SECONDS) return;
    seen.push({ at: seconds, price: truth });
    while (seen[0]!.at < seconds - QUIET_SECONDS) seen.shift();
  }

  #wasQuiet(id: string): boolean {
    const prices = this.#seen.truths.get(id)!.map(({ price }) => price);
    const low = prices.reduce((a, b) => (a < b ? a : b));
    const high = prices.reduce((a, b) => (a > b ? a : b));
    return (high - low) * BPS < QUIET_BPS * low;
  }
}
