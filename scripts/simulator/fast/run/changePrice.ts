// SPDX-License-Identifier: MIT
import { changePrice as changeExactly } from "../../injections/changePrice.ts";
import type { Fault } from "../../scenario/faultTypes.ts";

/** Whole numbers below this are exact in the oracle's model. */
const MOST = 2 ** 50 - 1;

/**
 * What a fault makes of a price, as the chain tier has it; 8 decimals, whole, at least one unit. Faults that change no price
 * leave it.
 * @param seconds Since the fault began. @param first The price then.
 */
export function changePrice(fault: Fault, price: number, seconds: number, first: () => number): number {
  if (fault.type === "witness.floor") return Math.max(price, Number(fault.with.price));
  if (fault.type !== "venue.value" && fault.type !== "witness.value" && fault.type !== "oracle.value") return price;
  const situation = { seconds, first: BigInt(first()) };
  return Math.min(Number(changeExactly(BigInt(price), fault.with, situation)), MOST);
}
