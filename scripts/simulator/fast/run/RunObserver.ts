// SPDX-License-Identifier: MIT
import { LEVELS } from "../../../model/risk/types.ts";
import type { Level } from "../../../model/risk/types.ts";
import type { FeedRunner } from "../feed/FeedRunner.ts";
import type { FastBook } from "../protocol/fastTypes.ts";

/** Bounds on how long a book may stay below maintenance untouched, seconds; none in Halted. */
const MISSED_AFTER: Readonly<Record<Level, number>> = {
  normal: 600,
  cautious: 600,
  recovery: 3_600,
  reduceOnly: 3_600,
  halted: Infinity,
};
/** A trip that nothing in the last half hour explains: the truth moved less than half of the least trigger. */
const QUIET_BPS = 250;
const QUIET_SECONDS = 1_800;
const BPS = 10_000;

/** A change of mode. */
export interface Transition {
  readonly at: number;
  readonly feed: string;
  readonly from: Level;
  readonly to: Level;
  readonly cause: string;
}

/** A book that is below maintenance at the true price: since when, and whether that was too long for nobody to touch it. */
interface Watch {
  readonly since: number;
  isMissed: boolean;
}

/** Keeps what a summary is made of. Times are seconds from the start, money USD. */
export class RunObserver {
  readonly errorsBps: number[] = [];
  readonly ages: number[] = [];
  readonly transitions: Transition[] = [];
  readonly secondsIn: Record<Level, number> = { normal: 0, cautious: 0, recovery: 0, reduceOnly: 0, halted: 0 };
  readonly latencyBlocks: number[] = [];
  blocks = 0;
  rounds = 0;
  quarantined = 0;
  divergent = 0;
  falseTrips = 0;
  missed = 0;
  wrongful = 0;
  liquidated = 0;
  liquidatedNotional = 0;
  backlogPeak = 0;
  normalSince: number | undefined = 0;
  largestInterest = 0;
  readonly #modes = new Map<string, Level>();
  readonly #watches = new Map<object, Map<FastBook, Watch>>();
  readonly #truths = new Map<string, { at: number; price: number }[]>();

  /** Modes after a block; `isFaulty` while some fault is in force. */
  seeModes(
    feeds: readonly FeedRunner[],
    now: { seconds: number; unix: number; step: number },
    isFaulty: boolean,
  ): void {
    let allNormal = true;
    for (const feed of feeds) {
      const { mode } = feed.model.stanceAt(now.unix);
      const before = this.#modes.get(feed.id) ?? "normal";
      this.secondsIn[mode] += now.step;
      if (mode !== "normal") allNormal = false;
      if (mode === before) continue;
      this.#modes.set(feed.id, mode);
      this.transitions.push({ at: now.seconds, feed: feed.id, from: before, to: mode, cause: `${feed.cause}` });
      const isTrip = before === "normal" && LEVELS.indexOf(mode) > 0;
      if (isTrip && !isFaulty && this.#wasQuiet(feed.id)) this.falseTrips += 1;
    }
    if (!allNormal) this.normalSince = undefined;
    else this.normalSince ??= now.seconds;
  }

  /** A feed beside its truth, at every step. */
  seePrice(feed: FeedRunner, truth: number, now: { seconds: number; unix: number }): void {
    const { price } = feed.model.feed.latest;
    this.errorsBps.push((Math.abs(price - truth) * BPS) / truth);
    this.ages.push(feed.model.ageAt(now.unix));
    const seen = this.#truths.get(feed.id) ?? [];
    this.#truths.set(feed.id, seen);
    seen.push({ at: now.seconds, price: truth });
    while (seen[0]!.at < now.seconds - QUIET_SECONDS) seen.shift();
  }

  /** Books of a shelf that are below maintenance at the true price at a step: all of them, in `mode`. */
  seeShort(shelf: object, short: readonly FastBook[], seconds: number, mode: Level): void {
    const before = this.#watches.get(shelf);
    if (short.length === 0 && before === undefined) return;
    const watches = new Map<FastBook, Watch>();
    for (const book of short) {
      const watch = before?.get(book) ?? { since: seconds, isMissed: false };
      watches.set(book, watch);
      if (book.auction !== undefined || watch.isMissed || seconds - watch.since <= MISSED_AFTER[mode]) continue;
      watch.isMissed = true;
      this.missed += 1;
    }
    if (watches.size > 0) this.#watches.set(shelf, watches);
    else this.#watches.delete(shelf);
  }

  /** The truth did not move enough to trip anything. */
  #wasQuiet(feed: string): boolean {
    const prices = (this.#truths.get(feed) ?? []).map(({ price }) => price);
    if (prices.length === 0) return true;
    const [low, high] = [Math.min(...prices), Math.max(...prices)];
    return (high - low) * BPS < QUIET_BPS * low;
  }
}
