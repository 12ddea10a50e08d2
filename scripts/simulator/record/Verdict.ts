// SPDX-License-Identifier: MIT
import type { RunSummary } from "./RunSummary.ts";

/** An invariant, as `summary.json` has it. */
export type InvariantVerdict = RunSummary["invariants"][number];

/** Where an invariant did not hold. */
export interface Violation {
  readonly id: string;
  readonly block: number;
  readonly detail: string;
}
