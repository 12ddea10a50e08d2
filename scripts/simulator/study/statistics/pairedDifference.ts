// SPDX-License-Identifier: MIT
import type { Units } from "../../../model/market/repeatableMath.ts";
import { quantileOf } from "../../../model/sentinel/quality.ts";
import { finite, meanOf } from "./describeValues.ts";

/** How much a value changes between two runs of the same seed. */
export interface PairedDifference {
  /** Mean of second minus first; null where one of a pair never came and the other did. */
  readonly mean: number | null;
  /** Bootstrap interval of that mean at 95 %; null as the mean, or of fewer than two pairs. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Pairs whose second value is higher, lower, equal. */
  readonly higher: number;
  readonly lower: number;
  readonly equal: number;
}

const RESAMPLES = 2_000;

/**
 * Mean difference of pairs with its bootstrap interval: pairs are drawn with replacement, and what their means leave out at
 * both ends is the 5 %. Deviations are widened by √(n / (n − 1)), for a sample's own spread is too small by that. Pure but for
 * `random`, which decides nothing but the interval's last digits.
 */
export function pairedDifference(first: readonly number[], second: readonly number[], random: Units): PairedDifference {
  const differences = second.map((value, index) => (value === first[index] ? 0 : value - first[index]!));
  const mean = finite(meanOf(differences));
  return {
    mean,
    interval: mean === null || differences.length < 2 ? null : bootstrapOfMean(differences, mean, random),
    higher: differences.filter((difference) => difference > 0).length,
    lower: differences.filter((difference) => difference < 0).length,
    equal: differences.filter((difference) => difference === 0).length,
  };
}

function bootstrapOfMean(values: readonly number[], mean: number, random: Units): [low: number, high: number] {
  const count = values.length;
  const widening = Math.sqrt(count / (count - 1));
  const deviations = Float64Array.from(values, (value) => (value - mean) * widening);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < count; drawn += 1) sum += deviations[Math.floor(random.unit() * count)]!;
    return mean + sum / count;
  });
  return [quantileOf(means, 0.025)!, quantileOf(means, 0.975)!];
}
