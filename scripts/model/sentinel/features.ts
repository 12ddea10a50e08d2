// SPDX-License-Identifier: MIT
import { ln } from "../market/repeatableMath.ts";
import { driftOf, stepEwma } from "./ewma.ts";
import type { Ewma } from "./ewma.ts";
import type { FullObservation } from "./observation.ts";

/** What the model looks at, in the order of its coefficients. */
export const FEATURES = [
  "missing",
  "missingFast",
  "missingNear",
  "unheard",
  "unheardDrift",
  "unheardNear",
  "gapRounds",
  "gapVariance",
  "inclusionFast",
  "inclusionDrift",
  "dispersionFast",
  "dispersionDrift",
  "feeLevel",
  "feeSlope",
  "errorsFast",
  "disagreementsFast",
  "headAge",
  "witnessGap",
] as const;

export type Feature = (typeof FEATURES)[number];
export type Features = Readonly<Record<Feature, number>>;

/** Series whose averages are kept. */
interface Series {
  readonly missing: Ewma;
  readonly unheard: Ewma;
  readonly gap: Ewma;
  readonly gapSquare: Ewma;
  readonly inclusion: Ewma;
  readonly dispersion: Ewma;
  readonly fee: Ewma;
  readonly errors: Ewma;
  readonly disagreements: Ewma;
}

/** What is remembered from one look to the next. */
export interface FeatureMemory {
  readonly round: number;
  /** Looks since the memory began. */
  readonly looks: number;
  readonly series: Series;
}

/** Looks before the averages mean something: five minutes. */
export const WARM_LOOKS = 20;
/** Slots without a look after which the averages are of another time. */
const LONGEST_PAUSE = 20;
const ROUND_SECONDS = 15;
/** A third may be missing; from here on each further share counts more. */
const NEAR_SHARE = 0.2;
const GAP_MAXIMUM = 40;
const HEAD_AGE_MAXIMUM = 600;

/**
 * Takes a look into what is remembered; one that is no newer changes nothing, one after a long pause begins anew. Pure.
 */
export function remember(memory: FeatureMemory | undefined, seen: FullObservation): FeatureMemory {
  if (memory !== undefined && seen.round <= memory.round) return memory;
  const kept = memory !== undefined && seen.round - memory.round <= LONGEST_PAUSE ? memory : undefined;
  const last = kept?.series;
  const gap = gapOf(seen);
  return {
    round: seen.round,
    looks: (kept?.looks ?? 0) + 1,
    series: {
      missing: stepEwma(last?.missing, seen.missingShare),
      unheard: stepEwma(last?.unheard, seen.unheardShare),
      gap: stepEwma(last?.gap, gap),
      gapSquare: stepEwma(last?.gapSquare, gap * gap),
      inclusion: stepEwma(last?.inclusion, seen.inclusionSeconds / ROUND_SECONDS),
      dispersion: stepEwma(last?.dispersion, logOf(seen.dispersionBps)),
      fee: stepEwma(last?.fee, logOf(seen.baseFeeGwei)),
      errors: stepEwma(last?.errors, seen.errorShare),
      disagreements: stepEwma(last?.disagreements, seen.disagreementShare),
    },
  };
}

/** What the model looks at; undefined while the memory is too young to say. Pure. */
export function featuresOf(memory: FeatureMemory, seen: FullObservation): Features | undefined {
  if (memory.looks < WARM_LOOKS || memory.round !== seen.round) return undefined;
  const { missing, unheard, gap, gapSquare, inclusion, dispersion, fee, errors, disagreements } = memory.series;
  return {
    missing: seen.missingShare,
    missingFast: missing.fast,
    missingNear: Math.max(0, missing.fast - NEAR_SHARE),
    unheard: seen.unheardShare,
    unheardDrift: driftOf(unheard),
    unheardNear: Math.max(0, unheard.fast - NEAR_SHARE),
    gapRounds: gapOf(seen),
    gapVariance: Math.max(0, gapSquare.fast - gap.fast * gap.fast),
    inclusionFast: inclusion.fast,
    inclusionDrift: driftOf(inclusion),
    dispersionFast: dispersion.fast,
    dispersionDrift: driftOf(dispersion),
    feeLevel: fee.fast,
    feeSlope: driftOf(fee),
    errorsFast: errors.fast,
    disagreementsFast: disagreements.fast,
    headAge: Math.min(seen.headAgeSeconds, HEAD_AGE_MAXIMUM) / 60,
    witnessGap: logOf(seen.witnessGapBps),
  };
}

/** Rounds since the newest quorum price; 0 when the slot that just ended has one. */
function gapOf({ round, latestRound }: FullObservation): number {
  return Math.min(Math.max(0, round - latestRound), GAP_MAXIMUM);
}

function logOf(value: number): number {
  return ln(1 + Math.max(0, value));
}
