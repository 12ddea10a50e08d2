// SPDX-License-Identifier: MIT
import { mulDivDown } from "./exactMath.ts";
import type { Pending } from "./types.ts";

export const JUMP_PPM = 80_000;
const FAR_JUMP_PPM = 200_000;
export const GAP_SECONDS = 600;
const ROUND_SECONDS = 15;
const UNWITNESSED_SECONDS = 1_800;
const UNWITNESSED_ROUNDS = 20;
const AGREEING_MAXIMUM = 65_535;

/** What the witness says to a candidate price. */
export type Testimony = "none" | "supports" | "contradicts";

/** Move over √max(1, Δt / 60 s) in ppm, rounded down. `rootPpm` is that root in ppm, 0 where it is 1. */
export function scaledJump(oldPrice: number, price: number, rootPpm: number): number {
  const jump = mulDivDown(Math.abs(price - oldPrice), 1_000_000, 0, oldPrice);
  return rootPpm === 0 ? jump : mulDivDown(jump, 1_000_000, 0, rootPpm);
}

/** Judges a candidate while no jump waits. Returns whether it has to wait; `pending` is its entry then. */
export function openPending(pending: Pending, price: number, round: number, jump: number, elapsed: number): boolean {
  if (jump < JUMP_PPM) return false;
  pending.price = price;
  pending.firstRound = round;
  pending.lastRound = round;
  pending.agreeing = 1;
  pending.far = jump >= FAR_JUMP_PPM;
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
): boolean {
  if (jump >= FAR_JUMP_PPM && !pending.far) {
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
  return waited >= UNWITNESSED_SECONDS && pending.agreeing >= UNWITNESSED_ROUNDS;
}
