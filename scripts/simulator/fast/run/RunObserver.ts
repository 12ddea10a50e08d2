// SPDX-License-Identifier: MIT
import { ageLevel } from "../../../model/risk/modeMachine.ts";
import { LEVELS } from "../../../model/risk/types.ts";
import type { Level, Stance } from "../../../model/risk/types.ts";
import { boundOf } from "../../record/boundOf.ts";
import { rowsOf } from "../../record/causes.ts";
import { SaleRecord } from "../../record/SaleRecord.ts";
import type { FeedRunner } from "../feed/FeedRunner.ts";
import type { FastBook } from "../protocol/fastTypes.ts";

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

/** A book that is below maintenance at the true price. */
interface Watch {
  /** Seconds from the start. */
  readonly since: number;
  /** Share of the time it may be left alone that has passed; above 1 it was missed. */
  spent: number;
  /** The same of times in which no bid would have paid for its gas. */
  unpaid: number;
  isMissed: boolean;
  isTooSmall: boolean;
}

const UNSEEN = { spent: 0, unpaid: 0, isMissed: false, isTooSmall: false } as const;

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
  tooSmall = 0;
  wrongful = 0;
  liquidated = 0;
  liquidatedNotional = 0;
  readonly sales = new SaleRecord<FastBook>();
  backlogPeak = 0;
  normalSince: number | undefined = 0;
  largestInterest = 0;
  #seconds = 0;
  readonly #modes = new Map<string, Level>();
  readonly #watches = new Map<object, Map<FastBook, Watch>>();
  readonly #truths = new Map<string, { at: number; price: number }[]>();

  /** Modes after a block; `isFaulty` while some fault is in force. */
  seeModes(
    feeds: readonly FeedRunner[],
    { seconds, unix }: { seconds: number; unix: number },
    isFaulty: boolean,
  ): void {
    const step = seconds - this.#seconds;
    this.#seconds = seconds;
    let allNormal = true;
    for (const feed of feeds) {
      const stance = feed.model.stanceAt(unix);
      const { mode } = stance;
      const before = this.#modes.get(feed.id) ?? "normal";
      this.secondsIn[mode] += step;
      if (mode !== "normal") allNormal = false;
      if (mode === before) continue;
      this.#modes.set(feed.id, mode);
      this.transitions.push({
        at: seconds,
        feed: feed.id,
        from: before,
        to: mode,
        cause: causeOf(feed, before, stance, unix),
      });
      if (before === "normal" && !isFaulty && this.#wasQuiet(feed.id, feed.sources.truthAt(seconds)))
        this.falseTrips += 1;
    }
    if (!allNormal) this.normalSince = undefined;
    else this.normalSince ??= seconds;
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

  /**
   * Books of a shelf that are below maintenance at the true price at a step: all of them. Their clocks stand still in liquidation
   * and while the price is too old for anybody to act on it.
   */
  seeShort(
    shelf: object,
    short: readonly FastBook[],
    now: { readonly seconds: number; readonly step: number },
    stance: Stance & { readonly isPriceOld: boolean },
    paysForGas: (book: FastBook) => boolean,
  ): void {
    const before = this.#watches.get(shelf);
    if (short.length === 0 && before === undefined) return;
    const watches = new Map<FastBook, Watch>();
    for (const book of short) {
      const watch = before?.get(book) ?? { ...UNSEEN, since: now.seconds };
      watches.set(book, watch);
      if (book.auction !== undefined || stance.isPriceOld) continue;
      watch[paysForGas(book) ? "spent" : "unpaid"] += now.step / boundOf(stance);
      this.#count(watch);
    }
    if (watches.size > 0) this.#watches.set(shelf, watches);
    else this.#watches.delete(shelf);
  }

  #count(watch: Watch): void {
    if (watch.spent > 1 && !watch.isMissed) {
      watch.isMissed = true;
      this.missed += 1;
    }
    if (watch.unpaid > 1 && !watch.isTooSmall) {
      watch.isTooSmall = true;
      this.tooSmall += 1;
    }
  }

  /** Since when a book of a shelf has been below maintenance at the true price, seconds from the start. */
  shortSince(shelf: object, book: FastBook): number | undefined {
    return this.#watches.get(shelf)?.get(book)?.since;
  }

  /** The truth did not move enough to trip anything, nor since it was last noted. @param truth Now. */
  #wasQuiet(feed: string, truth: number): boolean {
    const prices = [truth, ...(this.#truths.get(feed) ?? []).map(({ price }) => price)];
    const [low, high] = [Math.min(...prices), Math.max(...prices)];
    return (high - low) * BPS < QUIET_BPS * low;
  }
}

/** Why a mode changed, in the chain tier's words. */
function causeOf(feed: FeedRunner, before: Level, { mode, phase }: Stance, unix: number): string {
  const { model, cause } = feed;
  if (LEVELS.indexOf(mode) < LEVELS.indexOf(before)) return "cleared";
  const { heartbeat, modes } = model.rules;
  if (ageLevel(BigInt(model.ageAt(unix)), BigInt(heartbeat), modes) === mode) return "age";
  const rows = LEVELS[model.feed.latest.level] === mode ? rowsOf(BigInt(cause)) : "";
  if (rows !== "") return rows;
  return phase === "none" ? "dwell" : "recovery";
}
