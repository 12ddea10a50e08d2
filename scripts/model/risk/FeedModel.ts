// SPDX-License-Identifier: MIT
import type { Band } from "../clearing/types.ts";
import { calmFeed } from "../oracle/calmFeed.ts";
import { boundaryAfter, priceOf } from "../oracle/feedFold.ts";
import { resumeSeconds, stepFeed } from "../oracle/feedStep.ts";
import { ORACLE_RULES } from "../oracle/oracleRules.ts";
import type { Candidate, OracleRules, Step, StepResult } from "../oracle/stepTypes.ts";
import { CLOCK_MAXIMUM, LEVEL, SOURCE } from "../oracle/types.ts";
import type { FeedState } from "../oracle/types.ts";
import { isContradicted, weighAnswer } from "../oracle/witness.ts";
import type { WitnessAnswer } from "../oracle/witness.ts";
import { bandOf, completedBand, earlierBand, signalOf } from "./feedReading.ts";
import { bidSeconds, MODE_RULES, recordTrips, stanceAt, tightened } from "./modeMachine.ts";
import type { ModeRules } from "./modeMachine.ts";
import type { Breaker, DwellingLevel, Stance } from "./types.ts";

const ROUND_SECONDS = 15;
const BPS = 10_000;
const WITNESS_LAG_SECONDS = 120;
const WITNESS_HEARTBEATS = 4;
/** Two witnesses at most 1 % apart say no more than that about the spread. */
const WITNESS_DISPERSION_PPM = 10_000;
/** After this no round from before a boundary is accepted any more. */
const CLOSED_SECONDS = 630;
const WINDOW_SECONDS = 1_800;
const EARLIER_SECONDS = 60;
const EARLIER_MAXIMUM_AGE = 600;
/** As far as the oracle looks for a published price. */
const KEPT_PRICES = 64;

/** Numbers that a feed and its mode obey. */
export interface FeedRules {
  /** Seconds between two relays where nothing moves. */
  readonly heartbeat: number;
  readonly oracle: OracleRules;
  readonly modes: ModeRules;
}

/** A breaker that never tripped. */
export const QUIET_BREAKER: Breaker = {
  guardian: { level: "normal", until: 0n },
  stakeLevel: "normal",
  trips: {
    cautious: { repeats: 0n, at: 0n },
    reduceOnly: { repeats: 0n, at: 0n },
    halted: { repeats: 0n, at: 0n },
  },
  clearSeen: { cautious: true, reduceOnly: true, halted: true },
};

/** A breaker as it is deployed: it has not been seen calm, so the first trip doubles nothing. */
export const NEW_BREAKER: Breaker = {
  ...QUIET_BREAKER,
  clearSeen: { cautious: false, reduceOnly: false, halted: false },
};

export const CALM_STANCE: Stance = { mode: "normal", phase: "none", capBps: 10_000n };

/** The contracts' rules at a heartbeat. */
export function feedRules(heartbeat: number): FeedRules {
  return { heartbeat, oracle: ORACLE_RULES, modes: MODE_RULES };
}

/**
 * One feed as oracle and risk manager keep it: relays, looks at the witness and pokes change it, readings do not. Times are
 * unix seconds. Starts long calm unless a state is given.
 */
export class FeedModel {
  readonly feed: FeedState;
  readonly rules: FeedRules;
  breaker = QUIET_BREAKER;
  /** Uptime and time of the last poke. */
  poked: { readonly uptime: bigint; readonly at: bigint };
  #bidSeconds = 0n;
  readonly #published: { round: number; price: number }[] = [];

  constructor(price: number, round: number, rules: FeedRules, feed = calmFeed(price, round)) {
    this.feed = feed;
    this.rules = rules;
    this.poked = { uptime: BigInt(feed.latest.uptime), at: BigInt(round * ROUND_SECONDS) };
    if (price !== 0) this.#published.push({ round, price });
  }

  /** A median of a round; see `stepFeed`. */
  relay(candidate: Candidate, step: Omit<Step, "heartbeat" | "rules">): StepResult {
    const { heartbeat, oracle } = this.rules;
    const result = stepFeed(this.feed, candidate, { ...step, heartbeat, rules: oracle });
    if (result.outcome === "published" && candidate.source !== SOURCE.witness) {
      this.#keep(step.round, candidate.price, step.upgrade);
    }
    return result;
  }

