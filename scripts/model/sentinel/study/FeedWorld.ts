// SPDX-License-Identifier: MIT
import { aggregateFeed } from "../../aggregate.ts";
import type { FeedAggregate, WeightedVector } from "../../aggregate.ts";
import { DESIGN_MARKET, JumpPath } from "../../market/jumpPath.ts";
import { exp, ln, normal } from "../../market/repeatableMath.ts";
import type { Units } from "../../market/repeatableMath.ts";
import { SlowWitness, USUAL_WITNESS } from "../../market/slowWitness.ts";
import { calmFeed } from "../../oracle/calmFeed.ts";
import { stepFeed } from "../../oracle/feedStep.ts";
import { SOURCE } from "../../oracle/types.ts";
import type { FeedState } from "../../oracle/types.ts";
import { NEW_RELIABILITY } from "../../stepReliability.ts";
import { waterFill } from "../../waterFill.ts";
import type { FullObservation } from "../observation.ts";
import type { Conditions } from "./conditions.ts";

/** What a round left. */
export interface WorldRound {
  readonly observation: FullObservation;
  /** The feed has a quorum price of this round. */
  readonly published: boolean;
}

const ROUND_SECONDS = 15;
const HEARTBEAT = 60;
const START_ROUND = 115_000_080;
/** Relayers wait this long for those who are missing. */
const COMPLETENESS_SECONDS = 4;
const BPS = 10_000;
const SMALLEST_BOND = 50_000;
/** Requests of a sentinel between two looks. */
const REQUESTS = 30;
/** A restart lasts two minutes and comes about once a day to each validator. */
const RESTART_ROUNDS = 8;
const RESTART_CHANCE = 1 / 5_760;

/** The most relayers pay, gwei: the default of their configuration. */
export const FEE_CAP_GWEI = 500;

/**
 * A feed, its validators, its relayers and its chain, round by round: who reports when, what the oracle makes of it by its own
 * model, when that gets into a block. Relayers send each round; the next one takes the place of what is still under way.
 */
export class FeedWorld {
  readonly validators: number;
  /** Usual base fee, gwei. */
  readonly usualFee: number;
  readonly #units: Units;
  readonly #weights: readonly bigint[];
  readonly #path: JumpPath;
  readonly #feed: FeedState;
  readonly #witness: SlowWitness;
  readonly #restarting: number[];
  #round = START_ROUND;
  #feeNoise = 0;
  #accepted: { readonly missing: number; readonly inclusion: number } = { missing: 0, inclusion: 4 };

  constructor(units: Units) {
    this.#units = units;
    this.validators = [7, 13, 21][Math.floor(units.unit() * 3)]!;
    const bonds = Array.from({ length: this.validators }, () => BigInt(SMALLEST_BOND + Math.floor(units.unit() * 1e5)));
    this.#weights = waterFill(bonds);
    this.usualFee = exp(ln(0.05) + units.unit() * ln(600)); // 0.05 to 30 gwei
    this.#path = new JumpPath(DESIGN_MARKET, units);
    this.#feed = calmFeed(DESIGN_MARKET.startPrice, START_ROUND);
    this.#witness = new SlowWitness(USUAL_WITNESS, DESIGN_MARKET.startPrice, START_ROUND * ROUND_SECONDS);
    this.#restarting = Array.from({ length: this.validators }, () => 0);
  }

