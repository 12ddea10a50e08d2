// SPDX-License-Identifier: MIT
import { thresholdAt } from "../alarms.ts";
import type { ScoredEpisode } from "../alarms.ts";
import { FEATURES } from "../features.ts";
import { fitLogistic } from "../fitLogistic.ts";
import type { Logistic } from "../fitLogistic.ts";
import { ewmaOf, standardised } from "../weights.ts";
import type { SentinelWeights } from "../weights.ts";
import { CHANNELS, detectorsOf } from "./detectors.ts";
import type { Channel, Channels, StudiedDetector } from "./detectors.ts";
import { judged } from "./samples.ts";
import type { StudyEpisode } from "./samples.ts";

/** A detector may cry so often in vain before each step of the add-on, per day: 250, 500 and 1,000 bps. */
export const FALSE_ALARMS_A_DAY = [2, 1, 0.25] as const;
export const ROUNDS_A_DAY = 5_760;
const ROUND_SECONDS = 15;
/** Penalty per sample, so that it does not depend on how much was played. */
const PENALTY = 1e-4;
const SMALLEST_DEVIATION = 1e-6;
const CERTAIN = 1;
const DIGITS = 10;
const THINNING = 3;

/** What was learned from the training families alone. */
export interface Learned {
  readonly weights: SentinelWeights;
  readonly channels: Channels;
}

/**
 * Learns from the training families: standardisation, model, and the thresholds at which each detector keeps to its budgets of
 * false alarms. Numbers are rounded to ten digits, as they are written. Pure.
 * @throws BallastError `fitFailed` when there is too little to learn from.
 */
export function fitWeights(episodes: readonly StudyEpisode[], horizonRounds: number): Learned {
  const samples = judged(episodes);
  const columns = FEATURES.map((name) => channelOf(samples.map(({ features }) => features[name])));
  const scale = { mean: columns.map(({ mean }) => mean), deviation: columns.map(({ deviation }) => deviation) };
  const learnedFrom = thinned(samples);
  const rows = learnedFrom.map(({ features }) => Float64Array.from(standardised(features, scale)));
  const labels = learnedFrom.map(({ label }) => label);
  const model = fitLogistic(rows, labels, PENALTY * rows.length, 0);
  const ewma = fitLogistic(
    learnedFrom.map(({ features }) => [ewmaOf(features, scale)]),
    labels,
    0,
    0,
  );
  const draft: SentinelWeights = {
    horizonSeconds: horizonRounds * ROUND_SECONDS,
    ...scale,
    model: shortened(model),
    ewma: shortened(ewma),
    thresholds: { logistic: [], ewma: [], participation: [] },
  };
  const entries = CHANNELS.map((name) => [name, channelOf(samples.map(({ raw }) => raw[name]))] as const);
  const [missing, inclusion, dispersion] = entries.map(([, channel]) => channel);
  const channels = { missing: missing!, inclusion: inclusion!, dispersion: dispersion! };

  const detectors = detectorsOf(draft, channels);
  const at = (wanted: string): number[] => {
    const scored = scoredBy(
      detectors.find(({ name }) => name === wanted)!,
      episodes,
    );
    // A step that no score may take without too many false alarms is left to what is certain.
    return FALSE_ALARMS_A_DAY.map((perDay) =>
      rounded(Math.min(thresholdAt(scored, perDay / ROUNDS_A_DAY, horizonRounds), CERTAIN)),
    );
  };
  return {
    weights: {
      ...draft,
      thresholds: { logistic: at("logistic"), ewma: at("EWMA"), participation: at("participation") },
    },
    channels,
  };
}

/** Episodes with a detector's scores. Pure. */
export function scoredBy(detector: StudiedDetector, episodes: readonly StudyEpisode[]): ScoredEpisode[] {
  return episodes.map(({ samples, outages }) => ({
    scores: detector.scoresOf(samples),
    known: samples.map(({ known }) => known),
    outages,
  }));
}

/** Every third: neighbouring rounds say nearly the same. Pure. */
export function thinned<Value>(values: readonly Value[]): Value[] {
  return values.filter((_, index) => index % THINNING === 0);
}

function channelOf(values: readonly number[]): Channel {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return { mean: rounded(mean), deviation: rounded(Math.max(Math.sqrt(square), SMALLEST_DEVIATION)) };
}

function shortened({ intercept, coefficients }: Logistic): Logistic {
  return { intercept: rounded(intercept), coefficients: coefficients.map(rounded) };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
