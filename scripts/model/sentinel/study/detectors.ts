// SPDX-License-Identifier: MIT
import { stepCusum } from "../cusum.ts";
import type { Features } from "../features.ts";
import type { SentinelWeights } from "../weights.ts";
import { riskOf } from "../weights.ts";
import type { Sample } from "./samples.ts";

/** A way to tell trouble, judged by the same measure as the others. */
export interface StudiedDetector {
  readonly name: string;
  /** A score per round of an episode, undefined to abstain; higher is worse. */
  readonly scoresOf: (samples: readonly Sample[]) => (number | undefined)[];
}

/** Mean and standard deviation of a series. */
export interface Channel {
  readonly mean: number;
  readonly deviation: number;
}

/** Series that simple detectors follow: participation, lateness, dispersion. */
export const CHANNELS = ["missing", "inclusion", "dispersion"] as const;
export type Channels = Readonly<Record<(typeof CHANNELS)[number], Channel>>;

/** All that a study compares: the one-line rule first. */
export function detectorsOf(weights: SentinelWeights, channels: Channels): StudiedDetector[] {
  const each = (risk: (features: Features | undefined) => number | undefined) => ({
    scoresOf: (samples: readonly Sample[]) => samples.map(({ features }) => risk(features)),
  });
  return [
    { name: "participation", ...each((features) => riskOf(features, weights, "participation")) },
    { name: "EWMA", ...each((features) => riskOf(features, weights, "ewma")) },
    { name: "CUSUM", scoresOf: (samples) => cusumScores(samples, channels) },
    { name: "logistic", ...each((features) => riskOf(features, weights, "logistic")) },
  ];
}

/** The largest of a sum per channel; an outage that is known starts them anew. */
function cusumScores(samples: readonly Sample[], channels: Channels): (number | undefined)[] {
  let sums = CHANNELS.map(() => 0);
  return samples.map(({ features, raw, known }) => {
    sums = CHANNELS.map((name, index) => {
      const { mean, deviation } = channels[name];
      return known ? 0 : stepCusum(sums[index]!, (raw[name] - mean) / deviation);
    });
    return features === undefined ? undefined : Math.max(...sums);
  });
}