  /** Plays the next round under these conditions. */
  play(now: Conditions): WorldRound {
    this.#round += 1;
    const truth = this.#path.next();
    const shown = this.#witness.observe(truth, this.#round * ROUND_SECONDS);
    this.#feeNoise = 0.98 * this.#feeNoise + 0.04 * normal(this.#units);
    const fee = this.usualFee * now.feeFactor * exp(this.#feeNoise);

    const reports = this.#collect(now, truth);
    this.#relay(now, reports, fee);
    const { latest } = this.#feed;
    const observation = {
      round: this.#round,
      latestRound: latest.round,
      missingShare: this.#accepted.missing,
      unheardShare: 1 - this.#shareOf(reports.filter(({ vector }) => vector.prices[0] !== 0n)),
      inclusionSeconds: this.#accepted.inclusion,
      dispersionBps: latest.dispersion / 10,
      witnessGapBps: (Math.abs(shown.price - latest.price) * BPS) / latest.price,
      baseFeeGwei: fee,
      errorShare: this.#sampled(now.errors),
      disagreementShare: this.#sampled(now.disagreements),
      headAgeSeconds: now.headAgeSeconds * (0.5 + this.#units.unit()),
    };
    return { observation, published: latest.round === this.#round };
  }

  /** Reports that reach a relayer before the round is over, the quickest first. */
  #collect(now: Conditions, truth: number): { readonly vector: WeightedVector; readonly after: number }[] {
    const units = this.#units;
    const reports = this.#weights.flatMap((weight, seat) => {
      if (this.#restarting[seat]! > 0) this.#restarting[seat]! -= 1;
      else if (units.unit() < RESTART_CHANCE) this.#restarting[seat] = RESTART_ROUNDS;
      const isSilent = units.unit() < now.silence[seat]! || this.#restarting[seat]! > 0;
      const after = 1 + waitOf(units, now.delaySeconds);
      const abstains = units.unit() < now.abstention;
      const price = Math.round(truth * (1 + (now.spreadBps * normal(units)) / BPS));
      if (isSilent || after > ROUND_SECONDS) return [];
      const prices = [abstains ? 0n : BigInt(price)];
      return [{ vector: { seat, weight, reliability: NEW_RELIABILITY, prices }, after }];
    });
    return reports.sort((a, b) => a.after - b.after);
  }

  #relay(now: Conditions, reports: readonly { vector: WeightedVector; after: number }[], fee: number): void {
    const inclusion = waitOf(this.#units, now.inclusionSeconds);
    const bundle = this.#bundle(reports);
    // What is not in a block when the next round's bundle leaves is replaced by that.
    if (bundle === undefined || now.halted || fee > FEE_CAP_GWEI || inclusion > ROUND_SECONDS) return;
    const { signed, sentAfter, median } = bundle;
    const landed = sentAfter + inclusion;
    this.#accepted = { missing: 1 - this.#shareOf(signed), inclusion: landed };
    stepFeed(
      this.#feed,
      {
        price: Number(median.published),
        dispersionPpm: Number(median.dispersionPpm),
        divergent: median.divergent,
        source: SOURCE.quorum,
      },
      {
        round: this.#round,
        blockTime: this.#round * ROUND_SECONDS + Math.floor(landed),
        heartbeat: HEARTBEAT,
        weightEmaBps: BPS,
        impaired: false,
        upgrade: false,
        lagging: false,
      },
    );
  }

  /** Everybody, or after a while a quorum, as soon as there is one; undefined when the round has none. */
  #bundle(
    reports: readonly { vector: WeightedVector; after: number }[],
  ): { signed: { vector: WeightedVector }[]; sentAfter: number; median: FeedAggregate } | undefined {
    const active = total(this.#weights);
    for (const [index, { after }] of reports.entries()) {
      const isLast = index === reports.length - 1;
      if (!isLast && reports[index + 1]!.after <= COMPLETENESS_SECONDS) continue;
      const signed = reports.slice(0, index + 1);
      const vectors = signed.map(({ vector }) => vector);
      if (3n * total(vectors.map(({ weight }) => weight)) <= 2n * active) continue;
      const median = aggregateFeed(vectors, 0, { active, nominal: active });
      const isComplete = signed.length === this.validators;
      const sentAfter = isComplete ? after : Math.max(after, COMPLETENESS_SECONDS);
      if (median?.quorum === true) return { signed, sentAfter, median };
    }
    return undefined;
  }

  #shareOf(reports: readonly { vector: WeightedVector }[]): number {
    return Number(total(reports.map(({ vector }) => vector.weight))) / Number(total(this.#weights));
  }

  /** Share of a few requests that meet something of this chance. */
  #sampled(chance: number): number {
    const mean = Math.min(chance, 1);
    const noisy = mean + Math.sqrt((mean * (1 - mean)) / REQUESTS) * normal(this.#units);
    return Math.min(1, Math.max(0, Math.round(noisy * REQUESTS) / REQUESTS));
  }
}

/** An exponential waiting time. */
function waitOf(units: Units, mean: number): number {
  return -mean * ln(1 - units.unit());
}

function total(weights: readonly bigint[]): bigint {
  return weights.reduce((sum, weight) => sum + weight, 0n);
}
