// SPDX-License-Identifier: MIT
import type { Units } from "../../market/repeatableMath.ts";
import type { SentinelWeights } from "../weights.ts";
import { riskOf } from "../weights.ts";
import { FAMILIES } from "./families.ts";
import { playEpisode } from "./playEpisode.ts";

/** Risks that weights give in one episode, to be compared by whoever doubts a weights file. */
export interface Probe {
  readonly family: string;
  readonly seed: number;
  readonly risks: readonly { readonly round: number; readonly risk: number }[];
}

const EVERY_ROUNDS = 90;

/** Plays an episode of a family and takes a risk every now and then; rounds in which the model abstains are left out. */
export function probeWeights(
  weights: SentinelWeights,
  family: string,
  seed: number,
  unitsOf: (seed: number) => Units,
): Probe {
  const { features } = playEpisode(
    FAMILIES.find(({ name }) => name === family)!,
    unitsOf(seed),
  );
  const risks = features.flatMap((seen, round) => {
    const risk = round % EVERY_ROUNDS === 0 ? riskOf(seen, weights, "logistic") : undefined;
    return risk === undefined ? [] : [{ round, risk }];
  });
  return { family, seed, risks };
}
