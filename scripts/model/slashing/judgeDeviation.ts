// SPDX-License-Identifier: MIT
import { PPM } from "../constants.ts";

/** Distance from the median that every price is allowed, parts per million. */
const TOLERANCE_PPM = 50_000n;
/** Beyond this a deviation is gross. */
const GROSS_PPM = 200_000n;
const DISPERSION_FACTOR = 6n;
/** A round's own dispersion counts up to here: a coalition above a third sets it at will. */
const ROUND_DISPERSION_PPM = 15_000n;

/** What the Slasher measures a price against. */
export interface Measure {
  /** Median of the round, 8 decimals, not 0. */
  readonly median: bigint;
  /** Dispersion of the round itself, and the feed's lagged one; parts per million. */
  readonly roundDispersionPpm: bigint;
  readonly laggedDispersionPpm: bigint;
}

/** Distance of a price from a median, not 0, in parts per million of the median; rounded down, for the accused. */
export function distancePpm(price: bigint, median: bigint): bigint {
  const distance = price > median ? price - median : median - price;
  return (distance * PPM) / median;
}

/** Whether a price is further off than any calm round allows: worth a closer look, which costs reads. */
export function isSuspicious(price: bigint, median: bigint): boolean {
  return price !== 0n && median !== 0n && distancePpm(price, median) > TOLERANCE_PPM;
}

/** Base penalty in percent of the bond as the Slasher takes it, 0 for a price it tolerates or that abstains. */
export function deviationPercent(price: bigint, measure: Measure): bigint {
  if (price === 0n || measure.median === 0n) return 0n;
  const own = smaller(measure.roundDispersionPpm, ROUND_DISPERSION_PPM);
  const dispersion = measure.laggedDispersionPpm > own ? measure.laggedDispersionPpm : own;
  const stretched = DISPERSION_FACTOR * dispersion;
  const off = distancePpm(price, measure.median);
  if (off <= (stretched > TOLERANCE_PPM ? stretched : TOLERANCE_PPM)) return 0n;
  return off > GROSS_PPM ? 5n : 1n;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
