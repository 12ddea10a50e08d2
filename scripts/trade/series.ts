// SPDX-License-Identifier: MIT
import { BallastError } from "../model/BallastError.ts";
import { parseDecimal } from "../model/parseDecimal.ts";
import type { QuoteLeg } from "../model/trading/quotes.ts";

/** A series as people name it. */
export interface NamedSeries {
  readonly market: bigint;
  /** Unix seconds. */
  readonly expiry: bigint;
  /** USD, 4 decimals. */
  readonly strike: bigint;
  readonly isCall: boolean;
}

const EXPIRY_SECOND = 28_800n;
const STRIKE_DECIMALS = 4;
const SIZE_DECIMALS = 6;

/** `2026-11-24` is that day 08:00 UTC; whole numbers are unix seconds. @throws BallastError `configInvalid`. */
export function parseExpiry(text: string): bigint {
  if (/^\d{9,10}$/.test(text)) return BigInt(text);
  const midnight = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  if (Number.isNaN(midnight)) throw wrong("expiry", text, "a day such as 2026-11-27, or unix seconds");
  return BigInt(midnight / 1000) + EXPIRY_SECOND;
}

/** `3000c` or `2500.5p`. @throws BallastError `configInvalid`. */
export function parseOption(text: string): Pick<NamedSeries, "strike" | "isCall"> {
  const match = /^(\d{1,8}(?:\.\d{1,4})?)([cp])$/i.exec(text);
  if (match === null) throw wrong("option", text, "a strike with c or p behind it, such as 3000c or 2500p");
  return { strike: parseDecimal(match[1]!, STRIKE_DECIMALS), isCall: match[2]!.toLowerCase() === "c" };
}

/** Legs of one side of a spread, `3000c,2x3200c`; the ratio is 1 to 99. @throws BallastError `configInvalid`. */
export function parseLegs(text: string): QuoteLeg[] {
  return text.split(",").map((one) => {
    const [, ratio, option] = /^(?:([1-9]\d?)x)?(.*)$/.exec(one)!;
    return { ...parseOption(option!), ratio: BigInt(ratio ?? "1") };
  });
}

/** @throws BallastError `configInvalid` unless it is a number above 0 with at most six places. */
export function parseSize(text: string): bigint {
  const size = /^\d{1,10}(\.\d{1,6})?$/.test(text) ? parseDecimal(text, SIZE_DECIMALS) : 0n;
  if (size === 0n) throw wrong("size", text, "a number of options with at most six places");
  return size;
}

/** @throws BallastError `configInvalid` unless it is a number with at most so many places. */
export function parseAmount(name: string, text: string, decimals: number): bigint {
  const places = text.split(".")[1]?.length ?? 0;
  if (!/^\d{1,20}(\.\d{1,18})?$/.test(text) || places > decimals)
    throw wrong(name, text, `an amount with at most ${decimals} places`);
  return parseDecimal(text, decimals);
}

/** @throws BallastError `configInvalid` unless it is a whole number. */
export function parseWhole(name: string, text: string): bigint {
  if (!/^\d{1,9}$/.test(text)) throw wrong(name, text, "a whole number");
  return BigInt(text);
}

function wrong(name: string, given: string, expected: string): BallastError {
  return new BallastError("configInvalid", `${name}: expected ${expected}, given ${given.slice(0, 40)}`, {
    context: { name, given: given.slice(0, 40) },
  });
}
