// SPDX-License-Identifier: MIT
import { decideLook, decidePoke } from "../../../keepers/breaker/decideBreaker.ts";
import type { WitnessStanding } from "../../../keepers/breaker/decideBreaker.ts";
import { bandPpm } from "../../../model/aggregate.ts";
import type { Mark, StepResult } from "../../../model/oracle/stepTypes.ts";
import type { WitnessAnswer } from "../../../model/oracle/witness.ts";
import { FeedModel } from "../../../model/risk/FeedModel.ts";
import type { FeedRules } from "../../../model/risk/FeedModel.ts";
import { signalOf } from "../../../model/risk/feedReading.ts";
import { roundMedian } from "../kernel/roundMedian.ts";
import type { RoundMedian } from "../kernel/roundMedian.ts";
import { candidateOf, isQuorum } from "./candidateOf.ts";
import type { FeedSources } from "./FeedSources.ts";
import type { LookBudget } from "./LookBudget.ts";
import type { ValidatorSet } from "./ValidatorSet.ts";

const ROUND_SECONDS = 15;
const BPS = 10_000;
const PPM = 1_000_000;
const MOVE_BPS = 25;
const LOOK_SECONDS = 900;

/** One feed in a run: its model, where its prices come from, and what the keepers last saw. */
export class FeedRunner {
  readonly id: string;
  readonly sources: FeedSources;
  readonly model: FeedModel;
  readonly marks: Mark[] = [];
  /** Rows that had tripped at the latest step. */
  cause = 0;
  #median: RoundMedian | undefined;
  #reports: readonly number[] = [];
  #asked = { own: 0, witness: 0, at: 0 };

  /** @param round The round that the run begins after; the feed has long been calm. */
  constructor(id: string, sources: FeedSources, round: number, rules: FeedRules) {
    this.id = id;
    this.sources = sources;
    this.model = new FeedModel(sources.truthAt(0), round, rules);
  }

  /** Prices of the latest round that was observed; 0 where somebody said nothing. */
  get reports(): readonly number[] {
    return this.#reports;
  }

  /** What the validators saw at a round's first second, and their median. */
  observe(seconds: number, set: ValidatorSet): RoundMedian | undefined {
    this.#reports = this.sources.reportsAt(seconds);
    this.#median = roundMedian(this.#reports, set.weights, set.reliability, set.active);
    return this.#median;
  }

  /** Whether the observed median pays for a relay: it moved 25 bps, or the heartbeat is due. */
  isDue(round: number): boolean {
    if (this.#median === undefined) return false;
    const { latest } = this.model.feed;
    const isMoved = Math.abs(this.#median.price - latest.price) * BPS >= latest.price * MOVE_BPS;
    return isMoved || (round - latest.round) * ROUND_SECONDS >= this.model.rules.heartbeat;
  }

  /** Whether more than two thirds of the active weight priced it. */
  hasQuorum({ active }: ValidatorSet): boolean {
    return isQuorum(this.#median, active);
  }

  /** Who was within the band of the median. */
  inBand(): boolean[] {
    const { averages } = this.model.feed;
    const price = this.#median?.price ?? 0;
    const band = (price * Number(bandPpm(BigInt(averages.laggedDispersion)))) / PPM;
    return this.#reports.map((told) => told !== 0 && Math.abs(told - price) <= band);
  }

  /** Steps the feed by the observed round, where the rung it has allows a price. */
  relay(round: number, blockTime: number, set: ValidatorSet): StepResult | undefined {
    const candidate = candidateOf(this.#median, set.active, this.model, blockTime);
    if (candidate === undefined) return undefined;
    const { weightEmaBps, isImpaired: impaired } = set;
    const result = this.model.relay(candidate, {
      round,
      blockTime,
      upgrade: false,
      lagging: false,
      weightEmaBps,
      impaired,
    });
    if (result.outcome !== "kept") this.cause = result.cause;
    if (result.mark !== undefined) this.marks.push(result.mark);
    return result;
  }

  /** Looks at the witness where that is paid, and notes trips and bid time where a poke would be missed. */
  keep(now: number, answer: WitnessAnswer | undefined, set: ValidatorSet, budget: LookBudget): void {
    const isDue = answer !== undefined && this.#mayLook(answer, now) && decideLook(this.#standing(answer), BigInt(now));
    if (isDue && budget.take(now)) {
      const mark = this.model.look(answer, now, set.weightEmaBps)?.mark;
      if (mark !== undefined) this.marks.push(mark);
      this.#asked = { own: this.model.feed.latest.price, witness: answer.price, at: now };
    }
    if (this.model.isLongCalm(now)) return;
    const { breaker, poked } = this.model;
    const { mode } = this.model.stanceAt(now);
    const standing = { signal: signalOf(this.model.feed), breaker, poked, mode };
    if (decidePoke(standing, BigInt(now)) !== undefined) this.model.poke(now);
  }

  /** Whether a look could be due at all: spares whole numbers in most blocks. */
  #mayLook({ price }: WitnessAnswer, now: number): boolean {
    const { own, witness, at } = this.#asked;
    const latest = this.model.feed.latest.price;
    return now >= at + LOOK_SECONDS || isFar(own, latest) || isFar(witness, price);
  }

  #standing(answer: WitnessAnswer): WitnessStanding {
    return {
      lookedAt: BigInt(this.#asked.at),
      ownThen: BigInt(this.#asked.own),
      ownNow: BigInt(this.model.feed.latest.price),
      witnessThen: BigInt(this.#asked.witness),
      witnessesNow: [BigInt(answer.price)],
    };
  }
}

/** At least 25 bps off. */
function isFar(from: number, to: number): boolean {
  return Math.abs(to - from) * BPS >= from * MOVE_BPS;
}
