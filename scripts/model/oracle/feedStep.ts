// SPDX-License-Identifier: MIT
import {
  accumulate,
  addCoverage,
  boundaryAfter,
  fold,
  intervalOf,
  priceOf,
  RATIO_ONE,
  rebase,
  rebased,
} from "./feedFold.ts";
import type { Interval } from "./feedFold.ts";
import { ORACLE_RULES } from "./oracleRules.ts";
import { agrees, confirmPending, GAP_SECONDS, openPending, scaledJump } from "./quarantine.ts";
import type { Testimony } from "./quarantine.ts";
import { judge, LADDER_ROUNDS, nextLevel } from "./signal.ts";
import type { SignalInputs } from "./signal.ts";
import type { Candidate, Mark, OracleRules, Step, StepResult } from "./stepTypes.ts";
import { CLOCK_MAXIMUM, LEVEL, SOURCE } from "./types.ts";
import type { Averages, FeedState, Latest } from "./types.ts";
import { FAR_BPS, FRESH_SECONDS, isContradicted, isNear, verdictOf, witnessAge } from "./witness.ts";

const ROUND_SECONDS = 15;
const MARK_SECONDS = 1_800;
const NEAR_BPS = 200;
const VARIANCE_SEED = 144_000;
const LAGGED_SEED = 2_000;
const DISPERSION_UNIT = 10;
const DISPERSION_MAXIMUM = 2 ** 14 - 1;
const DELTA_MAXIMUM = 2 ** 12 - 1;
const CALM_ROUNDS = MARK_SECONDS / ROUND_SECONDS;
const CALM_MAXIMUM = 127;
const CALM_MOVE = 20_000;
const LISTING_SECONDS = 600;
const GRACE_UNIT = 120;
const GRACE_SPENT_UNIT = 240;
const GRACE_SPENT_MAXIMUM = 15;
const GRACE_PERIOD = 21_600;

const KEPT: StepResult = { outcome: "kept", cause: 0, mark: undefined };

/**
 * Applies a median to a feed, in place: witness, quarantine, fold, signal. The mirror of
 * contracts/oracle/libraries/FeedStep.sol, bit for bit, for prices below PRICE_LIMIT.
 */
export function stepFeed(feed: FeedState, candidate: Candidate, step: Step): StepResult {
  const { latest, pending } = feed;
  const source = admittedSource(feed, candidate, step);
  if (source === undefined) return KEPT;
  if (latest.price === 0) return seed(feed, candidate, source, step);
  if (step.upgrade && latest.round === step.round) return upgrade(feed, candidate, source, step);
  // A witness price newer than this round stands, and so does the first version's verdict.
  if (latest.round >= step.round || (step.upgrade && pending.lastRound === step.round)) return KEPT;

  const elapsed = (step.round - latest.round) * ROUND_SECONDS;
  const interval = intervalOf(elapsed);
  const jump = scaledJump(latest.price, candidate.price, interval.rootPpm);
  if (source !== SOURCE.witness && hasToWait(feed, candidate.price, jump, elapsed, step)) {
    const cause = withhold(feed, candidate, source, step, jump, elapsed);
    return { outcome: "quarantined", cause, mark: undefined };
  }
  const mark = advance(feed, candidate, source, step, interval);
  latest.pending = false; // not before: a wait that lasted into a new half hour marks that one too
  const cause = signal(feed, candidate, source, step, jump, elapsed);
  if (elapsed > resumeSeconds(step.heartbeat)) grantGrace(latest, elapsed, rulesOf(step).graceSeconds);
  return { outcome: "published", cause, mark };
}

function rulesOf(step: Step): OracleRules {
  return step.rules ?? ORACLE_RULES;
}

/** A gap longer than this ends in Recovery. */
export function resumeSeconds(heartbeat: number): number {
  return Math.max(heartbeat * 10, 600);
}

/** Source and set may require a witness; undefined when the candidate is no price. */
function admittedSource(feed: FeedState, candidate: Candidate, step: Step): number | undefined {
  const { source } = candidate;
  const isMajority = source === SOURCE.majority;
  if (source === SOURCE.witness || (!isMajority && !step.impaired)) return source;
  if (witnessAge(feed.witness, step.blockTime) <= FRESH_SECONDS) {
    return isNear(feed.witness, candidate.price, NEAR_BPS) ? source : undefined;
  }
  return isMajority ? SOURCE.unwitnessed : undefined;
}

function seed(feed: FeedState, candidate: Candidate, source: number, step: Step): StepResult {
  const { latest, averages } = feed;
  averages.average5m = RATIO_ONE;
  averages.average30m = RATIO_ONE;
  averages.average12h = RATIO_ONE;
  averages.previousRatio = RATIO_ONE;
  averages.variance = VARIANCE_SEED;
  averages.laggedDispersion = LAGGED_SEED;
  averages.sinceReduceOnly = CLOCK_MAXIMUM;
  averages.sinceHalted = CLOCK_MAXIMUM;
  latest.isNew = true;
  write(feed, candidate, source, step);
  return { outcome: "published", cause: signal(feed, candidate, source, step, 0, 0), mark: undefined };
}

