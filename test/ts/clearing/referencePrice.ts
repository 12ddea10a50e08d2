// SPDX-License-Identifier: MIT
import { Decimal } from "decimal.js";

import type { OptionInput } from "../../../scripts/model/clearing/blackScholes.ts";

/** Prices and greeks in units of the quote currency, not wad, to about 40 digits. */
export interface ReferencePrice {
  readonly call: Decimal;
  readonly put: Decimal;
  readonly delta: Decimal;
  readonly gamma: Decimal;
  readonly vega: Decimal;
  readonly theta: Decimal;
}

const Real = Decimal.clone({ precision: 46 });
const PI = Real.acos(-1);
const ROOT_OF_TWO_PI = PI.times(2).sqrt();
const WAD = new Real("1e18");
const YEAR = new Real(31_536_000);
/** N(−15) is 4e-51. */
const NOTHING_BEYOND = 15;
const SERIES_UNTIL = 5;
const FRACTION_TERMS = 70;

/** Black–Scholes by the textbook; shares nothing with the code under test. */
export function referencePrice({ spot, strike, volatility, tenor }: OptionInput): ReferencePrice {
  const s = new Real(spot.toString()).div(WAD);
  const k = new Real(strike.toString()).div(WAD);
  const sigma = new Real(volatility.toString()).div(WAD);
  const root = new Real(tenor.toString()).div(YEAR).sqrt();
  const deviation = sigma.times(root);
  const d1 = s.div(k).ln().div(deviation).plus(deviation.div(2));
  const d2 = d1.minus(deviation);
  const [above1, above2] = [upperTail(d1.abs()), upperTail(d2.abs())];
  const slope = s.times(density(d1));
  return {
    call: s.times(below(d1, above1)).minus(k.times(below(d2, above2))),
    put: k.times(below(d2.neg(), above2)).minus(s.times(below(d1.neg(), above1))),
    delta: below(d1, above1),
    gamma: density(d1).div(s.times(deviation)),
    vega: slope.times(root),
    theta: slope.times(sigma).div(root).div(-2),
  };
}

/** N(x), given 1 − N(|x|). */
function below(x: Decimal, tail: Decimal): Decimal {
  return x.isNegative() ? tail : new Real(1).minus(tail);
}

function density(x: Decimal): Decimal {
  return x.times(x).div(-2).exp().div(ROOT_OF_TWO_PI);
}

/** 1 − N(x) for x ≥ 0: ½ − φ(x)·Σ x^(2k+1)/(2k+1)!! below five, Laplace's continued fraction above. */
function upperTail(x: Decimal): Decimal {
  if (x.gt(NOTHING_BEYOND)) return new Real(0);
  if (x.gt(SERIES_UNTIL)) {
    let fraction: Decimal = x;
    for (let k = FRACTION_TERMS; k > 0; k -= 1) fraction = x.plus(new Real(k).div(fraction));
    return density(x).div(fraction);
  }
  const square = x.times(x);
  let term: Decimal = x;
  let sum: Decimal = x;
  for (let k = 3; term.gt("1e-46"); k += 2) {
    term = term.times(square).div(k);
    sum = sum.plus(term);
  }
  return new Real("0.5").minus(density(x).times(sum));
}
