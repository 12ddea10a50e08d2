// SPDX-License-Identifier: MIT
import type { Attempt } from "../record/RunNotes.ts";
import type { BlockSight } from "../record/sights.ts";
import type { StakeLoss } from "../record/SlashRecord.ts";
import type { Scenario } from "../scenario/Scenario.ts";

/** What judges know besides a block itself. */
export interface JudgeContext {
  readonly scenario: Pick<Scenario, "faults" | "chain" | "venues">;
  /** Of the oracle, seconds. */
  readonly heartbeat: number;
  /** Whether the scenario makes this validator lie, sleep or leave. */
  readonly isByzantine: (validator: string) => boolean;
  /** Whether this was taken from somebody honest. */
  readonly isHonestLoss: (loss: StakeLoss) => boolean;
  /** By the registry's number. */
  readonly validatorName: (id: bigint) => string;
  /** Exits that were refused since the block before. */
  readonly refusedExits: readonly Attempt[];
  /** Actors whose process runs and whom no fault silences, and those of them who answer. */
  readonly running: ReadonlySet<string>;
  readonly answering: ReadonlySet<string>;
}

/** A promise of the protocol that is looked at after every block. */
export interface Invariant {
  readonly id: string;
  /** What it knows of the blocks before, see `Recall`; missing where each block is judged by itself. */
  readonly memory?: object;
  /** @returns What is wrong, in words and numbers; undefined while it holds. */
  check(sight: BlockSight, context: JudgeContext): string | undefined;
}

/** Something was settled, opened or moved in the Clearinghouse, or blocks were replaced: what is owed may have changed. */
export function hasMoved({ events, isReplaced }: Pick<BlockSight, "events" | "isReplaced">): boolean {
  return isReplaced || events.some(({ contract }) => contract === "house");
}
