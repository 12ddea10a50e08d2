// SPDX-License-Identifier: MIT
/** States of a validator, by their number. */
export const STATES = ["none", "standby", "active", "jailed", "exiting", "tombstoned"] as const;
export type ValidatorState = (typeof STATES)[number];

/** A validator at one block. */
export interface Validator {
  readonly id: number;
  readonly signer: string;
  readonly state: ValidatorState;
  /** In the current set, undefined for none. */
  readonly seat: number | undefined;
  readonly domain: number;
  /** Bond token units. */
  readonly bond: bigint;
  readonly frozen: bigint;
  /** Unix seconds. */
  readonly jailedUntil: bigint;
  readonly strikes: bigint;
  /** In the current set, whole units of the bond; 0 while its seat does not count. */
  readonly weight: bigint;
  /** 0.5 to 1. */
  readonly reliability: number | undefined;
}

/** The set of validators at one block. Weights: whole units of the bond. */
export interface ValidatorSet {
  readonly setId: bigint;
  readonly latestRound: bigint;
  readonly acceptedAt: bigint;
  readonly activeWeight: bigint;
  readonly nominalWeight: bigint;
  readonly signedWeightEmaBps: bigint;
  readonly isLeaking: boolean;
  readonly stakeLossBps: bigint;
  /** Bond token units that evidence could still take. */
  readonly slashableStake: bigint;
  readonly validators: readonly Validator[];
  /** There are more than the page shows. */
  readonly left: number;
}
