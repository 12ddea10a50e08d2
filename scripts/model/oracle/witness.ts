// SPDX-License-Identifier: MIT
import { isProductAtMost, mulDivDown } from "./exactMath.ts";
import type { Witness } from "./types.ts";

const DELAY_UNIT = 64;
const SAMPLE_SECONDS = 60;
const DISTANCE_MAXIMUM = 2_047;
const FAR_BPS = 800;
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

/**
 * Takes an answer into what is kept of the witness, in place (contracts/oracle/libraries/FeedKeeping.sol, `_weigh`).
 * `own` is our price at the answer's time; `isResuming` when the next round ends an outage, so that no sample counts.
 */
export function weighAnswer(
  witness: Witness,
  answer: WitnessAnswer,
  own: number,
  now: number,
  isResuming: boolean,
): void {
  const distance = Math.min(mulDivDown(Math.abs(answer.price - own), BPS, 0, own), DISTANCE_MAXIMUM);
  const isFar = distance > FAR_BPS;
  const checkedAt = witness.observedAt + witness.checkedDelay * DELAY_UNIT;
  const isAnother = answer.observedAt > witness.observedAt || now >= checkedAt + DELAY_UNIT + SAMPLE_SECONDS;
  let askedAt = now;
  if (!isFar || isResuming) witness.farSamples = 0;
  else if (witness.farSamples === 0) witness.farSamples = 1;
  else if (!isAnother) askedAt = checkedAt;
  else witness.farSamples = Math.min(witness.farSamples + 1, 3);
  witness.price = answer.price;
  witness.observedAt = answer.observedAt;
  witness.checkedDelay = Math.floor((askedAt - answer.observedAt) / DELAY_UNIT);
  witness.distanceBps = answer.price < own ? -distance : distance;
  witness.agreed = answer.agreed;
  witness.conflicted = answer.conflicted;
  witness.threshold = Math.min(Math.ceil(answer.thresholdBps / THRESHOLD_UNIT_BPS), 15);
}
