// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { planCollusion, reachBps } from "../../../../../scripts/simulator/agents/adversaries/planCollusion.ts";
import type { CollusionPlan } from "../../../../../scripts/simulator/agents/adversaries/planCollusion.ts";
import { offersSight, USUAL_COSTS } from "./offersSight.ts";
import { PRICE, USD } from "./shortsSight.ts";

/** What he sells who holds so many of all keys, where honest prices lie so far apart. */
function planWith(held: number, all: number, spreadBps = 2n, costs = USUAL_COSTS): CollusionPlan | undefined {
  return planCollusion({ ...offersSight(costs), price: PRICE, seats: { held, all }, spreadBps });
}

describe("Who sells options and signs what they are settled at", () => {
  it("finds nothing that pays with the keys of a half or less: the median stays among honest prices", () => {
    for (const [held, all] of [
      [0, 4],
      [1, 4],
      [2, 4],
      [3, 7],
    ] as const)
      expect(planWith(held, all), `${held} of ${all}`).to.equal(undefined);
  });

  it("wins what it pushes with more than a half, short of what a witness keeps out of settlements", () => {
    const plan = planWith(3, 4)!;
    expect(plan.profit > 1_000n * USD).to.equal(true);
    expect(plan.pushBps).to.equal(plan.isCall ? -700n : 700n);
  });

  it("wins with a single key where honest prices lie far apart and selling costs nothing", () => {
    expect(planWith(1, 4, 2n, { mintFee: 0n, discountBps: 0n })!.profit > 0n).to.equal(true);
    expect(planWith(1, 4, 50n)!.profit > 0n).to.equal(true);
  });

  it("reaches as far as honest prices do up to a half, and nowhere without a key", () => {
    expect(reachBps({ held: 0, all: 4 }, 30n)).to.equal(0n);
    expect(reachBps({ held: 2, all: 4 }, 30n)).to.equal(30n);
    expect(reachBps({ held: 3, all: 5 }, 30n)).to.equal(700n);
  });
});
