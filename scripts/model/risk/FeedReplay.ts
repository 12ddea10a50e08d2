// SPDX-License-Identifier: MIT
import type { SlowWitness } from "../market/slowWitness.ts";
import { calmFeed } from "../oracle/calmFeed.ts";
import { priceOf } from "../oracle/feedFold.ts";
import { resumeSeconds, stepFeed } from "../oracle/feedStep.ts";
import { CLOCK_MAXIMUM, LEVEL, SOURCE } from "../oracle/types.ts";
import type { FeedState, Mark, StepResult } from "../oracle/types.ts";
import { weighAnswer } from "../oracle/witness.ts";
import type { WitnessAnswer } from "../oracle/witness.ts";
import { signalOf } from "./feedReading.ts";
import { recordTrips, stanceAt } from "./modeMachine.ts";
import type { Breaker, Level, Stance } from "./types.ts";

export const ROUND_SECONDS = 15;
/** A relay lands this long after its round begins. */
const LANDING_SECONDS = 3;
const BPS = 10_000;
const MOVE_BPS = 25;
const POKE_SECONDS = 900;
const WITNESS_LAG_SECONDS = 120;
const KEPT_PRICES = 64;
const NORMAL: Stance = { mode: "normal", phase: "none", capBps: 10_000n };

/** How one feed is driven. */
export interface ReplayPace {
  readonly heartbeat: number;
  /** A round is relayed when it moves the price by this much, or when the heartbeat is due; 0: every round. */
  readonly deviationBps: number;
  /** Spread of honest reports. */
  readonly dispersionPpm: number;
  /** Whether the witness is asked before the round of its time has landed; else after it. */
  readonly asksFirst: boolean;
}

/** Rollups: a relay pays for 25 bps or a minute. Four basis points of noise at a venue give about this dispersion. */
export const ROLLUP_PACE: ReplayPace = { heartbeat: 60, deviationBps: MOVE_BPS, dispersionPpm: 600, asksFirst: false };

/** A change of mode. */
export interface ModeChange {
  readonly round: number;
  readonly from: Level;
  readonly to: Level;
  /** Rows that had tripped at the latest round. */
  readonly cause: number;
}

/** A breaker that never tripped. */
const QUIET_BREAKER: Breaker = {
  guardian: { level: "normal", until: 0n },
  stakeLevel: "normal",
  trips: {
    cautious: { repeats: 0n, at: 0n },
    reduceOnly: { repeats: 0n, at: 0n },
    halted: { repeats: 0n, at: 0n },
  },
  clearSeen: { cautious: true, reduceOnly: true, halted: true },
};

/**
 * The mode of one feed over time: rounds are relayed when they are due, the witness is asked when that is paid, and the
 * breaker is poked after every round. Starts long calm.
 */
export class FeedReplay {
  readonly feed: FeedState;
  readonly changes: ModeChange[] = [];
  readonly marks: Mark[] = [];
  breaker = QUIET_BREAKER;
  stance = NORMAL;
  readonly #pace: ReplayPace;
  readonly #witness: SlowWitness | undefined;
  readonly #prices: { round: number; price: number }[];
  #asked = { price: 0, own: 0, at: 0 };
  #pokedUptime: number;
  #cause = 0;

  constructor(price: number, round: number, pace: ReplayPace, witness?: SlowWitness) {
    this.feed = calmFeed(price, round);
    this.#pace = pace;
    this.#witness = witness;
    this.#prices = [{ round, price }];
    this.#pokedUptime = this.feed.latest.uptime;
    if (witness !== undefined) this.#askWitness(witness.observe(price, round * ROUND_SECONDS), round * ROUND_SECONDS);
  }

