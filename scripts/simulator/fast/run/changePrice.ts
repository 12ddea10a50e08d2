// SPDX-License-Identifier: MIT
import type { Fault } from "../../scenario/faultTypes.ts";

const HOUR = 3_600;
/** Whole numbers below this are exact in the oracle's model. */
const MOST = 2 ** 50 - 1;

/**
 * What a fault makes of a price; 8 decimals, whole, at least one unit. Faults that change no price leave it.
 * @param since Seconds since the fault began. @param first The price then.
 */
export function changePrice(fault: Fault, price: number, since: number, first: () => number): number {
  if (fault.type === "witness.floor") return Math.max(price, Number(fault.with.price));
  if (fault.type !== "venue.value" && fault.type !== "witness.value" && fault.type !== "oracle.value") return price;
  return bounded(changed(fault.with, price, since, first));
}

function changed(to: Fault<"oracle.value">["with"], price: number, since: number, first: () => number): number {
  switch (to.change) {
    case "multiply":
      return price * to.by;
    case "add":
      return price + Number(to.price);
    case "set":
      return Number(to.price);
    case "stuck":
      return first();
    case "drift":
      return price * (1 + (to.perHour * since) / HOUR);
    case "clamp":
      return Math.min(Math.max(price, Number(to.low)), Number(to.high));
    case "decimals":
      return price * 10 ** to.shift;
  }
}

function bounded(price: number): number {
  return Math.min(Math.max(Math.round(price), 1), MOST);
}
