// SPDX-License-Identifier: MIT
import type { CaptureRules } from "../../model/slashing/captureRules.ts";
import { backsMedian, findCaptures } from "../../model/slashing/findCaptures.ts";
import type { CaptureSpan, WitnessStep } from "../../model/slashing/findCaptures.ts";
import type { RunSummary } from "./RunSummary.ts";

/** Who signed no further from the truth than this is honest. */
const HONEST_PERCENT = 5n;

/** How long witnesses are known before a run begins, and how often they published; both more than any proof asks. */
const CALM_SECONDS = 7_200;
const CALM_EVERY = 1_800;

/** A round of one feed whose median was published; prices have 8 decimals. */
export interface CapturedRound {
  readonly round: number;
  readonly price: bigint;
  /** What each of its signers said, by name; 0 abstains. */
  readonly signed: readonly (readonly [validator: string, price: bigint])[];
  /** The true price in the round's first second. */
  readonly truth: bigint;
}

/** What is kept of a feed. */
interface FeedTape {
  /** By number: a superset replaces the round it completes. */
  readonly rounds: Map<number, CapturedRound>;
  /** By source. */
  readonly witnesses: WitnessStep[][];
}

/**
 * Whom a proof of capture (F5) could be brought against, had somebody brought every one there is: published medians, what each
 * signer said and what each witness said are held against the rule when a run is over. Nobody is slashed by it.
 */
export class CaptureRecord {
  readonly #heartbeatSeconds: number;
  readonly #startAt: number;
  readonly #seen = { feeds: new Map<string, FeedTape>() };

  /** @param heartbeatSeconds How long a round of a source may last. @param startAt Unix seconds. */
  constructor(heartbeatSeconds: number, startAt: number) {
    this.#heartbeatSeconds = heartbeatSeconds;
    this.#startAt = startAt;
  }

  /** See `Recall`. */
  get memories(): readonly object[] {
    return [this.#seen];
  }

  /** Witnesses stood still before the run began: its feeds have long been calm. @param sources How many a feed has. */
  seeCalm(feed: string, sources: number, price: bigint): void {
    for (let since = this.#startAt - CALM_SECONDS; since < this.#startAt; since += CALM_EVERY)
      for (let source = 0; source < sources; source += 1) this.seeWitness(feed, source, { since, price });
  }

  seeRound(feed: string, seen: CapturedRound): void {
    this.#tape(feed).rounds.set(seen.round, seen);
  }

  /** @param source Its place among the feed's. */
  seeWitness(feed: string, source: number, step: WitnessStep): void {
    const { witnesses } = this.#tape(feed);
    const steps = (witnesses[source] ??= []);
    if (steps.at(-1)?.since !== step.since) steps.push(step);
  }

  /** What the rule finds in all that was seen. */
  judge(rules: CaptureRules): RunSummary["slashing"]["capture"] {
    const accused = new Map<string, boolean>();
    let provenAt = Infinity;
    for (const tape of this.#seen.feeds.values()) {
      const spans = this.#spansOf(tape, rules);
      provenAt = spans.reduce((earliest, span) => Math.min(earliest, span.provenAt), provenAt);
      for (const [validator, isHonest] of accusedIn(tape, spans, rules))
        accused.set(validator, isHonest || accused.get(validator) === true);
    }
    const honest = [...accused.values()].filter(Boolean).length;
    const firstSeconds = provenAt === Infinity ? null : provenAt - this.#startAt;
    return { honest, byzantine: accused.size - honest, firstSeconds };
  }

  #spansOf({ rounds, witnesses }: FeedTape, rules: CaptureRules): CaptureSpan[] {
    const medians = [...rounds.values()].toSorted((one, other) => one.round - other.round);
    const tapes = witnesses.map((steps) => ({ heartbeatSeconds: this.#heartbeatSeconds, steps }));
    return findCaptures(medians, tapes, rules);
  }

  #tape(feed: string): FeedTape {
    let tape = this.#seen.feeds.get(feed);
    if (tape === undefined) this.#seen.feeds.set(feed, (tape = { rounds: new Map(), witnesses: [] }));
    return tape;
  }
}

/** Who signed near a false median, and whether any of it was the truth. */
function accusedIn({ rounds }: FeedTape, spans: readonly CaptureSpan[], rules: CaptureRules): Map<string, boolean> {
  const accused = new Map<string, boolean>();
  const stretches = joined(spans);
  for (const { round, price, signed, truth } of rounds.values()) {
    if (!stretches.some(({ first, last }) => first <= round && round <= last)) continue;
    for (const [validator, said] of signed) {
      if (!backsMedian(said, price, rules)) continue;
      accused.set(validator, isTrue(said, truth) || accused.get(validator) === true);
    }
  }
  return accused;
}

/** Spans that overlap as one: there is one for every pair of ends. */
function joined(spans: readonly CaptureSpan[]): { first: number; last: number }[] {
  const stretches: { first: number; last: number }[] = [];
  for (const { first, last } of spans.toSorted((one, other) => one.first - other.first)) {
    const open = stretches.at(-1);
    if (open !== undefined && first <= open.last) open.last = Math.max(open.last, last);
    else stretches.push({ first, last });
  }
  return stretches;
}

function isTrue(said: bigint, truth: bigint): boolean {
  const distance = said > truth ? said - truth : truth - said;
  return distance * 100n <= truth * HONEST_PERCENT;
}
