// SPDX-License-Identifier: MIT
import type { BlockFacts } from "../chain/chainFacts.ts";
import type { ActionClass, Work } from "../model/intents/types.ts";

/** The chain at the beginning of a keeper's turn. */
export interface KeeperView {
  /** A block that enough endpoints agree on; everything that triggers an action is read at it. */
  readonly head: BlockFacts;
  readonly nowMs: bigint;
  /** Address that sends, and that is paid. */
  readonly account: string;
  readonly signal: AbortSignal;
}

/** Something that is to be done now. */
export interface Job {
  /** Its key names the effect: the same key is done once. What may be due again has another key then. */
  readonly work: Work;
  /** Equal for all replicas; shares the work among them. */
  readonly shareId: bigint;
  /** Since when it is due, where the chain tells; else since a keeper first saw it. */
  readonly dueAtMs?: bigint;
  /** Does no harm when it is done twice: what failed in a block is tried anew in the next, not when the failure is final. */
  readonly isRepeatable?: boolean;
  /** Whether {@link Duty.join} may put it into one transaction with others; such jobs are repeatable. */
  readonly isJoinable?: boolean;
}

/** A transaction that does the work of several jobs, all of it or none. */
export type JoinedCall = Pick<Work, "className" | "to" | "data">;

/** One thing that keeps the protocol alive. Looks and decides; what it returns is sent by the keeper. */
export interface Duty {
  /** A word: label of its metrics and log lines, and the beginning of its intents' keys. */
  readonly name: string;
  /** What its work may cost; every class's name begins with the duty's. */
  readonly classes: readonly ActionClass[];
  /**
   * What is due at the view's block, most urgent first. Reads the chain, changes nothing, and is asked again every turn:
   * a job that goes missing from the list is wanted no more.
   * @throws BallastError when the chain cannot be read; the other duties go on.
   */
  due(view: KeeperView): Promise<readonly Job[]>;
  /** One transaction for joinable work; the gas it may need is bounded by its own class. */
  join?(works: readonly Work[]): JoinedCall;
}
