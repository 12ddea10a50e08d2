// SPDX-License-Identifier: MIT
import type { SeededRandom } from "../../../scripts/chain/SeededRandom.ts";
import type { Candidate, Step } from "../../../scripts/model/oracle/stepTypes.ts";
import { SOURCE } from "../../../scripts/model/oracle/types.ts";
import type { FeedState } from "../../../scripts/model/oracle/types.ts";

const PRICES = [3_000e8, 100_000e8, 1e8, 5_000, 2 ** 49];
/** Dispersions around the limits of the table, ppm. */
const DISPERSIONS = [300, 2_499, 2_501, 5_001, 7_501, 15_001, 20_001, 40_001, 300_000];

/**
 * Draws rounds of one feed, market after market: most of a market's rounds are of its own character (calm, wild, stalling,
 * dispersed, contradicted), so that streaks and dwells have time to happen.
 */
export class FeedDraw {
  readonly #random: SeededRandom;
  #round = 120_000_000;
  #price = PRICES[0]!;
  #heartbeat = 60;
  #wild = false;
  #stalling = false;
  #dispersed = false;
  #impaired = false;
  #weak = false;
  #witness: "near" | "absent" | "far" = "near";

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  startMarket(): void {
    this.#round += 1_000;
    this.#price = this.#pick(PRICES);
    this.#heartbeat = this.#pick([15, 60, 300, 3_600]);
    this.#wild = this.#below(3) === 0;
    this.#stalling = this.#below(4) === 0;
    this.#dispersed = this.#below(4) === 0;
    this.#impaired = this.#below(10) === 0;
    this.#weak = this.#below(6) === 0;
    this.#witness = this.#pick(["near", "near", "near", "absent", "far"] as const);
  }

  /** The next round; changes the feed's witness as pokes in between would. */
  round(feed: FeedState): { step: Step; candidate: Candidate } {
    const upgrade = feed.latest.price !== 0 && this.#below(8) === 0;
    if (!upgrade) this.#round += this.#gap();
    if (!upgrade || this.#below(2) === 0) this.#movePrice(feed);
    const blockTime = this.#round * 15 + this.#below(40);
    if (this.#below(3) === 0) this.#testify(feed, blockTime);
    const step = {
      round: this.#round,
      blockTime,
      heartbeat: this.#heartbeat,
      weightEmaBps: this.#weak ? this.#pick([7_100, 7_199, 7_200, 7_999, 8_000]) : 9_500,
      impaired: this.#impaired || this.#below(60) === 0,
      upgrade,
      lagging: this.#below(200) === 0,
    };
    return { step, candidate: this.#candidate() };
  }

  #candidate(): Candidate {
    const isOdd = this.#below(25) === 0;
    return {
      price: this.#price,
      dispersionPpm: this.#dispersed || isOdd ? this.#pick(DISPERSIONS) : this.#below(2_000),
      divergent: this.#below(this.#dispersed ? 4 : 40) === 0,
      source: isOdd ? this.#pick([SOURCE.majority, SOURCE.witness, SOURCE.majority]) : SOURCE.quorum,
    };
  }

  #gap(): number {
    if (this.#stalling && this.#below(12) === 0) return this.#pick([40, 41, 42, 120, 121, 240, 480, 3_000]);
    return this.#below(6) === 0 ? 1 + this.#below(20) : 1;
  }

  /** A walk; now and then a jump around the limits, from the published price or from what waits; sometimes back again. */
  #movePrice(feed: FeedState): void {
    const published = feed.latest.price;
    const chance = this.#below(this.#wild ? 40 : 400);
    let next = this.#price * (1 + (this.#random.unit() - 0.5) * (this.#wild ? 0.01 : 0.002));
    if (chance === 0) next = this.#price * this.#pick([0.5, 0.75, 0.79, 0.8, 0.915, 0.92, 0.95, 1.05, 1.08, 1.2, 1.5]);
    if (chance === 1 && this.#wild) next = this.#price * this.#pick([80, 1_000, 1 / 80]);
    if (chance <= 3 && feed.latest.pending && published !== 0) next = published;
    // Far away from where the market is at home numbers say nothing new.
    if (next > 2 ** 50 - 1 || next < 1_000) next = PRICES[0]!;
    this.#price = Math.max(Math.round(next), 1);
  }

  #testify({ witness, latest }: FeedState, time: number): void {
    if (this.#witness === "absent" && this.#below(10) !== 0) return;
    const isFar = this.#witness === "far" && this.#below(3) === 0;
    const shift = isFar ? this.#pick([0.9, 0.92, 0.98, 1.02, 1.05, 1.09]) : 1 + (this.#random.unit() - 0.5) * 0.004;
    const price = Math.max(Math.round((latest.pending ? this.#price : latest.price || this.#price) * shift), 1);
    const delay = this.#pick([0, 0, 0, 0, 1, 3, 57, 56, 1_400]);
    Object.assign(witness, {
      price,
      observedAt: time - delay * 64 - this.#below(this.#pick([5, 64])),
      checkedDelay: delay === 1_400 ? 0 : delay, // asked long ago
      distanceBps: isFar ? this.#pick([-2_047, -801, -301, 76, 151, 301, 401, 700, 801]) : this.#below(150) - 75,
      agreed: this.#below(2) === 0,
      conflicted: this.#below(60) === 0,
      farSamples: isFar ? this.#pick([0, 1, 1, 1, 2, 2, 3, 3, 3]) : 0,
      threshold: this.#pick([0, 2, 2, 8, 15]),
    });
  }

  #below(limit: number): number {
    return Number(this.#random.below(BigInt(limit)));
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }
}
