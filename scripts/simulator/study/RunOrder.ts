// SPDX-License-Identifier: MIT
import type { RunSummary } from "../record/RunSummary.ts";

/** A scenario as its file says it, read, extended and overridden; not yet checked and without defaults. */
export type ScenarioDocument = Readonly<Record<string, unknown>>;

/** One run that is wanted. */
export interface RunOrder {
  readonly scenario: ScenarioDocument;
  /** Instead of the scenario's own. */
  readonly seed: number;
}

/** Plays one scenario to its end. The same order gives the same summary. */
export type RunOne = (order: RunOrder) => Promise<RunSummary>;

/**
 * Plays many. `digest` keeps of a summary what is needed of it, so that thousands of runs fit into memory; digests come back in
 * the order of the orders, and are made in that order, whenever the runs end.
 */
export type RunMany = <Digest>(
  orders: readonly RunOrder[],
  digest: (summary: RunSummary, order: RunOrder) => Digest,
) => Promise<Digest[]>;
