// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { boundaryBefore, WEEK } from "../model/vaults/vaultCalendar.ts";
import { crashEvents } from "./CrashPlan.ts";
import type { PriceEvent } from "./demoConfigs.ts";
import { rallyEvents } from "./VaultPlan.ts";

/** Who takes part, and in which round of the first epoch something happens. Rounds count from 0 within the epoch. */
export interface DemoPlan {
  readonly rounds: number;
  /** Rounds of the healed set after the epoch. */
  readonly healedRounds: number;
  readonly silentFrom: number;
  readonly liarFrom: number;
  readonly doubleVoterFrom: number;
  /** Evidence is submitted from here on. */
  readonly evidenceFrom: number;
  readonly relayerDownFrom: number;
  readonly relayerBackFrom: number;
}

/** First millisecond of virtual time, on a round's boundary: Tuesday, 2026-01-06 09:00 UTC. */
export const START_MS = 1_767_690_000_000n;
/**
 * When the price begins to fall: Thursday at 20:45, two and a half days later. From there the way back ends before Friday
 * 08:00, when the puts expire; from 09:00 on the vaults may start.
 */
export const CRASH_MS = START_MS + 215_100_000n;
/** The boundary after which the vaults' first epochs start: the Friday after the crash, 08:00. */
const VAULTS_MS = (boundaryBefore(CRASH_MS / 1000n) + WEEK) * 1000n;

/** What happens to the market's prices on purpose. */
export const DEMO_EVENTS: readonly PriceEvent[] = [...crashEvents(CRASH_MS), ...rallyEvents(VAULTS_MS)];

/** Names of the seven validators of the first set; the faulty ones are called what they will become only in reports. */
export const VALIDATORS = ["ada", "ben", "cyd", "dov", "eve", "fay", "gus"] as const;
/** Two more, bonded and running, that no set has a seat for yet. */
export const STANDBYS = ["hal", "ivy"] as const;
/** Failure domain of each: where it claims to run. */
export const DOMAINS = ["north", "east", "south", "west"] as const;
export const SILENT = "eve";
export const LIAR = "fay";
export const DOUBLE_VOTER = "gus";
/** Of the healed set: its program is gone while options expire. */
export const LATER_SILENT = "dov";
export const FAULTY: readonly string[] = [SILENT, LIAR, DOUBLE_VOTER];
/** The liar signs its prices times this. */
export const LIAR_SCALE_BPS = 16_000;
/** The double voter's second vector is this far from its first: too close to be a lie, still two votes. */
export const SECOND_VOTE_BPS = 10_010;

/** An epoch closes with at least 20 rounds, and absence is judged only if the caught ones were there for half of it. */
export const MINIMUM_ROUNDS = 24;
export const MAXIMUM_ROUNDS = 200;

/**
 * The order of events for an epoch of `rounds`. Silence begins in the first half, so that it is most of the epoch; the
 * two frauds begin in the second, so that whoever is jailed for them was present for more than half: an epoch in which
 * more than a third of the weight was absent faults nobody.
 */
export function planDemo(rounds: number): DemoPlan {
  if (!Number.isInteger(rounds) || rounds < MINIMUM_ROUNDS || rounds > MAXIMUM_ROUNDS) {
    throw new BallastError("configInvalid", `--rounds is a whole number from ${MINIMUM_ROUNDS} to ${MAXIMUM_ROUNDS}`);
  }
  const at = (share: number): number => Math.round(rounds * share);
  return {
    rounds,
    healedRounds: 6,
    silentFrom: at(0.25),
    relayerDownFrom: at(0.4),
    relayerBackFrom: at(0.5),
    liarFrom: at(0.55),
    doubleVoterFrom: at(0.65),
    evidenceFrom: at(0.75),
  };
}
