// SPDX-License-Identifier: MIT
import { BPS, PRICE_ONE } from "../../model/constants.ts";
import { calculateRequirement, initialScenario, timeValueUp } from "../../model/clearing/margin.ts";
import type { CollateralKind, Leg, Terms } from "../../model/clearing/types.ts";
import { PARAMETERS } from "../scenario/parameterTable.ts";
import type { Scenario } from "../scenario/Scenario.ts";
import { meanOf } from "./statistics/describeValues.ts";

/** Strikes in USD, 4 decimals, around a price of 1,000. */
const STRIKES = [800n, 900n, 1_000n, 1_100n, 1_200n].map((dollars) => dollars * 10_000n);
const PRICE = 1_000n * PRICE_ONE;
const SIZE = 1_000_000n;
const UNIT_DECIMALS = 9;
const SECONDS_LEFT = 7n * 86_400n;
const VOLATILITY_BPS = 8_000n;
/** Of one option each: a call, a put, and both, at every strike. */
const BOOKS: readonly (readonly Leg[])[] = STRIKES.flatMap((strike) => {
  const [call, put] = [true, false].map((isCall): Leg => ({ strike, isCall, size: -SIZE }));
  return [[call!], [put!], [call!, put!]];
});

/**
 * What margin costs those who write options: initial margin over notional, mean of reference books. They are a short call, a
 * short put and a short straddle at strikes of 80 to 120 % of the price, a week before expiry, at 80 % volatility, with a price
 * that is certain; in each kind of market that the scenario has. Depends on the parameters alone. Pure.
 */
export function marginBurden({ markets, params }: Pick<Scenario, "markets" | "params">): number {
  const kinds = [...new Set(markets.map(({ collateralKind }) => collateralKind))];
  return meanOf(kinds.flatMap((kind) => BOOKS.map((legs) => burdenOf(legs, kind, params))));
}

function burdenOf(legs: readonly Leg[], kind: CollateralKind, params: Scenario["params"]): number {
  const parameter = (name: string): bigint => {
    const path = `margin.${kind}.${name}`;
    return BigInt(params.get(path) ?? PARAMETERS.get(path)!.usual);
  };
  const terms: Terms = { kind, unitDecimals: UNIT_DECIMALS, capBps: parameter("capBps") };
  const scenario = initialScenario(
    { price: PRICE, low: PRICE, high: PRICE },
    {
      shockBps: parameter("initialShockBps"),
      floorBps: parameter("initialFloorBps"),
      timeValue: timeValueUp(VOLATILITY_BPS, SECONDS_LEFT),
      multiplierBps: BPS,
      addOnBps: 0n,
    },
  );
  const units = Number(calculateRequirement(legs, terms, scenario).amount) / 10 ** UNIT_DECIMALS;
  const dollars = kind === "coin" ? (units * Number(PRICE)) / Number(PRICE_ONE) : units;
  return dollars / (Number(PRICE) / Number(PRICE_ONE));
}
