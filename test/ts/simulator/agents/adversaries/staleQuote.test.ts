// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { planStaleQuote } from "../../../../../scripts/simulator/agents/adversaries/planStaleQuote.ts";
import type { SalePlan } from "../../../../../scripts/simulator/agents/adversaries/planSale.ts";
import { offersSight, USUAL_COSTS } from "./offersSight.ts";
import { PRICE, USD } from "./shortsSight.ts";

/** What he sells when venues are so many bps below the chain. */
function planAhead(aheadBps: bigint, costs = USUAL_COSTS, opens = true): SalePlan | undefined {
  return planStaleQuote({ ...offersSight(costs), opens, venues: PRICE - (PRICE * aheadBps) / 10_000n });
}

describe("Who sells at the chain's price when venues have moved", () => {
  it("finds nothing that pays while the oracle keeps up to a few bps: fee and discount cost more", () => {
    for (const ahead of [0n, 1n, 2n]) expect(planAhead(ahead), `${ahead} bps`).to.equal(undefined);
  });

  it("wins the same few bps where selling costs nothing", () => {
    expect(planAhead(2n, { mintFee: 0n, discountBps: 0n })!.profit > 0n).to.equal(true);
  });

  it("wins by a price that is left behind, and finds nothing once it is too old to open at", () => {
    expect(planAhead(1_600n)!.profit > 1_000n * USD).to.equal(true);
    expect(planAhead(1_600n, USUAL_COSTS, false)).to.equal(undefined);
  });

  it("sells nothing while too few venues answer", () => {
    expect(planAhead(10_000n)).to.equal(undefined);
  });
});
