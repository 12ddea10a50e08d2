// SPDX-License-Identifier: MIT
import type { RunSummary } from "../record/RunSummary.ts";

/** A line of the table of what a run was expected to be. */
export interface ExpectationLine {
  readonly key: string;
  readonly held: boolean;
  readonly wanted: string;
  /** In words; `never` for what did not come. */
  readonly given: string;
}

/** When a fault was on. Seconds since the scenario's start. */
export interface FaultWindow {
  readonly name: string;
  readonly type: string;
  readonly from: number;
  /** Undefined: to the end. */
  readonly until: number | undefined;
}

/** A book that was flagged and found a bidder. */
export interface FirstBid {
  readonly blocks: number;
}

/** An account at the end, columns by name; undefined where nothing is known. */
export interface AccountLine {
  readonly account: string;
  readonly values: ReadonlyMap<string, number | undefined>;
}

/** One column of `series.csv`, drawn finely enough and no finer; x in seconds since the start. */
export interface SeriesLine {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number | undefined])[];
}

/** What a run left, as far as its folder has it. */
export interface RunMaterial {
  /** As it was given. */
  readonly folder: string;
  readonly summary: RunSummary;
  /** What it was made of, key by key, as text. */
  readonly manifest: readonly (readonly [key: string, value: string])[];
  /** The scenario as its file says it, as text. */
  readonly document: string | undefined;
  /** The one command that plays it again. */
  readonly replay: string;
  readonly expectations: readonly ExpectationLine[];
  readonly windows: readonly FaultWindow[];
  readonly firstBids: readonly FirstBid[];
  /** How often each kind of event came. */
  readonly eventCounts: ReadonlyMap<string, number>;
  readonly series: readonly SeriesLine[];
  readonly accounts: readonly AccountLine[];
  /** Columns of the accounts in their order, without the name. */
  readonly accountColumns: readonly string[];
  /** Files that the folder does not have. */
  readonly missing: readonly string[];
}
