// SPDX-License-Identifier: MIT
import { AUCTION_RULES } from "../../model/clearing/liquidation.ts";

/** Gas of a bid into an empty book: of its first leg, and of each one more (docs/GAS.md). */
const FIRST_LEG_GAS = 120_000;
const LEG_GAS = 22_000;
/** What a bid must bring for each dollar of gas before anybody can be expected to make it. */
const ROOM = 1.5;
/** Share of a book that one bid takes in modes that sell in slices. */
const SLICE = 0.25;
const GWEI_PER_ETHER = 1e9;

/** A book in liquidation, or about to be, at its feed's price; dollars. */
export interface BookForSale {
  readonly cash: number;
  /** M: what its legs are worth. */
  readonly full: number;
  readonly legs: number;
  readonly isSliced: boolean;
}

/** What gas and ether cost. */
export interface GasPrice {
  readonly gwei: number;
  readonly dollarsPerEther: number;
}

/**
 * Whether the most that a bid on a book can bring, once the payment has risen all the way, pays for its gas. Who writes a book
 * too small for the gas of its day is liquidated by nobody until gas is cheap again. Pure.
 */
export function paysForGas({ cash, full, legs, isSliced }: BookForSale, { gwei, dollarsPerEther }: GasPrice): boolean {
  const { penaltyPercent, highestPercent } = AUCTION_RULES;
  const surplus = cash - full;
  const gain = surplus > 0 ? surplus * (1 - Number(penaltyPercent) / 100) : full * (Number(highestPercent) / 100 - 1);
  const gas = FIRST_LEG_GAS + LEG_GAS * Math.max(legs - 1, 0);
  return gain * (isSliced ? SLICE : 1) >= ROOM * ((gas * gwei * dollarsPerEther) / GWEI_PER_ETHER);
}
