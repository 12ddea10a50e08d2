// SPDX-License-Identifier: MIT
import { isProductAtMost, mulDivDown } from "./exactMath.ts";
import type { Witness } from "./types.ts";

const DELAY_UNIT = 64;
const SAMPLE_SECONDS = 60;
const DISTANCE_MAXIMUM = 2_047;
export const FAR_BPS = 800;
/** What was asked longer ago is no evidence. */
export const FRESH_SECONDS = 3_600;
const CAUTIOUS_BPS = 150;
const REDUCE_ONLY_BPS = 300;
/** Stands for a number of samples: the witness moved, and we did not. */
const AHEAD = 3;
/** Who moved alone, or stayed alone, for this long is right or wrong. */
const SETTLING_SECONDS = 60;
const THRESHOLD_UNIT_BPS = 25;
const BPS = 10_000;

/** What the witnesses of a feed answered: 8 decimals, unix seconds. */
export interface WitnessAnswer {
  readonly price: number;
  readonly observedAt: number;
  readonly thresholdBps: number;
  readonly agreed: boolean;
  readonly conflicted: boolean;
}

/** Seconds since the witness was asked; one that never spoke is as old as time. */
export function witnessAge(witness: Witness, time: number): number {
  if (witness.price === 0) return Infinity;
  return Math.max(time - witness.observedAt - witness.checkedDelay * DELAY_UNIT, 0);
}

/** Whether `price` is within `limitBps` of the witness's price. */
export function isNear(witness: Witness, price: number, limitBps: number): boolean {
  return isProductAtMost(Math.abs(price - witness.price), BPS, witness.price, limitBps);
}

/** Whether `price` is more than 8 % away from a witness that was asked within the last hour; unix seconds. */
export function isContradicted(witness: Witness, price: number, time: number): boolean {
  return witnessAge(witness, time) <= FRESH_SECONDS && !isNear(witness, price, FAR_BPS);
}

/** What our own feed says to an answer: 8 decimals. */
export interface OwnView {
  /** Our price at the answer's time. */
  readonly price: number;
  /** Our price over the last five minutes. */
  readonly average: number;
  /** The latest price is a quorum's. */
  readonly isQuorum: boolean;
  /** The next round ends an outage: no sample counts. */
  readonly isResuming: boolean;
}

/** Distance of the witness to `price` in bps, rounded down. */
export function gapBps(witness: Witness, price: number): number {
  return mulDivDown(Math.abs(witness.price - price), BPS, 0, price);
}

/**
 * Distance and samples that the trigger table judges, for a price of `roundAt` in a block of `time` (unix seconds): while only
 * one of the two had moved, our next rounds tell (contracts/shared/WitnessVerdict.sol).
 */
export function verdictOf(
  witness: Witness,
  price: number,
  roundAt: number,
  time: number,
): { distanceBps: number; samples: number } {
  const { farSamples, observedAt } = witness;
  const distance = Math.abs(witness.distanceBps);
  if (farSamples === 0) return { distanceBps: distance, samples: 0 };
  const isSettling = time < observedAt + SETTLING_SECONDS;
  const gap = gapBps(witness, price);
  if (farSamples === AHEAD) return { distanceBps: isSettling && roundAt < observedAt ? 0 : gap, samples: 0 };
  const distanceBps = isSettling && isOpen(witness) ? Math.min(distance, REDUCE_ONLY_BPS) : distance;
  return { distanceBps, samples: gap > FAR_BPS ? farSamples : 0 };
}

/** Takes an answer into what is kept of the witness, in place (contracts/oracle/libraries/FeedKeeping.sol, `_weigh`). */
export function weighAnswer(witness: Witness, answer: WitnessAnswer, own: OwnView, now: number): void {
  const distance = Math.min(mulDivDown(Math.abs(answer.price - own.price), BPS, 0, own.price), DISTANCE_MAXIMUM);
  const wasOpen = isOpen(witness);
  const mayOpen = distance > CAUTIOUS_BPS && own.isQuorum && !own.isResuming;
  const isSettling = now < witness.observedAt + SETTLING_SECONDS;
  if (!mayOpen || !wasOpen || !isSettling) {
    const wasNear = Math.abs(witness.distanceBps) <= CAUTIOUS_BPS;
    const opened = mayOpen && wasNear ? movedAlone(witness, answer, own, distance) : 0;
    let askedAt = now;
    if (opened !== 0) witness.farSamples = opened;
    else if (distance <= FAR_BPS || own.isResuming) witness.farSamples = 0;
    else askedAt = countSample(witness, answer.observedAt, wasOpen, now);
    witness.checkedDelay = Math.floor((askedAt - answer.observedAt) / DELAY_UNIT);
    witness.observedAt = answer.observedAt;
  } // else it keeps its time, or looking often would put the verdict off
  witness.price = answer.price;
  witness.distanceBps = answer.price < own.price ? -distance : distance;
  witness.agreed = answer.agreed;
  witness.conflicted = answer.conflicted;
  witness.threshold = Math.min(Math.ceil(answer.thresholdBps / THRESHOLD_UNIT_BPS), 15);
}

/** Only one had moved: AHEAD the witness, or one sample of at most 8 % we. */
function isOpen({ farSamples, distanceBps }: Witness): boolean {
  return farSamples === AHEAD || (farSamples === 1 && Math.abs(distanceBps) <= FAR_BPS);
}

/** Samples that open an answer when what the other side said before was within a quarter of the distance; else 0. */
function movedAlone(witness: Witness, { price }: WitnessAnswer, own: OwnView, distance: number): number {
  const quarter = Math.floor(Math.abs(price - own.price) / 4);
  if (Math.abs(witness.price - own.price) <= quarter) return AHEAD;
  return distance <= FAR_BPS && Math.abs(price - own.average) <= quarter ? 1 : 0;
}

/** Counts an answer more than 8 % away. Returns when the sample counts from. */
function countSample(witness: Witness, observedAt: number, wasOpen: boolean, now: number): number {
  const checkedAt = witness.observedAt + witness.checkedDelay * DELAY_UNIT;
  const isAnother = observedAt > witness.observedAt || now >= checkedAt + DELAY_UNIT + SAMPLE_SECONDS;
  if (wasOpen) witness.farSamples = Math.abs(witness.distanceBps) > FAR_BPS ? 1 : 0;
  if (witness.farSamples !== 0 && !isAnother) return checkedAt;
  witness.farSamples = Math.min(witness.farSamples + 1, 2);
  return now;
}
