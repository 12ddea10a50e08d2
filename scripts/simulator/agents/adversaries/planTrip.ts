// SPDX-License-Identifier: MIT
import { larger } from "../../../model/clearing/payoff.ts";
import type { SeatShare } from "./planCollusion.ts";
import { planLargest, walkAwayProfit } from "./planInterestCap.ts";
import type { WalkAwayPlan, WalkAwaySight } from "./planInterestCap.ts";
import type { GapBelief } from "./planSelfLiquidation.ts";

/** What somebody knows who means to keep liquidators from his book while the price falls. */
export interface TripSight extends Omit<WalkAwaySight, "expected"> {
  readonly seats: SeatShare;
  /** How far off his seats sign, bps. */
  readonly pushBps: bigint;
  /** A crash that takes hours: anybody can act in it whom nothing stops. */
  readonly crash: GapBelief;
}

/** D is so many hundredths of the distance between the terciles. */
const DISPERSION_PERCENT = 157n;
/** D from which nobody is liquidated who holds half of maintenance. */
const BLOCKED_BPS = 400n;
const PERCENT = 100n;

/** D that so many lying seats cause, bps: no honest third lies beyond a tercile unless more than a third lies. Pure. */
export function dispersionBps({ held, all }: SeatShare, pushBps: bigint): bigint {
  return 3 * held > all ? (pushBps * DISPERSION_PERCENT) / PERCENT : 0n;
}

/**
 * The short against himself that brings most if nobody can liquidate it in a crash, weighed with how often one comes. Undefined
 * where his seats stop nobody: then it is taken over while it can pay, and he has paid the fee for nothing. Pure.
 */
export function planTrip(sight: TripSight): WalkAwayPlan | undefined {
  const { price, seats, pushBps, crash } = sight;
  if (dispersionBps(seats, pushBps) < BLOCKED_BPS) return undefined;
  return planLargest(sight, (opened) => {
    const expected = (price * (opened.leg.isCall ? PERCENT + crash.percent : PERCENT - crash.percent)) / PERCENT;
    const gained = walkAwayProfit({ ...sight, ...opened, expected, fee: 0n });
    return (larger(gained, 0n) * crash.chancePercent) / PERCENT - opened.fee;
  });
}

/** What he sees of his book; ledger units. */
export interface EndangeredBook {
  readonly cash: bigint;
  readonly maintenance: bigint;
  /** Until the expiry. */
  readonly secondsLeft: bigint;
}

/** A book is in danger below so much of maintenance, percent. */
const DANGER_PERCENT = 130n;
/** A window with a lie in it is settled a day later, by others. */
const HONEST_SECONDS = 2_700n;

/**
 * Whether his seats lie from now on: from when his book is in danger until the settlement's window is near. What he widens by
 * lying makes the book look safe, so that who lies already goes on. Pure.
 */
export function lies({ cash, maintenance, secondsLeft }: EndangeredBook, isLying: boolean): boolean {
  if (secondsLeft <= HONEST_SECONDS) return false;
  return isLying || cash * PERCENT < maintenance * DANGER_PERCENT;
}
