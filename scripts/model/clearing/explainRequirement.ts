// SPDX-License-Identifier: MIT
import { BPS, PRICE_ONE } from "../constants.ts";
import {
  calculateRequirement,
  lossUp,
  maximumLossCandidates,
  shortsOf,
  stressCandidates,
  stressValuation,
} from "./margin.ts";
import type { Candidate, Requirement } from "./margin.ts";
import { ceilDiv, larger, SIZE_ONE, unitsPerWhole } from "./payoff.ts";
import type { Leg, Scenario, Terms } from "./types.ts";

/** One price at which a book was looked at. */
export interface PointLoss {
  readonly at: Candidate["at"];
  /** Position of the leg whose strike or cap it is. */
  readonly leg: number | undefined;
  /** 8 decimals, rounded down; undefined without bound. */
  readonly price: bigint | undefined;
  /** Shorts less longs, ledger units, rounded up; negative is a gain. */
  readonly loss: bigint;
  /** Each leg's part of it, each rounded up. */
  readonly legs: readonly bigint[];
}

/** Every term of a requirement; amounts in ledger units, each rounded up on its own. */
export interface Explanation extends Requirement {
  readonly scenario: Scenario;
  readonly points: readonly PointLoss[];
  /** The worst of `points`, before k; may be negative. */
  readonly stress: bigint;
  /** n · shorts. */
  readonly notional: bigint;
  /** φ · n · shorts. */
  readonly floor: bigint;
  readonly addOn: bigint;
  /** The prices at which maximum loss was sought. */
  readonly maximumLossPoints: readonly PointLoss[];
  /** What decided the amount. */
  readonly rule: "nothing" | "stress" | "floor" | "maximumLoss";
}

/** Why a book must hold what it must: `amount`, `cost` and `maximumLoss` as in `calculateRequirement`, with every term. */
export function explainRequirement(legs: readonly Leg[], terms: Terms, scenario: Scenario): Explanation {
  const requirement = calculateRequirement(legs, terms, scenario);
  const valuation = stressValuation(terms, scenario.timeValue);
  const points = stressCandidates(legs, terms, scenario, valuation).map(({ at, leg, point }) => ({
    ...explain(legs, (part) => lossUp(part, terms, valuation, point)),
    at,
    leg,
    price: point.price / point.weight,
  }));
  const stress = points.map(({ loss }) => loss).reduce(larger);
  const share = (bps: bigint): bigint => shareOfShortsUp(legs, terms, scenario.price, bps);
  const floor = share(scenario.floorBps);
  return {
    ...requirement,
    scenario,
    points,
    stress,
    notional: share(BPS),
    floor,
    addOn: share(scenario.addOnBps),
    maximumLossPoints: maximumLossCandidates(legs, terms).map(({ at, leg, point, losses }) => ({
      ...explain(legs, losses),
      at,
      leg,
      price: point === undefined ? undefined : point.price / point.weight,
    })),
    rule: ruleOf(requirement, stress, floor),
  };
}

function explain(legs: readonly Leg[], losses: (part: readonly Leg[]) => bigint): Pick<PointLoss, "loss" | "legs"> {
  return { loss: losses(legs), legs: legs.map((leg) => losses([leg])) };
}

function ruleOf(requirement: Requirement, stress: bigint, floor: bigint): Explanation["rule"] {
  if (requirement.amount === 0n) return "nothing";
  if (requirement.amount === requirement.maximumLoss) return "maximumLoss";
  return stress > floor ? "stress" : "floor";
}

function shareOfShortsUp(legs: readonly Leg[], terms: Terms, price: bigint, shareBps: bigint): bigint {
  const notional = shortsOf(legs) * (terms.kind === "coin" ? 1n : price) * unitsPerWhole(terms);
  return ceilDiv(notional * shareBps, BPS * SIZE_ONE * (terms.kind === "coin" ? 1n : PRICE_ONE));
}
