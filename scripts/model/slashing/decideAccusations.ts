// SPDX-License-Identifier: MIT
import { ROUND_SECONDS } from "../constants.ts";
import { roundStartSeconds } from "../rounds.ts";
import { FAULT, STAGE } from "./types.ts";
import type { Accusation, Contradiction, Prematurity, SlashCase, Suspicion } from "./types.ts";

const DAY = 86_400n;
/** How long evidence of each fault counts, and how far ahead of the chain's clock a round may lie; seconds. */
export const EQUIVOCATION_SECONDS = 7n * DAY;
export const DEVIATION_SECONDS = 4n * DAY;
const AHEAD_SECONDS = 900n;
/** From so far ahead on a round is dated in the future; seconds. */
export const FUTURE_SECONDS = 600n;
/** A block, the age of an anchor and a round: what it takes until a round has seen an accusation. */
const CONVICTION_SECONDS = 90n;
/** Beyond this a deviation is gross and costs five times the base; parts per million. */
const GROSS_PPM = 200_000n;

/** What a watcher knows when it decides. */
export interface WatchSituation {
  /** Of the block it decides at. */
  readonly nowSeconds: bigint;
  /** Of the watcher's own clock: a chain's lags after a halt. */
  readonly clockSeconds: bigint;
  /** Newest accepted round; its prices may still change, older ones are settled. */
  readonly latestRound: bigint;
  readonly contradictions: readonly Contradiction[];
  readonly suspicions: readonly Suspicion[];
  /** Reports of rounds that were still to come when they were seen. */
  readonly premature: readonly Prematurity[];
  readonly cases: readonly SlashCase[];
}

/**
 * At most one accusation per validator: who equivocated is never a validator again, so its oldest contradiction is enough;
 * of deviations the dearest that no case of the same day stands in the way of; and of rounds to come the first, while one
 * that has seen the accusation can still begin ten minutes before it. All replicas come to the same list.
 */
export function decideAccusations(situation: WatchSituation): Accusation[] {
  const { contradictions, suspicions, premature } = situation;
  const ids = [...contradictions, ...suspicions, ...premature].map(({ validatorId }) => validatorId);
  return [...new Set(ids)].sort(rising).flatMap((validatorId): Accusation[] => {
    const cases = situation.cases.filter((known) => known.validatorId === validatorId);
    const contradiction = oldestContradiction(situation, validatorId, cases);
    if (contradiction !== undefined) return [{ kind: "equivocation", ...contradiction }];
    const suspicion = worstSuspicion(situation, validatorId, cases);
    if (suspicion !== undefined) return [{ kind: "deviation", ...suspicion }];
    const early = firstPremature(situation, validatorId, cases);
    return early === undefined ? [] : [{ kind: "futureDating", ...early }];
  });
}

function oldestContradiction(
  { contradictions, nowSeconds }: WatchSituation,
  validatorId: bigint,
  cases: readonly SlashCase[],
): Contradiction | undefined {
  if (cases.some(({ fault, stage }) => fault === FAULT.equivocation && stage !== STAGE.none)) return undefined;
  const rounds = contradictions
    .filter((seen) => seen.validatorId === validatorId)
    .map(({ round }) => round)
    .filter((round) =>
      isBetween(roundStartSeconds(round), nowSeconds - EQUIVOCATION_SECONDS, nowSeconds + AHEAD_SECONDS),
    )
    .sort(rising);
  return rounds[0] === undefined ? undefined : { validatorId, round: rounds[0] };
}

function worstSuspicion(
  { suspicions, nowSeconds, latestRound }: WatchSituation,
  validatorId: bigint,
  cases: readonly SlashCase[],
): Suspicion | undefined {
  const deviations = cases.filter(({ fault, stage }) => fault === FAULT.deviation && stage !== STAGE.none);
  return suspicions
    .filter((seen) => seen.validatorId === validatorId && seen.round < latestRound)
    .filter(({ round }) => roundStartSeconds(round) >= nowSeconds - DEVIATION_SECONDS)
    .filter((seen) => !deviations.some((known) => standsInTheWay(known, seen)))
    .sort((a, b) => rising(percentOf(b), percentOf(a)) || rising(a.round, b.round) || a.feed - b.feed)[0];
}

/** A clock that is wrong must be ahead of the chain's and of ours; a round that was accepted convicts nobody. */
function firstPremature(
  { premature, nowSeconds, clockSeconds, latestRound }: WatchSituation,
  validatorId: bigint,
  cases: readonly SlashCase[],
): Prematurity | undefined {
  const isAccused = cases.some(
    ({ fault, stage, openedAt }) =>
      fault === FAULT.futureDating && (stage === STAGE.waiting || openedAt + DAY > nowSeconds),
  );
  if (isAccused) return undefined;
  const now = clockSeconds > nowSeconds ? clockSeconds : nowSeconds;
  return premature
    .filter((seen) => seen.validatorId === validatorId && seen.round > latestRound)
    .filter(({ round }) => roundStartSeconds(round) > now + FUTURE_SECONDS + CONVICTION_SECONDS)
    .sort((a, b) => rising(a.round, b.round))[0];
}

/** One base per validator and 24 h: only a gross deviation is charged after a mild one, and only the difference. */
function standsInTheWay(known: SlashCase, seen: Suspicion): boolean {
  if (known.key === seen.round) return true;
  const apart = known.key > seen.round ? known.key - seen.round : seen.round - known.key;
  return apart * ROUND_SECONDS < DAY && percentOf(seen) <= known.percent;
}

function percentOf({ offPpm }: Suspicion): bigint {
  return offPpm > GROSS_PPM ? 5n : 1n;
}

function isBetween(value: bigint, low: bigint, high: bigint): boolean {
  return value >= low && value <= high;
}

function rising(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