/** A superset replaces an ordinary price; what went through quarantine, or would have to, stands until the next round. */
function upgrade(feed: FeedState, candidate: Candidate, source: number, step: Step): StepResult {
  const { latest, averages } = feed;
  if (feed.pending.lastRound === step.round) return KEPT;
  const elapsed = averages.previousDelta * ROUND_SECONDS;
  let jump = 0;
  if (elapsed !== 0) {
    const previous = priceOf(latest.price, averages.previousRatio);
    jump = scaledJump(previous, candidate.price, intervalOf(elapsed).rootPpm);
    if (jump >= rulesOf(step).quarantine.jumpPpm) return KEPT;
  }
  rebase(averages, latest.price, candidate.price);
  write(feed, candidate, source, step);
  return { outcome: "published", cause: signal(feed, candidate, source, step, jump, elapsed), mark: undefined };
}

function hasToWait(feed: FeedState, price: number, jump: number, elapsed: number, step: Step): boolean {
  const { latest, pending } = feed;
  const { quarantine } = rulesOf(step);
  if (latest.pending && agrees(pending, latest.price, price)) {
    return !confirmPending(pending, price, step.round, jump, testimonyOf(feed, price, step), quarantine);
  }
  return openPending(pending, price, step.round, jump, elapsed, quarantine);
}

function testimonyOf({ witness }: FeedState, price: number, step: Step): Testimony {
  if (witnessAge(witness, step.blockTime) > FRESH_SECONDS) return "none";
  return isNear(witness, price, FAR_BPS) ? "supports" : "contradicts";
}

/** A round behind the open half hour says nothing about it: a window that is over stays as it was. */
function withhold(
  feed: FeedState,
  candidate: Candidate,
  source: number,
  step: Step,
  jump: number,
  elapsed: number,
): number {
  const { latest } = feed;
  const isInside = step.round * ROUND_SECONDS < boundaryAfter(latest.round);
  const wasHalted = latest.dirtyHalted;
  latest.pending = true;
  if (isInside) latest.dirtyQuarantine = true;
  const cause = signal(feed, candidate, source, step, jump, elapsed);
  if (!isInside) latest.dirtyHalted = wasHalted;
  return cause;
}

/** Folds the latest round over the time to this one, then makes this one the latest. */
function advance(
  feed: FeedState,
  candidate: Candidate,
  source: number,
  step: Step,
  interval: Interval,
): Mark | undefined {
  const { latest, averages } = feed;
  const covered = fold(feed, interval, step.heartbeat, rulesOf(step).rows.dispersion);
  const mark = keepMark(latest, covered, step.round * ROUND_SECONDS);
  rebase(averages, latest.price, candidate.price);
  if (interval.seconds > GAP_SECONDS) {
    // A gap leaves no average of the last minutes.
    averages.average5m = RATIO_ONE;
    averages.average30m = RATIO_ONE;
  }
  averages.previousRatio = rebased(RATIO_ONE, latest.price, candidate.price);
  const delta = interval.seconds / ROUND_SECONDS;
  averages.previousDelta = Math.min(delta, DELTA_MAXIMUM);
  countCalm(averages, delta);
  write(feed, candidate, source, step);
  return mark;
}

function keepMark(latest: Latest, covered: number, time: number): Mark | undefined {
  const boundary = boundaryAfter(latest.round);
  const part = accumulate(latest, covered, boundary);
  if (time < boundary) return undefined;
  const { price, round, sum, coverage, divergentRounds, dirtyQuarantine, dirtyHalted } = latest;
  const mark = { boundary, price, round, sum, coverage, divergentRounds, dirtyQuarantine, dirtyHalted };
  latest.sum = 0n;
  latest.coverage = 0;
  latest.divergentRounds = 0;
  latest.dirtyQuarantine = latest.pending;
  latest.dirtyHalted = latest.level === LEVEL.halted;
  if (time < boundary + MARK_SECONDS) addCoverage(latest, covered - part);
  return mark;
}

function write(feed: FeedState, candidate: Candidate, source: number, step: Step): void {
  const { latest, witness } = feed;
  latest.price = candidate.price;
  latest.round = step.round;
  latest.dispersion = Math.min(Math.ceil(candidate.dispersionPpm / DISPERSION_UNIT), DISPERSION_MAXIMUM);
  latest.source = source;
  latest.divergent = candidate.divergent;
  const isFresh = witnessAge(witness, step.blockTime) <= FRESH_SECONDS;
  latest.witnessed = isFresh && isNear(witness, candidate.price, NEAR_BPS);
  latest.contradicted = isContradicted(witness, candidate.price, step.blockTime);
}

function countCalm(averages: Averages, rounds: number): void {
  const isCalm = moveOf(averages.average30m) < CALM_MOVE;
  averages.calmRounds = isCalm ? Math.min(averages.calmRounds + rounds, CALM_MAXIMUM) : 0;
}

