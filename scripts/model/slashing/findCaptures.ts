// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../constants.ts";
import type { CaptureRules } from "./captureRules.ts";
import { distancePpm } from "./judgeDeviation.ts";

const ROUND = Number(ROUND_SECONDS);

/** A median that was published; 8 decimals. */
export interface PublishedMedian {
  readonly round: number;
  readonly price: bigint;
}

/** A price of a witness, from its second until the next step's; unix seconds, 8 decimals. */
export interface WitnessStep {
  readonly since: number;
  readonly price: bigint;
}

/** A true-time source: its steps in the order of their times, and how long each may last. */
export interface WitnessTape {
  readonly heartbeatSeconds: number;
  readonly steps: readonly WitnessStep[];
}

/** Rounds whose medians were all false, as a proof names them by its ends. */
export interface CaptureSpan {
  readonly first: number;
  readonly last: number;
  /** Both witnesses had said all of it by then, unix seconds: before it there is no proof. */
  readonly provenAt: number;
}

/**
 * Every span of one feed that proves a capture by two of its witnesses: mirror of CaptureEvidence.sol, to which a reporter gives
 * the ends. @param medians Those that were published, rounds rising.
 */
export function findCaptures(
  medians: readonly PublishedMedian[],
  witnesses: readonly WitnessTape[],
  rules: CaptureRules,
): CaptureSpan[] {
  return witnesses.flatMap((one, index) =>
    witnesses.slice(index + 1).flatMap((other) => findWith(medians, [one, other], rules)),
  );
}

/** Whether a signed price is so near a median that the signer answers for it. */
export function backsMedian(signed: bigint, median: bigint, { signedPpm }: Pick<CaptureRules, "signedPpm">): boolean {
  return signed !== 0n && distancePpm(signed, median) <= BigInt(signedPpm);
}

function findWith(
  medians: readonly PublishedMedian[],
  pair: readonly WitnessTape[],
  rules: CaptureRules,
): CaptureSpan[] {
  const spans: CaptureSpan[] = [];
  const isFalse = medians.map((median) => contradicts(median, pair, rules));
  for (const [from, { round: first }] of medians.entries()) {
    for (let to = from; isFalse[to] === true && medians[to]!.round < first + rules.mostRounds; to += 1) {
      const last = medians[to]!.round;
      if (last < first + rules.leastRounds) continue;
      const ends = pair.map((witness) => endOf(witness, first, last, rules));
      if (!ends.every((end) => end !== undefined)) continue;
      spans.push({ first, last, provenAt: Math.max(...ends) });
    }
  }
  return spans;
}

/** Both witnesses are near each other, and the median near neither. */
function contradicts(
  { round, price }: PublishedMedian,
  pair: readonly WitnessTape[],
  { apartPercent, offPercent }: CaptureRules,
): boolean {
  const [one, other] = pair.map(({ steps }) => stepAt(steps, round * ROUND)?.price);
  return (
    one !== undefined &&
    other !== undefined &&
    isWithin(one, other, apartPercent) &&
    !isWithin(price, one, offPercent) &&
    !isWithin(price, other, offPercent)
  );
}

/** When the last of a witness's steps around a span ended, if they are gapless, alive and steady; undefined otherwise. */
function endOf(
  { steps, heartbeatSeconds }: WitnessTape,
  first: number,
  last: number,
  { steadySeconds, steadyPercent, mostWitnessRounds, mostRepeats }: CaptureRules,
): number | undefined {
  const from = placeAt(steps, first * ROUND - steadySeconds);
  const to = placeAt(steps, last * ROUND + steadySeconds);
  const next = steps[to + 1];
  if (from < 0 || next === undefined || to - from >= mostWitnessRounds) return undefined;
  const used = steps.slice(from, to + 1);
  const isAlive = used.every(({ since }, index) => (used[index + 1] ?? next).since - since <= heartbeatSeconds);
  if (!isAlive || !isSteady(used, steadyPercent) || repeatsOf(used) > mostRepeats) return undefined;
  return next.since;
}

function isSteady(steps: readonly WitnessStep[], percent: number): boolean {
  const prices = steps.map(({ price }) => price);
  return isWithin(
    prices.reduce((low, price) => (price < low ? price : low)),
    prices.reduce((high, price) => (price > high ? price : high)),
    percent,
  );
}

/** Longest row of steps that say what the one before them said. */
function repeatsOf(steps: readonly WitnessStep[]): number {
  let row = 0;
  let longest = 0;
  for (const [index, { price }] of steps.entries()) {
    row = index > 0 && steps[index - 1]!.price === price ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  return longest;
}

/** Place of the step in force at a second; -1 before the first. */
function placeAt(steps: readonly WitnessStep[], second: number): number {
  return steps.findLastIndex(({ since }) => since <= second);
}

function stepAt(steps: readonly WitnessStep[], second: number): WitnessStep | undefined {
  return steps[placeAt(steps, second)];
}

/** At most so many percent of the smaller apart. */
function isWithin(one: bigint, other: bigint, percent: number): boolean {
  const [low, high] = one < other ? [one, other] : [other, one];
  return (high - low) * 100n <= low * BigInt(percent);
}
