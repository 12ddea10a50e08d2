// SPDX-License-Identifier: MIT
import type { OptionInput } from "../../../scripts/model/clearing/blackScholes.ts";

const SPOTS = 20;
const VOLATILITIES = 12;
const TENORS = 15;
const WAD_DIGITS = 10n ** 9n;

/** Geometric steps from `from` to `to`, both included. */
function geometric(from: number, to: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => from * (to / from) ** (index / (count - 1)));
}

/**
 * The 3,600 points on which pricing libraries are compared: S/K 0.3 to 3, volatility 0.1 to 3, one hour to one year,
 * geometric; strike 3,000.
 */
export function pricingGrid(): OptionInput[] {
  return geometric(0.3, 3, SPOTS).flatMap((ratio) =>
    geometric(0.1, 3, VOLATILITIES).flatMap((volatility) =>
      geometric(3600, 31_536_000, TENORS).map((tenor) => ({
        spot: BigInt(Math.round(ratio * 3000e9)) * WAD_DIGITS,
        strike: 3000n * WAD_DIGITS * WAD_DIGITS,
        volatility: BigInt(Math.round(volatility * 1e9)) * WAD_DIGITS,
        tenor: BigInt(Math.round(tenor)),
      })),
    ),
  );
}
