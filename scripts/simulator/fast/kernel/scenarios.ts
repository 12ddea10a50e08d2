// SPDX-License-Identifier: MIT
import { TIME_VALUE_ONE } from "../../../model/clearing/margin.ts";
import type { Band, Scenario } from "../../../model/clearing/types.ts";
import { BPS, PRICE_ONE } from "../../../model/constants.ts";
import type { MarginRules, MarketParameters } from "../FastParameters.ts";

/** A `Scenario` of the exact model in floating point: USD, shares of one. */
export interface NumberScenario {
  readonly price: number;
  readonly low: number;
  readonly high: number;
  readonly timeValue: number;
  readonly floor: number;
  readonly multiplier: number;
  readonly addOn: number;
}

const YEAR = 365 * 86_400;

/** The same scenario, number by number. */
export function inNumbers(scenario: Scenario): NumberScenario {
  return {
    price: inDollars(scenario.price),
    low: inDollars(scenario.low),
    high: inDollars(scenario.high),
    timeValue: Number(scenario.timeValue) / Number(TIME_VALUE_ONE),
    floor: share(scenario.floorBps),
    multiplier: share(scenario.multiplierBps),
    addOn: share(scenario.addOnBps),
  };
}

/** What maintenance looks at, from a band, without a whole number on the way: for every step of every path. */
export function maintenanceNumbers(
  band: Band,
  market: MarketParameters,
  margin: MarginRules,
  secondsLeft: number,
): NumberScenario {
  const [price, low, high] = [inDollars(band.price), inDollars(band.low), inDollars(band.high)];
  const shock = price * share(market.maintenanceShockBps);
  return {
    price,
    low: price - Math.max(shock - (price - low), 0),
    high: price + Math.max(shock - (high - price), 0),
    timeValue: timeValue(margin.maintenanceVolatilityBps, secondsLeft, margin),
    floor: share(market.maintenanceFloorBps),
    multiplier: 1,
    addOn: 0,
  };
}

/** What the legs are worth at a price: marks, at a share of their time value. */
export function markNumbers(price: bigint, margin: MarginRules, secondsLeft: number, part = 1): NumberScenario {
  const dollars = inDollars(price);
  const whole = timeValue(margin.maintenanceVolatilityBps, secondsLeft, margin);
  return { price: dollars, low: dollars, high: dollars, timeValue: part * whole, floor: 0, multiplier: 1, addOn: 0 };
}

/** USD of a price with 8 decimals. */
export function inDollars(price: bigint): number {
  return Number(price) / Number(PRICE_ONE);
}

function timeValue(volatilityBps: bigint, secondsLeft: number, { timeValueFactorBps }: MarginRules): number {
  const root = Math.sqrt(Math.max(secondsLeft, 0) / YEAR);
  return Math.min(share(timeValueFactorBps) * share(volatilityBps) * root, 1);
}

function share(bps: bigint): number {
  return Number(bps) / Number(BPS);
}
