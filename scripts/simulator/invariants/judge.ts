// SPDX-License-Identifier: MIT
import type { RunRecord } from "../record/RunRecord.ts";
import type { Seen } from "../record/Seen.ts";
import type { BlockSight } from "../record/sights.ts";
import type { StakeLoss } from "../record/SlashRecord.ts";
import type { InvariantVerdict, Violation } from "../record/Verdict.ts";
import type { World } from "../world/World.ts";
import type { Invariant, JudgeContext } from "./Invariant.ts";
import { pricesLand } from "./l1Prices.ts";
import { booksAreDealtWith } from "./l2Liquidations.ts";
import { seriesSettle } from "./l3Settlement.ts";
import { normalReturns } from "./l4Recovery.ts";
import { queuesEnd } from "./l5Queues.ts";
import { restartsResume } from "./l6Restarts.ts";
import { backing } from "./s01Backing.ts";
import { longsAreShorts } from "./s02Longs.ts";
import { noWrongfulLiquidation } from "./s03Wrongful.ts";
import { freshPrices } from "./s04OldPrices.ts";
import { honestRange } from "./s05HonestRange.ts";
import { onePrice } from "./s06OnePrice.ts";
import { settledOnce } from "./s07Settlement.ts";
import { honestStake } from "./s08HonestStake.ts";
import { modeEdges } from "./s09Modes.ts";
import { interestCaps } from "./s10Caps.ts";
import { waterfall } from "./s11Waterfall.ts";
import { appliedOnce } from "./s12AppliedOnce.ts";
import { rounding } from "./s13Rounding.ts";
import { openExits } from "./s14Exits.ts";
import { fundedBooks } from "./s15Funded.ts";

/** All promises, in the order of their numbers. */
const INVARIANTS: readonly (() => Invariant)[] = [
  backing,
  longsAreShorts,
  noWrongfulLiquidation,
  freshPrices,
  honestRange,
  onePrice,
  settledOnce,
  honestStake,
  modeEdges,
  interestCaps,
  waterfall,
  appliedOnce,
  rounding,
  openExits,
  fundedBooks,
  pricesLand,
  booksAreDealtWith,
  seriesSettle,
  normalReturns,
  queuesEnd,
  restartsResume,
];

/** How a run is judged. */
export interface JudgeOptions {
  /** Of the same world: both look at blocks through one lookout. */
  readonly record: RunRecord;
  /** Whether a validator, or somebody with its key, has begun to lie. */
  readonly isByzantine: (validator: string) => boolean;
  /** Called when something is found wrong; the run goes on unless this stops it. */
  readonly onViolation?: (violation: Violation) => void;
  /** Promises that only some worlds make, after all others. */
  readonly also?: readonly Invariant[];
}

/** What has been found so far. */
export interface Judges {
  /** In the order of their numbers. */
  readonly verdicts: () => InvariantVerdict[];
}

/** A world, as far as judges look at it beyond the record. */
export type Judged = Seen & Pick<World, "network">;

/** From now on every block of the world is held against every promise. Before it begins, so that nothing is missed. */
export function judge(world: Judged, { record, isByzantine, onViolation, also = [] }: JudgeOptions): Judges {
  const invariants = [...INVARIANTS.map((create) => create()), ...also];
  const panel = new Panel(invariants, (sentence) => record.lookout.book.inWords(sentence));
  record.lookout.remember({ memories: invariants.flatMap(({ memory }) => memory ?? []) });
  record.lookout.observe((sight) => {
    const { honesty } = record;
    const running = [...world.actors.values()]
      .filter(({ isRunning, name }) => isRunning && !honesty.isSilenced(name, sight.seconds))
      .map(({ name }) => name);
    const context = {
      scenario: world.scenario,
      heartbeat: Number(world.room.parameters.heartbeat),
      isByzantine: (validator: string) => isByzantine(validator) || !honesty.isTruthful(validator),
      isHonestLoss: (loss: StakeLoss) => honesty.isHonestLoss(loss),
      validatorName: (id: bigint) => record.lookout.validatorName(id),
      refusedExits: record.takeRefusedExits(),
      running: new Set(running),
      answering: new Set(running.filter((name) => world.network.isServed(name))),
    };
    for (const violation of panel.judge(sight, context)) {
      record.violate(violation, sight.seconds);
      onViolation?.(violation);
    }
  });
  return panel;
}

/** Judges side by side. One that throws found something that cannot be: that is a violation too. */
export class Panel implements Judges {
  readonly #invariants: readonly Invariant[];
  readonly #inWords: (sentence: string) => string;
  readonly #verdicts = new Map<string, { checks: number; first: Violation | undefined }>();

  /** @param inWords What is wrong, as people read it. */
  constructor(invariants: readonly Invariant[], inWords = (sentence: string): string => sentence) {
    this.#invariants = invariants;
    this.#inWords = inWords;
    for (const { id } of invariants) this.#verdicts.set(id, { checks: 0, first: undefined });
  }

  /** @returns What is wrong for the first time. */
  judge(sight: BlockSight, context: JudgeContext): Violation[] {
    return this.#invariants.flatMap((invariant) => {
      const { id } = invariant;
      const verdict = this.#verdicts.get(id)!;
      verdict.checks += 1;
      const detail = wordsOf(invariant, sight, context);
      if (detail === undefined || verdict.first !== undefined) return [];
      verdict.first = { id, block: sight.number, detail: this.#inWords(detail) };
      return [verdict.first];
    });
  }

  verdicts(): InvariantVerdict[] {
    return [...this.#verdicts].map(([id, { checks, first }]) => {
      const verdict = { id, held: first === undefined, checks };
      return first === undefined
        ? verdict
        : { ...verdict, firstViolation: { block: first.block, detail: first.detail } };
    });
  }
}

function wordsOf(invariant: Invariant, sight: BlockSight, context: JudgeContext): string | undefined {
  try {
    return invariant.check(sight, context);
  } catch (error) {
    return `could not be judged: ${String(error)}`;
  }
}
