// SPDX-License-Identifier: MIT
import { smaller } from "../../../model/clearing/payoff.ts";
import { BPS } from "../../../model/constants.ts";
import { planSale } from "./planSale.ts";
import type { SalePlan, SaleSight } from "./planSale.ts";

/** Of validators with equal weight. */
export interface SeatShare {
  readonly held: number;
  readonly all: number;
}

/** What somebody knows who sells options and signs the price they are settled at. */
export interface CollusionSight extends SaleSight {
  /** USD, 8 decimals. */
  readonly price: bigint;
  readonly seats: SeatShare;
  /** How far honest prices lie apart, bps, rounded up. */
  readonly spreadBps: bigint;
}

/** What he sells, and how far off he signs; bps of the price, negative for down. */
export interface CollusionPlan extends SalePlan {
  readonly pushBps: bigint;
}

/** Below what waits for a second round, and what a witness keeps out of a settlement. */
const FURTHEST_BPS = 700n;

/** How far so many of all seats can move the median, bps: no further than honest prices lie apart, up to a half. Pure. */
export function reachBps({ held, all }: SeatShare, spreadBps: bigint): bigint {
  if (held === 0) return 0n;
  return 2 * held > all ? FURTHEST_BPS : smaller(spreadBps, FURTHEST_BPS);
}

/** What to sell, and where to push the settlement. Undefined where what can be pushed brings less than fee and discount cost. Pure. */
export function planCollusion({ price, seats, spreadBps, ...sight }: CollusionSight): CollusionPlan | undefined {
  const reach = reachBps(seats, spreadBps);
  const at = (bps: bigint): bigint => (price * (BPS + bps)) / BPS;
  const plan = planSale(sight, { call: at(-reach), put: at(reach) });
  return plan && { ...plan, pushBps: plan.isCall ? -reach : reach };
}
