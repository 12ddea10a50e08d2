// SPDX-License-Identifier: MIT
import { expect } from "chai";

import { calculateRequirement, initialScenario, timeValueUp } from "../../../../scripts/model/clearing/margin.ts";
import { planInterestCap } from "../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import type { WalkAwayPlan } from "../../../../scripts/simulator/agents/adversaries/planInterestCap.ts";
import { mintFeeUp } from "../../../../scripts/model/trading/mintFee.ts";

const TERMS = { kind: "quote", unitDecimals: 6, capBps: 10_000n } as const;
const PRICE = 3_000n * 10n ** 8n;
const USD = 1_000_000n;
const INSURANCE = 125_000n * USD;
/** Two basis points of the strike. */
const FEE = 20n;

interface Defences {
  /** x of initial margin, and φ. */
  readonly shockBps: bigint;
  readonly floorBps: bigint;
  /** What the caps leave, USD. */
  readonly room: bigint;
}

const USUAL = { shockBps: 2_500n, floorBps: 1_200n, room: 1_000_000n };

/** What somebody with enough capital plans when he expects the price to fall by so much before anybody can act. */
function planAgainst({ shockBps, floorBps, room }: Defences, fallPercent: bigint): WalkAwayPlan | undefined {
  const band = { price: PRICE, low: PRICE, high: PRICE };
  const timeValue = timeValueUp(12_000n, 86_400n);
  const scenario = initialScenario(band, { shockBps, floorBps, timeValue, multiplierBps: 10_000n, addOnBps: 0n });
  const candidates = [27_000_000n, 30_000_000n, 33_000_000n].flatMap((strike) =>
    [true, false].map((isCall) => {
      const short = { strike, isCall, size: -1_000_000n };
      const margin = calculateRequirement([short], TERMS, scenario).amount;
      return { strike, isCall, margin, fee: mintFeeUp([{ ...short, size: -short.size }], TERMS, FEE) };
    }),
  );
  const expected = PRICE - (PRICE * fallPercent) / 100n;
  const capital = 10_000_000n * USD;
  return planInterestCap({
    terms: TERMS,
    price: PRICE,
    expected,
    room: room * 100n,
    capital,
    insurance: INSURANCE,
    candidates,
  });
}

describe("Who writes to himself and walks away", () => {
  it("finds nothing that pays while initial margin covers the move he expects", () => {
    for (const fall of [0n, 10n, 20n, 25n]) expect(planAgainst(USUAL, fall), `fall of ${fall} %`).to.equal(undefined);
  });

  it("wins on the same move when initial margin is next to nothing", () => {
    const plan = planAgainst({ ...USUAL, shockBps: 100n, floorBps: 100n }, 20n);
    expect(plan!.leg.isCall).to.equal(false);
    expect(plan!.profit > 100_000n * USD).to.equal(true);
  });

  it("gains in proportion to what the caps leave him on a move beyond margin, and only insurance ends it without them", () => {
    const [small, large] = [10_000n, 20_000n].map((room) => planAgainst({ ...USUAL, room }, 60n)!.profit);
    expect(small! > 0n).to.equal(true);
    expect((large! * 100n) / small!).to.equal(200n);
    const uncapped = planAgainst({ ...USUAL, room: 10n ** 9n }, 60n)!.profit;
    expect(uncapped > 10n * large! && uncapped <= INSURANCE).to.equal(true);
  });
});
