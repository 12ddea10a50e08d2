// SPDX-License-Identifier: MIT
import type { QuarantineRules } from "./quarantine.ts";
import type { SignalRows } from "./signal.ts";

/** A median that may be published. */
export interface Candidate {
  readonly price: number;
  readonly dispersionPpm: number;
  readonly divergent: boolean;
  readonly source: number;
}

/** What of the oracle's numbers may be varied. The contracts have those of {@link ORACLE_RULES} (oracleRules.ts). */
export interface OracleRules {
  readonly rows: SignalRows;
  readonly quarantine: QuarantineRules;
  /** Most grace that an outage grants, seconds; at most what the word holds, 1,800. */
  readonly graceSeconds: number;
}

/** What all feeds of an accepted round share; times in seconds. */
export interface Step {
  readonly round: number;
  readonly blockTime: number;
  readonly heartbeat: number;
  readonly weightEmaBps: number;
  readonly impaired: boolean;
  readonly upgrade: boolean;
  readonly lagging: boolean;
  /** The contracts' where left out. */
  readonly rules?: OracleRules;
}

/** A half hour as it is kept for good, without its link. */
export interface Mark {
  readonly boundary: number;
  readonly price: number;
  readonly round: number;
  readonly sum: bigint;
  readonly coverage: number;
  readonly divergentRounds: number;
  readonly dirtyQuarantine: boolean;
  readonly dirtyHalted: boolean;
}

/** In the order of the contract's `Outcome`. */
export const OUTCOMES = ["kept", "quarantined", "published"] as const;

/** What a step did; `cause` has a bit per row that tripped. */
export interface StepResult {
  readonly outcome: (typeof OUTCOMES)[number];
  readonly cause: number;
  readonly mark: Mark | undefined;
}
