// SPDX-License-Identifier: MIT
import { expect } from "chai";

import {
  decideOwnAuction,
  planSelfLiquidation,
} from "../../../../../scripts/simulator/agents/adversaries/planSelfLiquidation.ts";
import type { WalkAwayPlan } from "../../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import { DAY, DESIGNED, shortsSight, THIN, USD } from "./shortsSight.ts";
import type { Defences } from "./shortsSight.ts";

/** What he plans who believes in a gap of so many percent, one time in ten. */
function planAgainst(
  defences: Defences,
  percent: bigint,
  rules?: { highestPercent: bigint },
): WalkAwayPlan | undefined {
  const gap = { percent, chancePercent: 10n };
  return planSelfLiquidation({ ...shortsSight(defences), secondsLeft: DAY, gap }, rules);
}

describe("Who has his own book liquidated by himself", () => {
  it("finds nothing that pays while the book can pay its marks after the gap he believes in", () => {
    for (const gap of [0n, 10n, 20n, 25n]) expect(planAgainst(DESIGNED, gap), `gap of ${gap} %`).to.equal(undefined);
  });

  it("wins by the same gap when initial margin is next to nothing", () => {
    expect(planAgainst(THIN, 20n)!.profit > 10_000n * USD).to.equal(true);
  });

  it("gains less the less insurance pays of the marks", () => {
    // So much of everything that insurance is not what ends it.
    const defences = { ...THIN, room: 100_000n };
    const [low, high] = [80n, 105n].map((highestPercent) => planAgainst(defences, 20n, { highestPercent })!.profit);
    expect(low! > 0n && low! < high!).to.equal(true);
  });

  it("gains by a gap beyond initial margin, as the design says, no more than insurance may pay an expiry", () => {
    const { profit } = planAgainst({ ...DESIGNED, room: 10n ** 9n }, 50n)!;
    expect(profit > 0n && profit < 12_500n * USD).to.equal(true);
  });

  const book = { isFlagged: true, isLiquidatable: false, cash: 100n, full: 200n, payment: 100n, secondsLeft: DAY };

  it("closes a book that can pay before it is punished for it, and flags one that cannot", () => {
    const short = { ...book, isFlagged: false, isLiquidatable: true };
    expect(decideOwnAuction({ ...short, cash: 200n })).to.equal("close");
    expect(decideOwnAuction(short)).to.equal("flag");
    expect(decideOwnAuction({ ...short, isLiquidatable: false })).to.equal("wait");
  });

  it("waits until insurance pays all it will, or the expiry is near", () => {
    expect(decideOwnAuction({ ...book, payment: 208n })).to.equal("wait");
    expect(decideOwnAuction({ ...book, payment: 210n })).to.equal("take");
    expect(decideOwnAuction({ ...book, payment: 101n, secondsLeft: 1_800n })).to.equal("take");
    expect(decideOwnAuction({ ...book, secondsLeft: 1_800n })).to.equal("wait");
  });
});
