// SPDX-License-Identifier: MIT
import type { SlowWitness } from "../market/slowWitness.ts";
import type { Mark, StepResult } from "../oracle/stepTypes.ts";
import { SOURCE } from "../oracle/types.ts";
import type { FeedState } from "../oracle/types.ts";
import type { WitnessAnswer } from "../oracle/witness.ts";
import { CALM_STANCE, FeedModel, feedRules } from "./FeedModel.ts";
import type { Breaker, Level, Stance } from "./types.ts";

export const ROUND_SECONDS = 15;
/** A relay lands this long after its round begins. */
const LANDING_SECONDS = 3;
const BPS = 10_000;
const MOVE_BPS = 25;
const POKE_SECONDS = 900;

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

/**
 * The mode of one feed over time: rounds are relayed when they are due, the witness is asked when that is paid, and the
 * breaker is poked after every round. Starts long calm.
 */
export class FeedReplay {
  readonly changes: ModeChange[] = [];
  readonly marks: Mark[] = [];
  stance: Stance = CALM_STANCE;
  readonly #model: FeedModel;
  readonly #pace: ReplayPace;
  readonly #witness: SlowWitness | undefined;
  #asked = { price: 0, own: 0, at: 0 };
  #cause = 0;

  constructor(price: number, round: number, pace: ReplayPace, witness?: SlowWitness) {
    this.#model = new FeedModel(price, round, feedRules(pace.heartbeat));
    this.#pace = pace;
    this.#witness = witness;
    if (witness !== undefined) this.#askWitness(witness.observe(price, round * ROUND_SECONDS), round * ROUND_SECONDS);
  }

  get feed(): FeedState {
    return this.#model.feed;
  }

  get breaker(): Breaker {
    return this.#model.breaker;
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
    const result = this.#model.relay(
      { price, dispersionPpm: this.#pace.dispersionPpm, divergent: false, source: SOURCE.quorum },
      { round, blockTime, weightEmaBps: BPS, impaired: false, upgrade: false, lagging: false },
    );
    this.#cause = result.cause;
    if (result.mark !== undefined) this.marks.push(result.mark);
    return result;
  }

  /** Asks when something moved or a quarter of an hour passed: that is when a poke is paid. */
  #askWitness(answer: WitnessAnswer, time: number): void {
    const own = this.feed.latest.price;
    const last = this.#asked;
    if (time < last.at + POKE_SECONDS && !hasMoved(last.price, answer.price) && !hasMoved(last.own, own)) return;
    this.#asked = { price: answer.price, own, at: time };
    this.#model.look(answer, time);
  }

  #watch(round: number, time: number): void {
    const before = this.stance.mode;
    if (!this.#model.isLongCalm(time)) this.#model.poke(time);
    this.stance = this.#model.stanceAt(time);
    const { mode } = this.stance;
    if (mode !== before) this.changes.push({ round, from: before, to: mode, cause: this.#cause });
  }
}

/** Whether a price has moved by enough to be paid for. Not in the class: made anew in every round it took half of a replay. */
function hasMoved(from: number, to: number): boolean {
  return Math.abs(to - from) * BPS >= from * MOVE_BPS && to !== from;
}