  /**
   * One round. `median` is what the validators say, undefined when nothing arrives; `truth` is what the witness sees.
   * Returns what the step did, undefined when the round was not due.
   */
  step(round: number, median: number | undefined, truth = median ?? this.feed.latest.price): StepResult | undefined {
    const time = round * ROUND_SECONDS + LANDING_SECONDS;
    const answer = this.#witness?.observe(truth, time);
    if (answer !== undefined && this.#pace.asksFirst) this.#askWitness(answer, time);
    const result = median !== undefined && this.#isDue(round, median) ? this.#relay(round, median, time) : undefined;
    if (answer !== undefined && !this.#pace.asksFirst) this.#askWitness(answer, time);
    this.#watch(round, time);
    return result;
  }

  #isDue(round: number, median: number): boolean {
    const { price, round: latest } = this.feed.latest;
    const isMoved = Math.abs(median - price) * BPS >= price * this.#pace.deviationBps;
    return isMoved || (round - latest) * ROUND_SECONDS >= this.#pace.heartbeat;
  }

  #relay(round: number, price: number, blockTime: number): StepResult {
    const result = stepFeed(
      this.feed,
      { price, dispersionPpm: this.#pace.dispersionPpm, divergent: false, source: SOURCE.quorum },
      {
        round,
        blockTime,
        heartbeat: this.#pace.heartbeat,
        weightEmaBps: BPS,
        impaired: false,
        upgrade: false,
        lagging: false,
      },
    );
    this.#cause = result.cause;
    if (result.mark !== undefined) this.marks.push(result.mark);
    if (result.outcome === "published") {
      this.#prices.push({ round, price });
      if (this.#prices.length > 2 * KEPT_PRICES) this.#prices.splice(0, KEPT_PRICES);
    }
    return result;
  }

  /** Asks when something moved or a quarter of an hour passed: that is when a poke is paid. */
  #askWitness(answer: WitnessAnswer, time: number): void {
    const own = this.feed.latest.price;
    const last = this.#asked;
    if (time < last.at + POKE_SECONDS && !hasMoved(last.price, answer.price) && !hasMoved(last.own, own)) return;
    this.#asked = { price: answer.price, own, at: time };
    const spokenAt = Math.max(answer.observedAt, time - WITNESS_LAG_SECONDS);
    const { latest, averages } = this.feed;
    const view = {
      price: this.#priceAt(spokenAt),
      average: priceOf(latest.price, averages.average5m),
      isQuorum: latest.source === SOURCE.quorum,
      isResuming: time > latest.round * ROUND_SECONDS + resumeSeconds(this.#pace.heartbeat),
    };
    weighAnswer(this.feed.witness, answer, view, time);
  }

  #priceAt(time: number): number {
    const kept = this.#prices.findLast((entry) => entry.round * ROUND_SECONDS <= time);
    return (kept ?? this.#prices[0]!).price;
  }

  #watch(round: number, time: number): void {
    const before = this.stance.mode;
    if (this.#isLongCalm(time)) {
      this.stance = NORMAL;
    } else {
      const seen = signalOf(this.feed);
      const now = BigInt(time);
      this.breaker = recordTrips(this.breaker, seen, BigInt(this.#pokedUptime), now).breaker;
      this.stance = stanceAt(seen, this.breaker, now, BigInt(this.#pace.heartbeat));
    }
    this.#pokedUptime = this.feed.latest.uptime;
    const { mode } = this.stance;
    if (mode !== before) this.changes.push({ round, from: before, to: mode, cause: this.#cause });
  }

  /** Nothing was true for as long as the clocks can tell, and the price is fresh: no need for the machine. */
  #isLongCalm(time: number): boolean {
    const { latest, averages } = this.feed;
    const { clearSeen } = this.breaker;
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
      time - latest.round * ROUND_SECONDS <= 2 * this.#pace.heartbeat
    );
  }
}

/** Whether a price has moved by enough to be paid for. Not in the class: made anew in every round it took half of a replay. */
function hasMoved(from: number, to: number): boolean {
  return Math.abs(to - from) * BPS >= from * MOVE_BPS && to !== from;
}
