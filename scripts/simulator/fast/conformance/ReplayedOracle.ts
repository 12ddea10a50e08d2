// SPDX-License-Identifier: MIT
import type { Mark } from "../../../model/oracle/stepTypes.ts";
import { emptyFeed } from "../../../model/oracle/types.ts";
import { FeedModel, NEW_BREAKER } from "../../../model/risk/FeedModel.ts";
import type { FeedRules } from "../../../model/risk/FeedModel.ts";
import { candidateOf } from "../feed/candidateOf.ts";
import { SignedWeight } from "../feed/SignedWeight.ts";
import { roundMedian } from "../kernel/roundMedian.ts";
import type { RecordedAct } from "./recording.ts";

type Relay = Extract<RecordedAct, { act: "relay" }>;
type WitnessAct = Extract<RecordedAct, { act: "witness" }>;

const ROUND_SECONDS = 15;
const LAG_SECONDS = 600;

/** The oracle of a recording in the fast tier: medians, steps and looks, from feeds that never had a price. */
export class ReplayedOracle {
  readonly feeds: readonly FeedModel[];
  /** By feed slot. */
  readonly marks: readonly Mark[][];
  latestRound = 0;
  readonly #signed = new SignedWeight();

  constructor(slots: number, rules: FeedRules) {
    this.feeds = Array.from({ length: slots }, () => new FeedModel(0, 0, rules, emptyFeed()));
    for (const feed of this.feeds) feed.breaker = NEW_BREAKER;
    this.marks = this.feeds.map(() => []);
  }

  relay({ round, isUpgrade, reports, set }: Relay, blockTime: number): void {
    const weightEmaBps = isUpgrade ? this.#signed.currentBps : this.#signed.nextBps;
    const step = {
      round,
      blockTime,
      weightEmaBps,
      impaired: set.active * 3 < set.nominal * 2,
      upgrade: isUpgrade,
      lagging: round * ROUND_SECONDS > blockTime + LAG_SECONDS,
    };
    for (const [slot, feed] of this.feeds.entries()) {
      const prices = reports.map((told) => Number(told?.[slot] ?? 0n));
      const median = roundMedian(prices, set.weights, set.reliability, set.active);
      const candidate = candidateOf(median, set.active, feed, blockTime);
      const mark = candidate && feed.relay(candidate, step).mark;
      if (mark !== undefined) this.marks[slot]!.push(mark);
    }
    const signed = set.weights.reduce((sum, weight, seat) => (reports[seat] === undefined ? sum : sum + weight), 0);
    if (isUpgrade) this.#signed.replace(signed, set.active);
    else this.#signed.accept(signed, set.active);
    this.latestRound = round;
  }

  witness({ feed, price, observedAt, agreed, thresholdBps }: WitnessAct, time: number): void {
    const answer = { price, observedAt, agreed, thresholdBps, conflicted: false };
    const mark = this.feeds[feed]!.look(answer, time, this.#signed.currentBps)?.mark;
    if (mark !== undefined) this.marks[feed]!.push(mark);
  }
}
