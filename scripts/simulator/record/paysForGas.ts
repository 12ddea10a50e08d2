// SPDX-License-Identifier: MIT
import { AUCTION_RULES } from "../../model/clearing/liquidation.ts";

/** Gas of funding an empty book and bidding into it: with one leg, and for each one more (docs/GAS.md). */
const FIRST_LEG_GAS = 160_000;
const LEG_GAS = 22_000;
/** What a bid must bring for each dollar of gas before anybody can be expected to make it; liquidators want a fifth more. */
const ROOM = 1.5;
/** From where a bid pays to where it is in a block: seconds, and where blocks are slow, blocks to flag, see, bid and try again. */
const SECONDS_TO_ACT = 120;
const BLOCKS_TO_ACT = 4;
/** Share of a book that one bid takes in modes that sell in slices. */
const SLICE = 0.25;
const GWEI_PER_ETHER = 1e9;

/** A book in liquidation, or about to be, at its feed's price; dollars. */
export interface BookForSale {
  readonly cash: number;
  /** M: what its legs are worth. */
  readonly full: number;
  /** M₀, where the payment starts. */
  readonly half: number;
  /** Cash that ends its liquidation. */
  readonly target: number;
  readonly legs: number;
  readonly isSliced: boolean;
  /** How long its mode lets it wait for its first bid, seconds. */
  readonly bound: number;
  /** Between blocks. */
  readonly blockSeconds: number;
}

/** What gas and ether cost. */
export interface GasPrice {
  readonly gwei: number;
  readonly dollarsPerEther: number;
}

/**
 * Whether a bid pays for its gas two minutes, or four blocks, before the time is over in which a book is promised one: the rest is there
 * to make it.
 * Who writes a book too small for the gas of its day is liquidated late, or by nobody until gas is cheap again. Pure.
 */
export function paysForGas(sale: BookForSale, { gwei, dollarsPerEther }: GasPrice): boolean {
  const gas = FIRST_LEG_GAS + LEG_GAS * Math.max(sale.legs - 1, 0);
  return gainOf(sale) >= ROOM * ((gas * gwei * dollarsPerEther) / GWEI_PER_ETHER);
}

/** A book that cannot pay goes as a whole, late; of one that can goes what restores it, at the payment of that moment. */
function gainOf({ cash, full, half, target, isSliced, bound, blockSeconds }: BookForSale): number {
  const { solventSeconds, penaltyPercent, highestPercent } = AUCTION_RULES;
  const most = isSliced ? SLICE : 1;
  if (cash >= target) return 0;
  if (cash <= full) return most * full * (Number(highestPercent) / 100 - 1);
  const penalty = (cash - full) * (Number(penaltyPercent) / 100);
  const first = Math.min(half, cash - penalty);
  const elapsed = Math.max(bound - Math.max(SECONDS_TO_ACT, BLOCKS_TO_ACT * blockSeconds), 0);
  const payment = first + (cash - penalty - first) * Math.min(elapsed / Number(solventSeconds), 1);
  const rest = target - payment - penalty;
  const restoring = rest > 0 ? (target - cash) / rest : 1;
  return Math.min(most, restoring) * (payment - full);
}
