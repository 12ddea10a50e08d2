// SPDX-License-Identifier: MIT
import { FEATURES } from "./features.ts";
import type { Feature, Features } from "./features.ts";
import { probabilityOf } from "./fitLogistic.ts";
import type { Logistic } from "./fitLogistic.ts";

/** What turns features into a risk: reviewed, and written by `npm run sentinel:fit` alone. */
export interface SentinelWeights {
  /** What is foreseen: an outage that begins within so many seconds. */
  readonly horizonSeconds: number;
  /** By feature, in the order of `FEATURES`: subtracted, then divided by. */
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
  readonly model: Logistic;
  /** Chance of an outage by the largest of the averages that `ewmaOf` looks at. */
  readonly ewma: Logistic;
  /** Risks from which on each step of the add-on holds, rising. */
  readonly thresholds: Readonly<Record<Detector, readonly number[]>>;
}

/** What the risk is taken from: the model, the largest of three averages, or the share of weight that signed nothing. */
export type Detector = (typeof DETECTORS)[number];
export const DETECTORS = ["logistic", "ewma", "participation"] as const;

/** Participation, lateness and dispersion. */
const AVERAGES: readonly Feature[] = ["missingFast", "inclusionFast", "dispersionFast"];

/** Rounds without a quorum price that make an outage: two heartbeats of a minute, when the breaker itself turns Cautious. */
export const OUTAGE_ROUNDS = 8;

/** Features in standard deviations from their means. Pure. */
export function standardised(features: Features, { mean, deviation }: Pick<SentinelWeights, "mean" | "deviation">) {
  return FEATURES.map((name, column) => (features[name] - mean[column]!) / deviation[column]!);
}

/** How far the worst of three fast averages lies above its mean, in standard deviations. Pure. */
export function ewmaOf(features: Features, scale: Pick<SentinelWeights, "mean" | "deviation">): number {
  const all = standardised(features, scale);
  return Math.max(...AVERAGES.map((name) => all[FEATURES.indexOf(name)]!));
}

/**
 * Risk of an outage, 0 to 1; undefined to abstain, when there are no features. An outage that has begun is as certain as can
 * be. Pure.
 */
export function riskOf(
  features: Features | undefined,
  weights: SentinelWeights,
  detector: Detector,
): number | undefined {
  if (features === undefined) return undefined;
  if (features.gapRounds >= OUTAGE_ROUNDS) return 1;
  if (detector === "participation") return features.missing;
  if (detector === "ewma") return probabilityOf(weights.ewma, [ewmaOf(features, weights)]);
  return probabilityOf(weights.model, standardised(features, weights));
}
