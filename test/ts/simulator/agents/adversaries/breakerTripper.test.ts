// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { aggregateFeed } from "../../../../../scripts/model/aggregate.ts";
import { dispersionBps, lies, planTrip } from "../../../../../scripts/simulator/agents/adversaries/planTrip.ts";
import type { WalkAwayPlan } from "../../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import { DESIGNED, PRICE, shortsSight, USD } from "./shortsSight.ts";

const PUSH_BPS = 450n;
const CRASH = { percent: 35n, chancePercent: 5n };

function planWith(held: number, all: number, crash = CRASH): WalkAwayPlan | undefined {
  return planTrip({ ...shortsSight(DESIGNED), seats: { held, all }, pushBps: PUSH_BPS, crash });
}

/** D of a round in which so many of all sign a price that is off, parts per million. */
function dispersionPpm(held: number, all: number): bigint {
  const vectors = Array.from({ length: all }, (_, seat) => {
    const price = seat < held ? PRICE + (PRICE * PUSH_BPS) / 10_000n : PRICE;
    return { seat, weight: 100n, reliability: 1n, prices: [price] };
  });
  const active = 100n * BigInt(all);
  return aggregateFeed(vectors, 0, { active, nominal: active })!.dispersionPpm;
}

describe("Who trips a breaker to keep his own book", () => {
  it("finds nothing that pays with the keys of a third or less: they stop nobody", () => {
    for (const [held, all] of [
      [0, 5],
      [1, 5],
      [2, 7],
      [3, 9],
    ] as const)
      expect(planWith(held, all), `${held} of ${all}`).to.equal(undefined);
  });

  it("wins with more than a third of them by a crash that liquidators would have met", () => {
    for (const [held, all] of [
      [2, 5],
      [3, 7],
      [4, 9],
    ] as const)
      expect(planWith(held, all)!.profit > 100n * USD, `${held} of ${all}`).to.equal(true);
  });

  it("finds nothing in a crash that initial margin covers", () => {
    expect(planWith(2, 5, { ...CRASH, percent: 20n })).to.equal(undefined);
  });

  it("knows what the oracle makes of his prices", () => {
    for (const [held, all] of [
      [1, 5],
      [2, 5],
      [2, 6],
      [2, 7],
      [3, 7],
    ] as const)
      expect(dispersionPpm(held, all) / 100n, `${held} of ${all}`).to.equal(dispersionBps({ held, all }, PUSH_BPS));
  });

  it("lies from when his book is in danger until the settlement is near, though lying makes it look safe", () => {
    const safe = { cash: 140n, maintenance: 100n, secondsLeft: 7_200n };
    expect(lies(safe, false)).to.equal(false);
    expect(lies({ ...safe, maintenance: 110n }, false)).to.equal(true);
    expect(lies(safe, true)).to.equal(true);
    expect(lies({ ...safe, maintenance: 110n, secondsLeft: 2_700n }, true)).to.equal(false);
  });
});
