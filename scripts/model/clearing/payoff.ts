// SPDX-License-Identifier: MIT
import { BPS, PRICE_ONE } from "../constants.ts";
import type { Leg, Point, Terms } from "./types.ts";

/** Sizes have 6 decimals. */
export const SIZE_ONE = 1_000_000n;
/** Strikes have 4 decimals; times this they have those of a price. */
export const STRIKE_TO_PRICE = 10_000n;
/** Units in a whole by decimals: a power for every price of every leg took a tenth of a simulated crash. */
const WHOLES = Array.from({ length: 19 }, (_, decimals) => 10n ** BigInt(decimals));

/** What shorts owe and longs are due, as exact numerators at one price. */
export interface Numerators {
  readonly owed: bigint;
  readonly due: bigint;
}

/** Decimals of the ledger unit of a token. */
export function unitDecimals(tokenDecimals: number): number {
  return Math.min(tokenDecimals, 9);
}

/** An up leg pays U·min((z−1)⁺, c), a down leg U·(1−z)⁺: quote calls and coin puts are up. */
export function isUp(leg: Leg, terms: Terms): boolean {
  return leg.isCall === (terms.kind === "quote");
}

/** z = a / b at a price: s/K in quote markets, K/s in coin markets. */
export function ratioOf(leg: Leg, terms: Terms, at: Point): { a: bigint; b: bigint } {
  const strike = leg.strike * STRIKE_TO_PRICE * at.weight;
  return terms.kind === "quote" ? { a: at.price, b: strike } : { a: strike, b: at.price };
}

/** Payoff of one unit of size at a price of 8 decimals, as a numerator for `toUnitsDown` and `toUnitsUp`. */
export function numeratorPerSize(leg: Leg, terms: Terms, price: bigint): bigint {
  const { a, b } = ratioOf(leg, terms, { price, weight: 1n });
  if (!isUp(leg, terms)) return b > a ? (b - a) * BPS : 0n;
  return a > b ? smaller((a - b) * BPS, terms.capBps * b) : 0n;
}

/** What the shorts of a book owe and its longs are due at a settled price. */
export function numerators(legs: readonly Leg[], terms: Terms, price: bigint): Numerators {
  let owed = 0n;
  let due = 0n;
  for (const leg of legs) {
    const perSize = numeratorPerSize(leg, terms, price);
    if (leg.size < 0n) owed -= perSize * leg.size;
    else due += perSize * leg.size;
  }
  return { owed, due };
}

/** A numerator, or a sum of them at one price, in ledger units, rounded down: for what is paid out. */
export function toUnitsDown(numerator: bigint, terms: Terms, price: bigint): bigint {
  return (numerator * unitsPerWhole(terms)) / denominator(terms, price);
}

/** The same rounded up: for what is owed. */
export function toUnitsUp(numerator: bigint, terms: Terms, price: bigint): bigint {
  return ceilDiv(numerator * unitsPerWhole(terms), denominator(terms, price));
}

/** Ledger units in a dollar or a coin. */
export function unitsPerWhole(terms: Terms): bigint {
  return WHOLES[terms.unitDecimals]!;
}

/** Rounds towards plus infinity; `divisor` above 0. */
export function ceilDiv(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value > 0n && quotient * divisor !== value ? quotient + 1n : quotient;
}

/** The smaller of two. */
export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** The larger of two. */
export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function denominator(terms: Terms, price: bigint): bigint {
  return BPS * SIZE_ONE * (terms.kind === "coin" ? price : PRICE_ONE);
}
