// SPDX-License-Identifier: MIT
import { BallastError } from "../BallastError.ts";
import { blackScholes, checkRange, deviationOf, MAX_VOLATILITY, volatilityOf } from "./blackScholes.ts";
import { logarithm, PROBABILITY_ONE, probabilities, root } from "./logNormal.ts";

/** One option and its price, in the units of `BlackScholes.sol`. */
export interface QuotedOption {
  readonly isCall: boolean;
  readonly price: bigint;
  readonly spot: bigint;
  readonly strike: bigint;
  readonly tenor: bigint;
}

const STEPS = 64;
const NOISE = 8n;
const SATURATED = 1n << 55n;
const HALF = PROBABILITY_ONE / 2n;
const ROOT_OF_TWO_PI = 46239130270042206922n;

/** Volatility, wad per year, at which the option has its price: step by step what `ImpliedVolatility.ofPrice` does. */
export function impliedVolatility({ isCall, price, spot, strike, tenor }: QuotedOption): bigint {
  checkRange({ spot, strike, volatility: 0n, tenor });
  const [low, high] = spot < strike ? [spot, strike] : [strike, spot];
  const intrinsic = isCall === spot > strike ? high - low : 0n;
  const most = blackScholes({ spot, strike, volatility: MAX_VOLATILITY, tenor });
  const highest = isCall ? most.call : most.put;
  if (price < intrinsic || price > highest) {
    throw new BallastError("optionPriceOutOfRange", "no volatility gives this price", {
      context: { price, intrinsic, highest },
    });
  }
  if (price === intrinsic) return 0n;

  const rootOfTenor = root(tenor);
  const middle = ((2n * (price - intrinsic) + 1n) << 119n) / low || 1n;
  const share = middle < PROBABILITY_ONE ? middle : PROBABILITY_ONE;
  return volatilityOf(findDeviation(low, high, share, deviationOf(MAX_VOLATILITY, rootOfTenor)), rootOfTenor);
}

/** Newton in a bracket, on the share N(−b) − N(−a)·high/low as a function of the deviation. */
function findDeviation(low: bigint, high: bigint, share: bigint, limit: bigint): bigint {
  const bend = floorRoot(2n * logarithm(low, high));
  const bound = ((share >> 56n) * ROOT_OF_TWO_PI) >> 64n;
  const start = bound > bend ? bound : bend;
  let v = start < limit ? start : limit;
  let bottom = 0n;
  let top = limit;
  for (let i = 0; i < STEPS; i += 1) {
    const { near, far, density } = probabilities(low, high, v);
    const value = near > far ? near - far : 0n;
    const isShort = value < share;
    const miss = isShort ? share - value : value - share;
    const step = (miss << 64n) / (density + 1n);
    if (step <= NOISE || (share > HALF && miss < SATURATED)) return v;

    if (isShort) bottom = v;
    else top = v;
    let next = isShort ? v + step : v - step;
    if (isShort ? v < bend : v <= bend) {
      const divisor = floorRoot(logarithmicStep(v, value, share, density));
      next = divisor === 0n ? 0n : (v << 64n) / divisor;
    } else if (share > HALF && value > HALF) {
      const rest = value < PROBABILITY_ONE ? PROBABILITY_ONE - value : 0n;
      const target = share < PROBABILITY_ONE ? PROBABILITY_ONE - share : 1n;
      next = (v * floorRoot(logarithmicStep(v, rest, target, density))) >> 64n;
    }
    v = next > bottom && next < top ? next : (bottom + top) / 2n;
    if (top - bottom < 2n) return v;
  }
  return v;
}

/** 1 + 2·ln(part/target)·part/(φ(b)·v) in Q128; 0 where there is no slope to follow. */
function logarithmicStep(v: bigint, part: bigint, target: bigint, density: bigint): bigint {
  if (part === 0n || density === 0n) return 0n;
  const slope = (((part << 64n) / density) << 64n) / v;
  const one = 1n << 128n;
  if (part >= target) return one + 2n * (logarithm(target, part) >> 64n) * slope;
  const less = 2n * (logarithm(part, target) >> 64n) * slope;
  return less < one ? one - less : 0n;
}

/** ⌊√x⌋. */
function floorRoot(x: bigint): bigint {
  if (x < 2n) return x;
  let guess = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (guess + x / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}
