// SPDX-License-Identifier: MIT
import { BallastError } from "../BallastError.ts";
import { PROBABILITY_ONE, probabilities, root } from "./logNormal.ts";

/** Units as in `BlackScholes.sol`: spot and strike wad, volatility wad per year, tenor in seconds. */
export interface OptionInput {
  readonly spot: bigint;
  readonly strike: bigint;
  readonly volatility: bigint;
  readonly tenor: bigint;
}

/** Prices in wad. */
export interface OptionPrice {
  readonly call: bigint;
  readonly put: bigint;
}

/** See `BlackScholes.greeks`; all wad. The put's delta is `delta` − 1e18. */
export interface OptionGreeks extends OptionPrice {
  readonly delta: bigint;
  readonly gamma: bigint;
  readonly vega: bigint;
  readonly theta: bigint;
}

/** Largest volatility, wad. */
export const MAX_VOLATILITY = 2n ** 66n - 1n;

const WAD = 10n ** 18n;
const YEAR = 31_536_000n;
const ROOT_OF_YEAR = 5615692299262843336293n;
const ROOT_OF_YEAR_Q96 = 444920982116099312838033793615080n;

/** Call and put, bit for bit as `BlackScholes.price`. */
export function blackScholes(input: OptionInput): OptionPrice {
  checkRange(input);
  const { spot, strike, volatility, tenor } = input;
  const deviation = tenor === 0n ? 0n : deviationOf(volatility, root(tenor));
  if (spot < strike) {
    const call = outOfTheMoney(spot, strike, deviation);
    return { call, put: call + (strike - spot) };
  }
  const put = outOfTheMoney(strike, spot, deviation);
  return { call: put + (spot - strike), put };
}

/** Call and put with their greeks, bit for bit as `BlackScholes.greeks`. */
export function blackScholesGreeks(input: OptionInput): OptionGreeks {
  const price = blackScholes(input);
  const { spot, strike, volatility, tenor } = input;
  const rootOfTenor = tenor === 0n ? 0n : root(tenor);
  const deviation = deviationOf(volatility, rootOfTenor);
  if (deviation === 0n) {
    const delta = spot < strike ? 0n : spot === strike ? WAD / 2n : WAD;
    return { ...price, delta, gamma: 0n, vega: 0n, theta: 0n };
  }

  const low = spot < strike ? spot : strike;
  const { near, far, density } = probabilities(low, spot < strike ? strike : spot, deviation);
  const probability = spot < strike ? near : PROBABILITY_ONE - (strike * far) / spot;
  const slope = low * density;
  return {
    ...price,
    delta: (probability * WAD) >> 120n,
    gamma: (((slope / spot) * WAD * WAD) / (spot * deviation)) >> 56n,
    vega: ((slope >> 88n) * rootOfTenor) / ROOT_OF_YEAR_Q96,
    theta: -((((slope >> 96n) * deviation * (YEAR / 2n)) / tenor) >> 88n),
  };
}

/** Throws unless {@link blackScholes} takes these inputs. */
export function checkRange({ spot, strike, volatility, tenor }: OptionInput): void {
  const isAmount = (value: bigint): boolean => value > 0n && value <= 2n ** 128n;
  if (isAmount(spot) && isAmount(strike) && isWithin(volatility, MAX_VOLATILITY) && isWithin(tenor, 2n ** 29n - 1n)) {
    return;
  }
  throw new BallastError("optionOutOfRange", "spot, strike, volatility or tenor is out of range", {
    context: { spot, strike, volatility, tenor },
  });
}

/** σ√τ in Q64 from √τ in Q64, rounded down. */
export function deviationOf(volatility: bigint, rootOfTenor: bigint): bigint {
  return (volatility * rootOfTenor) / ROOT_OF_YEAR;
}

/** Volatility, wad, of a deviation, rounded up so that {@link deviationOf} returns the deviation. */
export function volatilityOf(deviation: bigint, rootOfTenor: bigint): bigint {
  return (deviation * ROOT_OF_YEAR + rootOfTenor - 1n) / rootOfTenor;
}

function outOfTheMoney(low: bigint, high: bigint, deviation: bigint): bigint {
  const { near, far } = probabilities(low, high, deviation);
  return near > far ? (low * (near - far)) >> 120n : 0n;
}

function isWithin(value: bigint, limit: bigint): boolean {
  return value >= 0n && value <= limit;
}
