// SPDX-License-Identifier: MIT
import type { WitnessAnswer } from "../oracle/witness.ts";

const BPS = 10_000;

/** How a price feed follows the market: it updates on a move or a heartbeat, and what it says then is `lagSeconds` old. */
export interface WitnessPace {
  readonly thresholdBps: number;
  readonly heartbeatSeconds: number;
  readonly lagSeconds: number;
  /** The time it gives with a price: when it looked, or when the price arrived on chain. */
  readonly stamp: "look" | "arrival";
}

/** A push feed as the scenarios have it: 50 bps, an hour, 30 s, and the time of its block. */
export const USUAL_WITNESS: WitnessPace = {
  thresholdBps: 50,
  heartbeatSeconds: 3_600,
  lagSeconds: 30,
  stamp: "arrival",
};

/** A witness of a true path, alone: nothing agrees or conflicts with it. */
export class SlowWitness {
  readonly #pace: WitnessPace;
  readonly #waiting: { price: number; showsAt: number }[] = [];
  #answer: WitnessAnswer;
  #last: { price: number; time: number };

  constructor(pace: WitnessPace, price: number, time: number) {
    this.#pace = pace;
    this.#last = { price, time };
    this.#answer = { price, observedAt: time, thresholdBps: pace.thresholdBps, agreed: false, conflicted: false };
  }

  /** Sees the true price at `time` (unix seconds, rising) and answers what it shows then. */
  observe(price: number, time: number): WitnessAnswer {
    const { thresholdBps, heartbeatSeconds, lagSeconds, stamp } = this.#pace;
    const isMoved = Math.abs(price - this.#last.price) * BPS >= this.#last.price * thresholdBps;
    if (isMoved || time - this.#last.time >= heartbeatSeconds) {
      this.#last = { price, time };
      this.#waiting.push({ price, showsAt: time + lagSeconds });
    }
    while (this.#waiting[0] !== undefined && this.#waiting[0].showsAt <= time) {
      const shown = this.#waiting.shift()!;
      const observedAt = stamp === "look" ? shown.showsAt - lagSeconds : shown.showsAt;
      this.#answer = { ...this.#answer, price: shown.price, observedAt };
    }
    return this.#answer;
  }
}
