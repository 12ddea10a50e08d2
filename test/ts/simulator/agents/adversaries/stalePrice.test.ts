// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { planStalePrice } from "../../../../../scripts/simulator/agents/adversaries/planStalePrice.ts";
import type { WalkAwayPlan } from "../../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import { DESIGNED, fallen, shortsSight, THIN, USD } from "./shortsSight.ts";
import type { Defences } from "./shortsSight.ts";

/** What he plans when venues are so much lower than the chain, percent. */
function planAgainst(defences: Defences, ahead: bigint, opens = true): WalkAwayPlan | undefined {
  return planStalePrice({ ...shortsSight(defences), opens, venues: fallen(ahead) });
}

describe("Who opens at the chain's price when venues have moved", () => {
  it("finds nothing that pays while initial margin covers what they are ahead", () => {
    for (const ahead of [0n, 5n, 16n, 25n]) expect(planAgainst(DESIGNED, ahead), `${ahead} %`).to.equal(undefined);
  });

  it("wins as far as margin does not cover it", () => {
    expect(planAgainst(THIN, 16n)!.profit > 100_000n * USD).to.equal(true);
  });

  it("finds nothing under thin margin either once a witness has stretched the band to where venues are", () => {
    expect(planAgainst({ ...THIN, low: fallen(16n) }, 16n)).to.equal(undefined);
  });

  it("finds nothing once the price is too old to open at, or while venues do not answer", () => {
    expect(planAgainst(THIN, 16n, false)).to.equal(undefined);
    expect(planAgainst(THIN, 100n)).to.equal(undefined);
  });
});
