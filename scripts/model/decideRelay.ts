// SPDX-License-Identifier: MIT
import { hasQuorum } from "./aggregate.ts";
import type { SetTotals } from "./aggregate.ts";
import { BPS, FEED_SLOTS, MAXIMUM_ROUND_AGE_SECONDS, SUPERSET_SECONDS } from "./constants.ts";
import { roundStartMs } from "./rounds.ts";
import type { Prices } from "./types.ts";

/** A report a relayer could relay now: verified, anchored on its own chain view. */
export interface Candidate {
  readonly seat: number;
  readonly weight: bigint;
  readonly prices: Prices;
}

/** The latest round on chain, as far as the relayer can see. */
export interface AcceptedRound {
  readonly round: bigint;
  readonly setId: bigint;
  readonly acceptedAtMs: bigint;
  /** Seats known to be in it. */
  readonly seats: readonly number[];
  /** Published prices by feed; 0 or missing where the feed had none in it. */
  readonly prices: Prices;
}

/** Everything a relayer knows about one round of one set. */
export interface RelaySituation {
  readonly nowMs: bigint;
  readonly round: bigint;
  readonly setId: bigint;
  readonly candidates: readonly Candidate[];
  /** Seats that count and could still report. */
  readonly expectedSeats: readonly number[];
  readonly totals: SetTotals;
  readonly latest: AcceptedRound | undefined;
}

/** When a relayer stops waiting. */
export interface RelayPolicy {
  /** After this long into the round a quorum is relayed without those still missing. */
  readonly completenessDelayMs: bigint;
  /** Without any quorum for this long, more than half of the active weight is relayed (the second rung). */
  readonly subQuorumAfterMs: bigint;
  /** What makes a new round worth its gas; undefined: every one is. */
  readonly due?: DuePolicy | undefined;
}

/** A round is due when the last one is this old, or when a price has moved this far: then the oracle pays for it. */
export interface DuePolicy {
  readonly heartbeatMs: bigint;
  readonly deviationBps: bigint;
}

/** What to do with a round. */
export type RelayDecision =
  | { readonly kind: "relay"; readonly reason: "complete" | "delayOver" | "subQuorum" | "superset" }
  | { readonly kind: "wait"; readonly reason: "noQuorum" | "incomplete" | "notDue" }
  | { readonly kind: "skip"; readonly reason: "notNewer" | "notSuperset" | "windowOver" | "tooOld" };

/** Decides whether a round is worth relaying now. Pure: the chain and the clock are in the situation. */
export function decideRelay(situation: RelaySituation, policy: RelayPolicy): RelayDecision {
  const { nowMs, round, latest } = situation;
  if (nowMs - roundStartMs(round) > MAXIMUM_ROUND_AGE_SECONDS * 1000n) return { kind: "skip", reason: "tooOld" };
  if (latest !== undefined && round < latest.round) return { kind: "skip", reason: "notNewer" };
  if (latest !== undefined && round === latest.round) return decideSuperset(situation, latest);

  if (reaches(situation, hasQuorum)) {
    if (policy.due !== undefined && !isDue(situation, policy.due)) return { kind: "wait", reason: "notDue" };
    if (isComplete(situation)) return { kind: "relay", reason: "complete" };
    const waited = nowMs - roundStartMs(round) >= policy.completenessDelayMs;
    return waited ? { kind: "relay", reason: "delayOver" } : { kind: "wait", reason: "incomplete" };
  }

  const silentMs = nowMs - (latest === undefined ? nowMs : roundStartMs(latest.round));
  const usable = silentMs > policy.subQuorumAfterMs && reaches(situation, hasMajority);
  return usable ? { kind: "relay", reason: "subQuorum" } : { kind: "wait", reason: "noQuorum" };
}

/** Prices are compared by the plain median of who reported: whether to pay for a round needs no more. */
function isDue({ round, latest, candidates }: RelaySituation, { heartbeatMs, deviationBps }: DuePolicy): boolean {
  if (latest === undefined || roundStartMs(round) - roundStartMs(latest.round) >= heartbeatMs) return true;
  return Array.from({ length: FEED_SLOTS }, (_, feed) => feed).some((feed) => {
    const price = medianOf(candidates.flatMap(({ prices }) => (prices[feed] === 0n ? [] : (prices[feed] ?? []))));
    if (price === undefined) return false;
    const published = latest.prices[feed] ?? 0n;
    const move = price > published ? price - published : published - price;
    return move * BPS >= published * deviationBps;
  });
}

function medianOf(prices: readonly bigint[]): bigint | undefined {
  return [...prices].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))[prices.length >> 1];
}

/** A round already on chain is worth repeating only with every signer it has and at least one more. */
function decideSuperset(situation: RelaySituation, latest: AcceptedRound): RelayDecision {
  const seats = new Set(situation.candidates.map((candidate) => candidate.seat));
  const contained = latest.setId === situation.setId && latest.seats.every((seat) => seats.has(seat));
  if (!contained || seats.size <= latest.seats.length) return { kind: "skip", reason: "notSuperset" };
  if (situation.nowMs - latest.acceptedAtMs > SUPERSET_SECONDS * 1000n) return { kind: "skip", reason: "windowOver" };
  return { kind: "relay", reason: "superset" };
}

function isComplete(situation: RelaySituation): boolean {
  const seats = new Set(situation.candidates.map((candidate) => candidate.seat));
  return situation.expectedSeats.every((seat) => seats.has(seat));
}

type Threshold = (weight: bigint, signers: number, totals: SetTotals) => boolean;

function hasMajority(weight: bigint, signers: number, totals: SetTotals): boolean {
  return 2n * weight > totals.active && signers >= 3;
}

/** Whether any feed reaches the threshold: one that does not keeps its price and holds up nobody. */
function reaches(situation: RelaySituation, threshold: Threshold): boolean {
  return Array.from({ length: FEED_SLOTS }, (_, feed) => feed).some((feed) => {
    const priced = situation.candidates.filter((candidate) => candidate.prices[feed] !== 0n);
    const weight = priced.reduce((total, candidate) => total + candidate.weight, 0n);
    return threshold(weight, priced.length, situation.totals);
  });
}