  /**
   * What the witness answered at `time`, measured against our price when it spoke. Where two agree and the feed has long been
   * silent, it is published.
   * @param weightEmaBps As in a step. @returns What that did, undefined where nothing was published.
   */
  look(answer: WitnessAnswer, time: number, weightEmaBps = BPS): StepResult | undefined {
    const { latest, averages } = this.feed;
    const view = {
      price: this.priceAt(Math.max(answer.observedAt, time - WITNESS_LAG_SECONDS)),
      average: priceOf(latest.price, averages.average5m),
      isQuorum: latest.source === SOURCE.quorum,
      isResuming: time > latest.round * ROUND_SECONDS + resumeSeconds(this.rules.heartbeat),
    };
    weighAnswer(this.feed.witness, answer, view, time);
    const round = Math.floor(answer.observedAt / ROUND_SECONDS);
    if (!answer.agreed || !this.#mayPublishWitness(round, time)) return undefined;
    return this.relay(
      { price: answer.price, dispersionPpm: WITNESS_DISPERSION_PPM, divergent: false, source: SOURCE.witness },
      { round, blockTime: time, weightEmaBps, impaired: false, upgrade: false, lagging: false },
    );
  }

  /** Notes bid time and trips up to the latest round. Returns the levels that tripped. */
  poke(time: number): DwellingLevel[] {
    const signal = signalOf(this.feed);
    const now = BigInt(time);
    // Bid time first: what passed is judged by the dwells that were in force.
    this.#bidSeconds += bidSeconds(signal, this.breaker, this.poked, now, this.rules.modes);
    const { breaker, tripped } = recordTrips(this.breaker, signal, this.poked.uptime, now);
    this.breaker = breaker;
    this.poked = { uptime: signal.uptime, at: now };
    return tripped;
  }

  /** Seconds of uptime in which bids were possible: liquidation clocks run on it. */
  bidTimeAt(time: number): bigint {
    const signal = signalOf(this.feed);
    return this.#bidSeconds + bidSeconds(signal, this.breaker, this.poked, BigInt(time), this.rules.modes);
  }

  /** Seconds behind the latest round, which count as well where everybody may be bid for; none of a time that the guardian held. */
  liveBidSeconds(time: number): bigint {
    const { until } = this.breaker.guardian;
    const from = Math.max(time - this.ageAt(time), Number(until));
    return BigInt(Math.max(time - from, 0));
  }

  stanceAt(time: number): Stance {
    if (this.isLongCalm(time)) return CALM_STANCE;
    const { heartbeat, modes } = this.rules;
    const stance = stanceAt(signalOf(this.feed), this.breaker, BigInt(time), BigInt(heartbeat), modes);
    return this.#isContradicted(time) ? tightened(stance, "reduceOnly", modes) : stance;
  }

  /** Nothing was true for as long as the clocks can tell, and the price is fresh: no need for the machine. */
  isLongCalm(time: number): boolean {
    const { latest, averages } = this.feed;
    const { clearSeen, guardian, stakeLevel } = this.breaker;
    return (
      latest.level === LEVEL.normal &&
      averages.sinceCautious === CLOCK_MAXIMUM &&
      averages.sinceRecovery === CLOCK_MAXIMUM &&
      averages.sinceReduceOnly === CLOCK_MAXIMUM &&
      averages.sinceHalted === CLOCK_MAXIMUM &&
      !latest.isNew &&
      clearSeen.cautious &&
      clearSeen.reduceOnly &&
      clearSeen.halted &&
      stakeLevel === "normal" &&
      guardian.until <= time &&
      this.ageAt(time) <= Number(this.rules.modes.age.cautious) * this.rules.heartbeat &&
      !this.#isContradicted(time)
    );
  }

  #isContradicted(time: number): boolean {
    return isContradicted(this.feed.witness, this.feed.latest.price, time);
  }

  ageAt(time: number): number {
    return Math.max(time - this.feed.latest.round * ROUND_SECONDS, 0);
  }

  /** Price and band that a book of `expiry` is held against; in the last half hour completed with the average so far. */
  bandAt(time: number, expiry: number): Band {
    const { low, high } = bandOf(this.feed, time);
    const band = { price: BigInt(this.feed.latest.price), low, high };
    return time < expiry && expiry - time <= WINDOW_SECONDS ? completedBand(this.feed, BigInt(expiry), band) : band;
  }

  /** The newest published price a minute older than the latest, with a band as wide in proportion; flagging needs both. */
  earlierBandAt(time: number, expiry: number): Band | undefined {
    const newest = Math.floor((this.feed.latest.round * ROUND_SECONDS - EARLIER_SECONDS) / ROUND_SECONDS);
    const oldest = Math.ceil((time - EARLIER_MAXIMUM_AGE) / ROUND_SECONDS);
    const found = this.#published.findLast(({ round }) => round <= newest);
    if (found === undefined || found.round < oldest) return undefined;
    return earlierBand(this.feed, BigInt(found.price), time, BigInt(expiry));
  }

  /** What was published at a time, as far as it is remembered. */
  priceAt(time: number): number {
    const kept = this.#published.findLast((entry) => entry.round * ROUND_SECONDS <= time) ?? this.#published[0];
    return kept?.price ?? this.feed.latest.price;
  }

  /** Nothing else spoke for four heartbeats; a half hour that readers may have settled on stays as it is. */
  #mayPublishWitness(round: number, time: number): boolean {
    const { latest } = this.feed;
    const isSilent =
      latest.source === SOURCE.witness ||
      time > latest.round * ROUND_SECONDS + WITNESS_HEARTBEATS * this.rules.heartbeat;
    const isClosed = time > boundaryAfter(round) + CLOSED_SECONDS;
    return latest.price !== 0 && isSilent && round > latest.round && !isClosed;
  }

  #keep(round: number, price: number, isUpgrade: boolean): void {
    if (isUpgrade && this.#published.at(-1)?.round === round) this.#published.pop();
    this.#published.push({ round, price });
    if (this.#published.length > 2 * KEPT_PRICES) this.#published.splice(0, KEPT_PRICES);
  }
}
