// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { planInterestCap } from "../../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import type { WalkAwayPlan } from "../../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import { DESIGNED, fallen, INSURANCE, shortsSight, THIN, USD } from "./shortsSight.ts";
import type { Defences } from "./shortsSight.ts";

/** What somebody plans when he expects the price to fall by so much before anybody can act. */
function planAgainst(defences: Defences, fallPercent: bigint): WalkAwayPlan | undefined {
  return planInterestCap({ ...shortsSight(defences), expected: fallen(fallPercent) });
}

describe("Who writes to himself and walks away", () => {
  it("finds nothing that pays while initial margin covers the move he expects", () => {
    for (const fall of [0n, 10n, 20n, 25n])
      expect(planAgainst(DESIGNED, fall), `fall of ${fall} %`).to.equal(undefined);
  });

  it("wins on the same move when initial margin is next to nothing", () => {
    const plan = planAgainst(THIN, 20n);
    expect(plan!.leg.isCall).to.equal(false);
    expect(plan!.profit > 100_000n * USD).to.equal(true);
  });

  it("gains in proportion to what the caps leave him on a move beyond margin, and only insurance ends it without them", () => {
    const [small, large] = [10_000n, 20_000n].map((room) => planAgainst({ ...DESIGNED, room }, 60n)!.profit);
    expect(small! > 0n).to.equal(true);
    expect((large! * 100n) / small!).to.equal(200n);
    const uncapped = planAgainst({ ...DESIGNED, room: 10n ** 9n }, 60n)!.profit;
    expect(uncapped > 10n * large! && uncapped <= INSURANCE).to.equal(true);
  });
});
