// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../../model/constants.ts";
import type { CaptureRules } from "../../model/slashing/captureRules.ts";
import { backsMedian, findCaptures } from "../../model/slashing/findCaptures.ts";
import type { CaptureSpan, WitnessStep } from "../../model/slashing/findCaptures.ts";

/** Who signed no further from the truth than this is honest. */
const HONEST_PERCENT = 5n;
const ROUND = Number(ROUND_SECONDS);

/** A round of one feed whose median was published; prices have 8 decimals. */
export interface CapturedRound {
  readonly round: number;
  readonly price: bigint;
  /** What each of its signers said, by name; 0 abstains. */
  readonly signed: readonly (readonly [validator: string, price: bigint])[];
  /** The true price in the round's first second. */
  readonly truth: bigint;
}

/** What is kept of a feed. Plain data: it is copied where blocks can be taken back. */
export interface FeedTape {
  /** By number: a superset replaces the round it completes. */
  readonly rounds: Map<number, CapturedRound>;
  /** By source. */
  readonly witnesses: WitnessStep[][];
}

/** Whom a tape proves a capture against. */
export interface Accusation {
  /** Whether any of what he signed was the truth, by name. */
  readonly accused: ReadonlyMap<string, boolean>;
  /** When the first of it could be proven, unix seconds; Infinity where nothing can. */
  readonly provenAt: number;
}

/** What the rule finds in a tape. @param heartbeatSeconds How long a round of a source may last. */
export function accusationIn(tape: FeedTape, heartbeatSeconds: number, rules: CaptureRules): Accusation {
  const medians = [...tape.rounds.values()].toSorted((one, other) => one.round - other.round);
  const sources = tape.witnesses.map((steps) => ({ heartbeatSeconds, steps }));
  const spans = findCaptures(medians, sources, rules);
  const provenAt = spans.reduce((earliest, span) => Math.min(earliest, span.provenAt), Infinity);
  return { accused: accusedIn(tape, spans, rules), provenAt };
}

/** Forgets rounds before a time, and what witnesses said before a proof could begin with the first that is left. */
export function trimTape({ rounds, witnesses }: FeedTape, fromSeconds: number, { steadySeconds }: CaptureRules): void {
  for (const round of rounds.keys()) if (round * ROUND < fromSeconds) rounds.delete(round);
  for (const steps of witnesses) {
    const inForce = steps.findLastIndex(({ since }) => since <= fromSeconds - steadySeconds);
    if (inForce > 0) steps.splice(0, inForce);
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