/** Distance of the price to an average, ppm. */
function moveOf(average: number): number {
  if (average === 0) return Infinity;
  return Math.floor((Math.abs(average - RATIO_ONE) * 1_000_000) / average);
}

function signal(
  feed: FeedState,
  candidate: Candidate,
  source: number,
  step: Step,
  jump: number,
  elapsed: number,
): number {
  const { latest, averages } = feed;
  const resumed = elapsed > resumeSeconds(step.heartbeat) || step.lagging;
  const quorumStreak = source === SOURCE.quorum ? averages.quorumStreak + 1 : 0;
  const { rows } = rulesOf(step);
  const moves = movesOf(feed, rows.average12h[0]);
  const isNew = listed(feed, quorumStreak);
  const verdict = verdictOf(feed.witness, candidate.price, step.round * ROUND_SECONDS, step.blockTime);
  const inputs: SignalInputs = {
    ...moves,
    jump,
    afterGap: elapsed > GAP_SECONDS,
    resumed,
    isNew,
    impaired: step.impaired,
    unwitnessed: source === SOURCE.unwitnessed,
    conflicted: feed.witness.conflicted,
    contradicted: latest.contradicted,
    dispersion: candidate.dispersionPpm,
    wideCautious: averages.wideCautious,
    wideReduceOnly: averages.wideReduceOnly,
    wideHalted: averages.wideHalted,
    witnessAge: witnessAge(feed.witness, step.blockTime),
    witnessDistanceBps: verdict.distanceBps,
    witnessThresholdBps: feed.witness.threshold * 25,
    witnessFarSamples: verdict.samples,
    signedWeightBps: step.weightEmaBps,
    divergentInTwenty: countOnes(((averages.divergentHistory << 1) | (candidate.divergent ? 1 : 0)) & 0xfffff),
    quorumStreak,
  };
  const judgement = judge(inputs, rows);
  let level = Math.max(judgement.tripped, latest.level); // of a superset: a trip of the first version stays
  if (!step.upgrade) {
    const next = nextLevel(latest.level, averages.clearStreak, judgement, rows.clearRounds);
    level = next.level;
    averages.clearStreak = next.streak;
  } else if (judgement.held >= level) averages.clearStreak = 0; // a round whose last version is not clear counts for none
  setLevel(feed, level, resumed, step.upgrade);
  return judgement.cause;
}

/** Distances to the averages. The slow one follows a move that is over, so that Normal returns; never on our word alone. */
function movesOf(
  { latest, averages }: FeedState,
  cautious12h: number,
): Pick<SignalInputs, "move5m" | "move30m" | "move12h"> {
  let move12h = moveOf(averages.average12h);
  const isOver = latest.level !== LEVEL.normal && averages.calmRounds >= CALM_ROUNDS && latest.witnessed;
  if (move12h > cautious12h / 2 && isOver) {
    averages.average12h = RATIO_ONE;
    move12h = 0;
  }
  return { move5m: moveOf(averages.average5m), move30m: moveOf(averages.average30m), move12h };
}

/** Lists a new feed after 20 quorum rounds over ten minutes in a row that agree with its witness. Returns whether it is new. */
function listed({ latest, averages }: FeedState, streak: number): boolean {
  if (!latest.isNew) return false;
  if (!latest.witnessed || streak === 0) {
    averages.quorumStreak = 0;
    averages.sinceRecovery = 0;
  } else if (streak >= LADDER_ROUNDS && averages.sinceRecovery >= LISTING_SECONDS) {
    latest.isNew = false;
  }
  return latest.isNew;
}

function setLevel({ latest, averages }: FeedState, level: number, resumed: boolean, isUpgrade: boolean): void {
  if (level >= LEVEL.cautious) averages.sinceCautious = 0;
  if (level >= LEVEL.reduceOnly) averages.sinceReduceOnly = 0;
  if (level === LEVEL.halted) averages.sinceHalted = 0;
  if (resumed || level === LEVEL.halted) {
    if (averages.sinceRecovery >= GRACE_PERIOD) latest.graceSpent = 0;
    averages.sinceRecovery = 0;
    // Or the clock that starts again would grant it again; a superset keeps what its first version was granted.
    if (!resumed || !isUpgrade) latest.grace = 0;
  }
  latest.level = level;
  if (level === LEVEL.halted) latest.dirtyHalted = true;
}

/** An outage grants its length, at most 30 min (`most`), and at most 60 min until six hours of uptime went by without one. */
function grantGrace(latest: Latest, elapsed: number, most: number): void {
  const left = (GRACE_SPENT_MAXIMUM - latest.graceSpent) * GRACE_SPENT_UNIT;
  latest.grace = Math.floor(Math.min(elapsed, most, left) / GRACE_UNIT);
  latest.graceSpent += Math.ceil((latest.grace * GRACE_UNIT) / GRACE_SPENT_UNIT);
}

function countOnes(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
