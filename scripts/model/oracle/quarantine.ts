// SPDX-License-Identifier: MIT
import { mulDivDown } from "./exactMath.ts";
import type { Pending } from "./types.ts";

export const GAP_SECONDS = 600;
const ROUND_SECONDS = 15;
const AGREEING_MAXIMUM = 65_535;

/** When a jump waits. The contracts have {@link QUARANTINE_RULES}; only the simulator asks what others would do. */
export interface QuarantineRules {
  /** Jump over √max(1, Δt / 60 s) from which a price waits, and from which it also needs a witness; ppm. */
  readonly jumpPpm: number;
  readonly farJumpPpm: number;
  /** What stands for a witness where there is none. */
  readonly unwitnessedSeconds: number;
  readonly unwitnessedRounds: number;
}

/** As the contracts have it (contracts/oracle/libraries/Quarantine.sol). */
export const QUARANTINE_RULES: QuarantineRules = {
  jumpPpm: 80_000,
  farJumpPpm: 200_000,
  unwitnessedSeconds: 1_800,
  unwitnessedRounds: 20,
};

/** What the witness says to a candidate price. */
export type Testimony = "none" | "supports" | "contradicts";

/** Move over √max(1, Δt / 60 s) in ppm, rounded down. `rootPpm` is that root in ppm, 0 where it is 1. */
export function scaledJump(oldPrice: number, price: number, rootPpm: number): number {
  const jump = mulDivDown(Math.abs(price - oldPrice), 1_000_000, 0, oldPrice);
  return rootPpm === 0 ? jump : mulDivDown(jump, 1_000_000, 0, rootPpm);
}

/** Judges a candidate while no jump waits. Returns whether it has to wait; `pending` is its entry then. */
export function openPending(
  pending: Pending,
  price: number,
  round: number,
  jump: number,
  elapsed: number,
  rules = QUARANTINE_RULES,
): boolean {
  if (jump < rules.jumpPpm) return false;
  pending.price = price;
  pending.firstRound = round;
  pending.lastRound = round;
  pending.agreeing = 1;
  pending.far = jump >= rules.farJumpPpm;
  pending.afterGap = elapsed > GAP_SECONDS;
  return true;
}

/** True when `price` has gone at least three quarters as far from `published` as the waiting price, the same way. */
export function agrees(pending: Pending, published: number, price: number): boolean {
  if (price === published || price > published !== pending.price > published) return false;
  return Math.abs(price - published) * 4 >= Math.abs(pending.price - published) * 3;
}

/** Counts an agreeing round. Returns whether the candidate may be published. */
export function confirmPending(
  pending: Pending,
  price: number,
  round: number,
  jump: number,
  testimony: Testimony,
  rules = QUARANTINE_RULES,
): boolean {
  if (jump >= rules.farJumpPpm && !pending.far) {
    // The smaller jump's rounds are no evidence for this one.
    pending.far = true;
    pending.price = price;
    pending.firstRound = round;
    if (testimony !== "supports") pending.agreeing = 0;
  }
  pending.lastRound = round;
  if (pending.agreeing < AGREEING_MAXIMUM) pending.agreeing += 1;
  if (pending.agreeing < (pending.afterGap ? 3 : 2)) return false;
  if (!pending.far || testimony === "supports") return true;
  if (testimony === "contradicts") return false;
  const waited = (round - pending.firstRound) * ROUND_SECONDS;
  return waited >= rules.unwitnessedSeconds && pending.agreeing >= rules.unwitnessedRounds;
}
