// SPDX-License-Identifier: MIT
import { Decimal } from "decimal.js";

/** 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)); exact enough for |x| below 6 at thirty digits. */
function errorFunction(x: Decimal): Decimal {
  if (x.abs().gt(6)) return new Decimal(x.isNegative() ? -1 : 1);
  let term = x;
  let sum = x;
  for (let n = 1; term.abs().gt("1e-25"); ++n) {
    term = term.times(x).times(x).neg().div(n);
    sum = sum.plus(term.div(2 * n + 1));
  }
  return sum.times(2).div(Decimal.acos(-1).sqrt());
}

export function normal(x: number): number {
  const Digits = Decimal.clone({ precision: 50 });
  return errorFunction(new Digits(x).div(Digits.sqrt(2)))
    .plus(1)
    .div(2)
    .toNumber();
}

/** Black–Scholes without interest; v = σ·√τ. */
export function callValue(spot: number, strike: number, v: number): number {
  const d1 = Math.log(spot / strike) / v + v / 2;
  return spot * normal(d1) - strike * normal(d1 - v);
}

export function putValue(spot: number, strike: number, v: number): number {
  return callValue(spot, strike, v) - spot + strike;
}
