// SPDX-License-Identifier: MIT
/** Kinds of faults with cases, numbered as in ISlasher. */
export const FAULT = { equivocation: 0, deviation: 1, futureDating: 2, downtime: 3, capture: 4 } as const;
/** Stages of a case, numbered as in ISlasher. */
export const STAGE = { none: 0, waiting: 1, charged: 2, closed: 3 } as const;

/** A case as the Slasher has it. */
export interface SlashCase {
  readonly id: bigint;
  readonly fault: number;
  readonly validatorId: bigint;
  /** Round of the fault, for a capture its day. */
  readonly key: bigint;
  readonly stage: number;
  /** Base penalty in percent of the bond. */
  readonly percent: bigint;
  /** Second of the report; 0 for cases that never waited. */
  readonly openedAt: bigint;
}

/** Two vectors of one validator in one round were seen. */
export interface Contradiction {
  readonly validatorId: bigint;
  readonly round: bigint;
}

/** A report of a round that had not begun was seen. */
export type Prematurity = Contradiction;

/** A signed price far from the median of its round was seen. */
export interface Suspicion {
  readonly validatorId: bigint;
  readonly round: bigint;
  readonly feed: number;
  /** Identity of the signed vector. */
  readonly vector: string;
  /** Distance from the median, parts per million. */
  readonly offPpm: bigint;
}

/** What a watcher should bring before the Slasher. */
export type Accusation =
  | ({ readonly kind: "equivocation" } & Contradiction)
  | ({ readonly kind: "deviation" } & Suspicion)
  | ({ readonly kind: "futureDating" } & Prematurity);

/** What ends a case that others, or this watcher, began. */
export interface CaseStep {
  /**
   * `finalize` takes the correlated part, `release` ends a wait, `confirm` looks for the witness that ends it, `convict` for
   * the round that does.
   */
  readonly kind: "finalize" | "release" | "confirm" | "convict";
  readonly case: SlashCase;
}

/** Id of a case, as `Slasher.caseIdOf`. */
export function caseIdOf(fault: number, validatorId: bigint, key: bigint): bigint {
  return (BigInt(fault) << 96n) | (validatorId << 64n) | key;
}

/** The parts of a case's id. */
export function partsOfCase(id: bigint): Pick<SlashCase, "id" | "fault" | "validatorId" | "key"> {
  return {
    id,
    fault: Number(id >> 96n),
    validatorId: (id >> 64n) & 0xffff_ffffn,
    key: id & 0xffff_ffff_ffff_ffffn,
  };
}
