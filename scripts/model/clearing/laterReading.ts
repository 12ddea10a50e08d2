// SPDX-License-Identifier: MIT
import { PPM } from "../constants.ts";
import { ageWidthPpm } from "../risk/feedReading.ts";
import type { LiquidationReading } from "./liquidationReading.ts";
import type { Band } from "./types.ts";

type Read = Pick<LiquidationReading, "age" | "latest" | "earlier">;

/**
 * A reading as it will be so many seconds later if no price comes meanwhile: uncertainty grows with age, and what is uncertain
 * liquidates less. Rounded outwards. Pure.
 */
export function laterReading<Given extends Read>(reading: Given, seconds: bigint): Given {
  const { age, latest, earlier } = reading;
  const addedPpm = ageWidthPpm(age + seconds) - ageWidthPpm(age);
  const widened = ({ price, low, high }: Band): Band => {
    const added = (price * addedPpm + PPM - 1n) / PPM;
    return { price, low: low > added ? low - added : 0n, high: high + added };
  };
  return { ...reading, age: age + seconds, latest: widened(latest), earlier: earlier && widened(earlier) };
}
