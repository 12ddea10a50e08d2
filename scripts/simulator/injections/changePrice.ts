// SPDX-License-Identifier: MIT
import type { ReportChange } from "../scenario/faultTypes.ts";

/** More than a signed vector can say is cut off below this, so that it stays so when it is rounded. */
const HIGHEST = 2n ** 63n;
const SCALE = 1_000_000_000;
const HOUR = 3_600;

/** What else a change needs to know. */
export interface ChangeSituation {
  /** Of the fault. */
  readonly seconds: number;
  /** The price when the fault began, or when it was first seen. */
  readonly first: bigint;
}

/** A price as an error makes it; 8 decimals, at least 1. */
export function changePrice(price: bigint, change: ReportChange, { seconds, first }: ChangeSituation): bigint {
  return bounded(changed(price, change, seconds, first));
}

function changed(price: bigint, change: ReportChange, seconds: number, first: bigint): bigint {
  switch (change.change) {
    case "multiply":
      return times(price, change.by);
    case "add":
      return price + change.price;
    case "set":
      return change.price;
    case "stuck":
      return first;
    case "drift":
      return times(price, Math.max(0, 1 + (change.perHour * seconds) / HOUR));
    case "clamp":
      return price < change.low ? change.low : price > change.high ? change.high : price;
    case "decimals":
      return change.shift < 0 ? price / 10n ** BigInt(-change.shift) : price * 10n ** BigInt(change.shift);
  }
}

function times(price: bigint, factor: number): bigint {
  const scaled = factor * SCALE;
  // Factors below a billionth of one, and those beyond what a double counts by ones, lose digits nobody sees.
  return (price * BigInt(Math.round(scaled))) / BigInt(SCALE);
}

function bounded(price: bigint): bigint {
  return price < 1n ? 1n : price > HIGHEST ? HIGHEST : price;
}

/** First price of each thing that is stuck, remembered while the fault lasts. */
export class FirstPrices {
  readonly #first = new Map<string, bigint>();

  /** Of that name; `price` when it is seen for the first time. */
  of(name: string, price: bigint): bigint {
    const known = this.#first.get(name);
    if (known !== undefined) return known;
    this.#first.set(name, price);
    return price;
  }
}
