// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../model/constants.ts";
import type { CaptureRules } from "../../model/slashing/captureRules.ts";
import type { WitnessStep } from "../../model/slashing/findCaptures.ts";
import { accusationIn, trimTape } from "./captureTape.ts";
import type { CapturedRound, FeedTape } from "./captureTape.ts";
import type { RunSummary } from "./RunSummary.ts";

/** How long witnesses are known before a run begins, and how often they published; both more than any proof asks. */
const CALM_SECONDS = 10_800;
const CALM_EVERY = 1_800;
/** A round or a witness's price is seen so long after its time at most: blocks may stand still, and then be full. */
const LATE_SECONDS = 3_600;
const ROUND = Number(ROUND_SECONDS);

/** Whose sources may last how long, and when a run began. */
export interface CaptureTimes {
  /** How long a round of a source may last. */
  readonly heartbeatSeconds: number;
  /** Unix seconds. */
  readonly startAt: number;
}

/**
 * Whom a proof of capture (F5) could be brought against, had somebody brought every one there is: published medians, what each
 * signer said and what each witness said are held against the rule. Nobody is slashed by it. Only what a proof may still need is
 * kept; the rule is asked before the rest is forgotten.
 */
export class CaptureRecord {
  readonly #rules: CaptureRules;
  readonly #times: CaptureTimes;
  /** After this long a round is in no proof that could not be brought before: a span, calm behind it, a source's next round. */
  readonly #keptSeconds: number;
  readonly #seen: {
    readonly feeds: Map<string, FeedTape>;
    /** Of what was forgotten: whether any of what a validator signed was the truth, by name. */
    readonly accused: Map<string, boolean>;
    provenAt: number;
    /** When the rule is asked again, unix seconds. */
    nextLookAt: number;
  };

  constructor(rules: CaptureRules, times: CaptureTimes) {
    this.#rules = rules;
    this.#times = times;
    this.#keptSeconds = rules.mostRounds * ROUND + rules.steadySeconds + times.heartbeatSeconds + LATE_SECONDS;
    const nextLookAt = times.startAt + this.#keptSeconds;
    this.#seen = { feeds: new Map(), accused: new Map(), provenAt: Infinity, nextLookAt };
  }

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** Witnesses all but stood still before the run began: its feeds have long been calm. @param sources How many a feed has. */
  seeCalm(feed: string, sources: number, price: bigint): void {
    const { startAt } = this.#times;
    for (let said = 0; said * CALM_EVERY < CALM_SECONDS; said += 1) {
      const step = { since: startAt - CALM_SECONDS + said * CALM_EVERY, price: price + BigInt(said % 2) };
      for (let source = 0; source < sources; source += 1) this.seeWitness(feed, source, step);
    }
  }

  seeRound(feed: string, seen: CapturedRound): void {
    this.#tape(feed).rounds.set(seen.round, seen);
    this.#lookBack(seen.round * ROUND);
  }

  /** @param source Its place among the feed's. */
  seeWitness(feed: string, source: number, step: WitnessStep): void {
    const { witnesses } = this.#tape(feed);
    const steps = (witnesses[source] ??= []);
    if (steps.at(-1)?.since !== step.since) steps.push(step);
    this.#lookBack(step.since);
  }

  /** What the rule finds in all that was seen. */
  judge(): RunSummary["slashing"]["capture"] {
    this.#askRule();
    const { accused, provenAt } = this.#seen;
    const honest = [...accused.values()].filter(Boolean).length;
    const firstSeconds = provenAt === Infinity ? null : provenAt - this.#times.startAt;
    return { honest, byzantine: accused.size - honest, firstSeconds };
  }

  /** Twice as much as may be needed is kept at most. */
  #lookBack(nowSeconds: number): void {
    if (nowSeconds < this.#seen.nextLookAt) return;
    this.#askRule();
    for (const tape of this.#seen.feeds.values()) trimTape(tape, nowSeconds - this.#keptSeconds, this.#rules);
    this.#seen.nextLookAt = nowSeconds + this.#keptSeconds;
  }

  /** A proof that was found before may be found again. */
  #askRule(): void {
    const { feeds, accused } = this.#seen;
    for (const tape of feeds.values()) {
      const found = accusationIn(tape, this.#times.heartbeatSeconds, this.#rules);
      this.#seen.provenAt = Math.min(this.#seen.provenAt, found.provenAt);
      for (const [validator, isHonest] of found.accused)
        accused.set(validator, isHonest || accused.get(validator) === true);
    }
  }

  #tape(feed: string): FeedTape {
    let tape = this.#seen.feeds.get(feed);
    if (tape === undefined) this.#seen.feeds.set(feed, (tape = { rounds: new Map(), witnesses: [] }));
    return tape;
  }
}
