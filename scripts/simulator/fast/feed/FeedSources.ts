// SPDX-License-Identifier: MIT
import { SlowWitness } from "../../../model/market/slowWitness.ts";
import { mulDivDown } from "../../../model/oracle/exactMath.ts";
import type { WitnessStep } from "../../../model/slashing/findCaptures.ts";
import type { WitnessAnswer } from "../../../model/oracle/witness.ts";
import type { PricePath } from "../../scenario/paths/PricePath.ts";
import type { Scenario } from "../../scenario/Scenario.ts";
import { Noise } from "../../world/Noise.ts";
import type { FaultPlan } from "../run/FaultPlan.ts";
import { venueMedian } from "./venueMedian.ts";

const NOISE_SCALE = 1_000_000;
const BPS = 10_000;
const TICK_DIGITS = 5;
const AGREED_BPS = 100;
const CONFLICT_BPS = 800;

/** Told of every price that a witness shows, by its place; unix seconds, 8 decimals. */
export type WitnessObserver = (witness: number, step: WitnessStep) => void;

/** One feed of a scenario: its truth, what venues and validators make of it, and its witnesses. Seconds from the start. */
export class FeedSources {
  readonly #scenario: Scenario;
  readonly #feed: number;
  readonly #path: PricePath;
  readonly #faults: FaultPlan;
  readonly #venues: readonly Noise[];
  readonly #tick: number;
  /** The last answer: a second is asked about several times. */
  #told = { seconds: NaN, price: 0 };
  readonly #witnesses: readonly { readonly witness: SlowWitness; readonly noise: Noise; shownAt: number }[];
  readonly #onWitness: WitnessObserver;

  constructor(scenario: Scenario, feed: number, path: PricePath, faults: FaultPlan, onWitness: WitnessObserver) {
    const { seed, venues, witness, chain } = scenario;
    const { id } = scenario.feeds[feed]!;
    this.#scenario = scenario;
    this.#feed = feed;
    this.#path = path;
    this.#faults = faults;
    this.#onWitness = onWitness;
    this.#venues = Array.from({ length: venues.count }, (_, venue) => new Noise(seed, `venue-${venue} ${id}`));
    const first = this.truthAt(0);
    this.#tick = 10 ** Math.max(0, `${first}`.length - 1 - TICK_DIGITS);
    const pace = {
      thresholdBps: witness.deviationBps,
      heartbeatSeconds: witness.heartbeatSeconds,
      lagSeconds: witness.lagSeconds,
      stamp: "arrival" as const,
    };
    this.#witnesses = Array.from({ length: witness.feeds }, (_, index) => ({
      witness: new SlowWitness(pace, first, chain.startAt),
      noise: new Noise(seed, `witness-${index} ${id}`),
      shownAt: 0,
    }));
  }

  /** The true price, gaps included; 8 decimals. */
  truthAt(seconds: number): number {
    if (seconds === this.#told.seconds) return this.#told.price;
    const price = Number(this.#path.priceAt(seconds));
    const gap = this.#faults.gapAt(this.#feed, seconds);
    this.#told = { seconds, price: gap === 1 ? price : Math.max(Math.round(price * gap), 1) };
    return this.#told.price;
  }

  /** What each validator says in the round of a time, 8 decimals; 0 abstains or is silent. */
  reportsAt(seconds: number): number[] {
    const { validators } = this.#scenario;
    const told = this.#venuesAt(seconds);
    const isFaulty = (["oracle", "validator", "rpc"] as const).some((family) => this.#faults.hasFamily(family));
    const reports: number[] = [];
    for (let validator = 0; validator < validators.count; validator += 1) {
      // A closure for each would be a fifth of a calm day.
      reports.push(isFaulty ? this.#faultyReport(validator, seconds, told) : this.#observe(validator, told));
    }
    return reports;
  }

  /**
   * The nearest of the witnesses' answers at a time, undefined where none has a price.
   * @param own Our price.
   */
  witnessAt(seconds: number, own: number): WitnessAnswer | undefined {
    const { startAt } = this.#scenario.chain;
    const { noiseBps } = this.#scenario.witness;
    const isFaulty = this.#faults.hasFamily("witness");
    const truth = this.truthAt(seconds);
    let nearest: WitnessAnswer | undefined;
    let count = 0;
    let [low, high] = [Infinity, 0];
    for (let index = 0; index < this.#witnesses.length; index += 1) {
      const source = this.#witnesses[index]!;
      const { witness, noise } = source;
      const price = isFaulty
        ? this.#faults.witnessPrice(index, seconds, (at) => noisy(this.truthAt(at), noise.at(at), noiseBps))
        : noisy(truth, noise.at(seconds), noiseBps);
      if (price === undefined) continue;
      const answer = witness.observe(price, startAt + seconds);
      if (answer.observedAt !== source.shownAt) {
        source.shownAt = answer.observedAt;
        this.#onWitness(index, { since: answer.observedAt, price: BigInt(answer.price) });
      }
      count += 1;
      low = Math.min(low, answer.price);
      high = Math.max(high, answer.price);
      const isNearer = nearest === undefined || Math.abs(answer.price - own) < Math.abs(nearest.price - own);
      if (isNearer) nearest = answer;
    }
    if (nearest === undefined) return undefined;
    const apart = ((high - low) * BPS) / nearest.price;
    return { ...nearest, agreed: count > 1 && apart <= AGREED_BPS, conflicted: apart > CONFLICT_BPS };
  }

  #faultyReport(validator: number, seconds: number, told: readonly (number | undefined)[]): number {
    const seen = (at: number): number => this.#observe(validator, at === seconds ? told : this.#venuesAt(at));
    return this.#faults.report(validator, seconds, seen) ?? 0;
  }

  #observe(validator: number, told: readonly (number | undefined)[]): number {
    const { validators, venues } = this.#scenario;
    const each = Math.min(validators.venuesEach, venues.count);
    const prices: number[] = [];
    for (let place = 0; place < each; place += 1) {
      const price = told[(validator + place) % venues.count];
      if (price !== undefined) prices.push(price);
    }
    const median = venueMedian(prices, Math.min(2, each));
    return median === 0 ? 0 : Math.max(Math.floor((median + this.#tick / 2) / this.#tick), 1) * this.#tick;
  }

  #venuesAt(seconds: number): (number | undefined)[] {
    const truth = this.truthAt(seconds);
    const { noiseBps } = this.#scenario.venues;
    const isFaulty = this.#faults.hasFamily("venue");
    const told: (number | undefined)[] = [];
    for (let venue = 0; venue < this.#venues.length; venue += 1) {
      const noise = this.#venues[venue]!;
      told.push(
        isFaulty
          ? this.#faults.venuePrice(venue, seconds, (at) => noisy(this.truthAt(at), noise.at(at), noiseBps))
          : noisy(truth, noise.at(seconds), noiseBps),
      );
    }
    return told;
  }
}

/** A price with a deviation of its own, as the simulated venues add it. */
function noisy(price: number, deviation: number, noiseBps: number): number {
  const shift = Math.round(deviation * noiseBps * (NOISE_SCALE / BPS));
  const size = mulDivDown(price, Math.abs(shift), 0, NOISE_SCALE);
  return Math.max(shift < 0 ? price - size : price + size, 1);
}
