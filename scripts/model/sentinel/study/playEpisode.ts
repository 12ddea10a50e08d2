// SPDX-License-Identifier: MIT
import type { Units } from "../../market/repeatableMath.ts";
import { featuresOf, remember, WARM_LOOKS } from "../features.ts";
import type { FeatureMemory, Features } from "../features.ts";
import type { FullObservation } from "../observation.ts";
import { OUTAGE_ROUNDS } from "../weights.ts";
import { ordinary } from "./conditions.ts";
import type { Family, Range, Trouble } from "./families.ts";
import { FEE_CAP_GWEI, FeedWorld } from "./FeedWorld.ts";

/** Six hours. */
export const EPISODE_ROUNDS = 1_440;

/** One stretch of a feed's life, a place per round. */
export interface Episode {
  readonly family: Family;
  readonly observations: readonly FullObservation[];
  /** Undefined in the first minutes. */
  readonly features: readonly (Features | undefined)[];
  /** Rounds in which an outage begins that was not under way. */
  readonly outages: readonly number[];
  /** During an outage and the five minutes after it, and before the features mean something. */
  readonly known: readonly boolean[];
}

interface Incident {
  readonly begins: number;
  readonly ramp: number;
  readonly hold: number;
  readonly peak: number;
  readonly order: readonly number[];
}

/** Plays an episode of a family: the same numbers give the same episode on every machine. */
export function playEpisode(family: Family, units: Units, rounds = EPISODE_ROUNDS): Episode {
  const world = new FeedWorld(units);
  const incidents = drawIncidents(family, units, rounds, world.validators);
  const observations: FullObservation[] = [];
  const features: (Features | undefined)[] = [];
  const published: boolean[] = [];
  let memory: FeatureMemory | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const now = ordinary(world.validators);
    for (const incident of incidents) {
      const trouble = troubleAt(incident, round, world.usualFee);
      if (trouble !== undefined) family.apply(now, trouble);
    }
    const played = world.play(now);
    memory = remember(memory, played.observation);
    observations.push(played.observation);
    features.push(featuresOf(memory, played.observation));
    published.push(played.published);
  }
  return { family, observations, features, ...outagesOf(published) };
}

/** Where outages begin: the first of so many rounds in a row without a price. Pure. */
export function outagesOf(published: readonly boolean[]): Pick<Episode, "outages" | "known"> {
  const known = published.map((_, round) => round < WARM_LOOKS);
  const outages: number[] = [];
  for (let first = 0; first < published.length; first += 1) {
    let after = first;
    while (after < published.length && published[after] !== true) after += 1;
    if (after - first >= OUTAGE_ROUNDS) {
      if (known[first] !== true) outages.push(first);
      known.fill(true, first, Math.min(after + WARM_LOOKS, published.length));
    }
    first = after;
  }
  return { outages, known };
}

function drawIncidents(family: Family, units: Units, rounds: number, validators: number): Incident[] {
  const count = Math.floor(drawn(units, [family.incidents[0], family.incidents[1] + 0.999]));
  return Array.from({ length: count }, () => ({
    begins: WARM_LOOKS + Math.floor(units.unit() * (rounds - WARM_LOOKS)),
    ramp: drawn(units, family.ramp),
    hold: drawn(units, family.hold),
    peak: drawn(units, family.peak),
    order: shuffled(units, validators),
  }));
}

function troubleAt(
  { begins, ramp, hold, peak, order }: Incident,
  round: number,
  usualFee: number,
): Trouble | undefined {
  const age = round - begins;
  if (age < 0 || age > ramp + hold) return undefined;
  const severity = ramp === 0 ? peak : peak * Math.min(1, age / ramp);
  return { severity, age, order, usualFee, feeCap: FEE_CAP_GWEI };
}

function drawn(units: Units, [low, high]: Range): number {
  return low + units.unit() * (high - low);
}

function shuffled(units: Units, length: number): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last -= 1) {
    const other = Math.floor(units.unit() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
