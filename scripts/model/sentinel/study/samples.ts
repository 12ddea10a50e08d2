// SPDX-License-Identifier: MIT
import { ln } from "../../market/repeatableMath.ts";
import type { Units } from "../../market/repeatableMath.ts";
import type { Features } from "../features.ts";
import { FAMILIES } from "./families.ts";
import type { Part } from "./families.ts";
import { playEpisode } from "./playEpisode.ts";
import type { Episode } from "./playEpisode.ts";

/** One round as a study keeps it. */
export interface Sample {
  readonly features: Features | undefined;
  /** What simple detectors follow. */
  readonly raw: { readonly missing: number; readonly inclusion: number; readonly dispersion: number };
  /** An outage, its aftermath, or too early: neither learned from nor judged. */
  readonly known: boolean;
  /** An outage begins within the horizon. */
  readonly label: boolean;
}

/** An episode as a study keeps it, a sample per round. */
export interface StudyEpisode {
  readonly family: string;
  readonly part: Part;
  readonly samples: readonly Sample[];
  readonly outages: readonly number[];
}

/** How much is played, and what is to be foreseen. */
export interface StudyPlan {
  readonly seed: number;
  /** Of each family. */
  readonly episodes: number;
  readonly horizonRounds: number;
}

/** Plays all families. @param unitsOf Randomness of a seed. @param progress Told of each family that is done. */
export function playStudy(
  plan: StudyPlan,
  unitsOf: (seed: number) => Units,
  progress: (done: number, of: number) => void = () => undefined,
): StudyEpisode[] {
  return FAMILIES.flatMap((family, number) => {
    const played = Array.from({ length: plan.episodes }, (_, index) =>
      kept(playEpisode(family, unitsOf(episodeSeed(plan.seed, number, index))), plan.horizonRounds),
    );
    progress(number + 1, FAMILIES.length);
    return played;
  });
}

/** Seed of one episode: each has its own. */
export function episodeSeed(seed: number, family: number, index: number): number {
  return seed + 100_003 * family + index;
}

/** What a study keeps of an episode. Pure. */
export function kept({ family, observations, features, outages, known }: Episode, horizonRounds: number): StudyEpisode {
  const samples = observations.map((seen, round) => ({
    features: features[round],
    raw: {
      missing: seen.missingShare,
      inclusion: seen.inclusionSeconds,
      dispersion: ln(1 + seen.dispersionBps),
    },
    known: known[round]!,
    label: outages.some((begins) => begins > round && begins - round <= horizonRounds),
  }));
  return { family: family.name, part: family.part, samples, outages };
}

/** Samples that are learned from and judged. */
export function judged(episodes: readonly StudyEpisode[]): (Sample & { readonly features: Features })[] {
  return episodes.flatMap(({ samples }) =>
    samples.filter(
      (sample): sample is Sample & { readonly features: Features } => !sample.known && sample.features !== undefined,
    ),
  );
}
